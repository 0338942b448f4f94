"""What every action is: read the turn, make a reply, send it in the channel's one shape.

What belongs to a case that is with people goes there first, whatever the message was heard as.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import additions
from actions.replies import Reply
from actions.turn import Turn
from actions.wording import Wording


class TurnAction(Action, ABC):  # type: ignore[misc]  # rasa_sdk has no types
    """An action that answers one customer message completely."""

    @abstractmethod
    def reply(self, turn: Turn, reply: Reply) -> None:
        """Fill the reply."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        turn = Turn.read(tracker)
        reply = Reply(turn, Wording(domain, turn.language, turn.number, turn.timezone))
        reply.trace["action"] = self.name()
        if not additions.added(turn, reply):
            self.reply(turn, reply)
        dispatcher.utter_message(json_message=reply.body())
        return reply.events()
