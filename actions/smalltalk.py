"""Everything answered at once and from no article: courtesies, refusals, languages, and a "yes" to nothing."""

from __future__ import annotations

from actions import knowledge, misses
from actions.base import TurnAction
from actions.handoffs import hand_over
from actions.replies import Reply
from actions.turn import LANGUAGES, Turn
from kit.taxonomy import CASES
from kit.wire import Button

#: Intents whose response carries their own name.
COURTESIES = ("greet", "thanks", "goodbye", "bot_challenge", "capabilities")


class SmalltalkAction(TurnAction):
    def name(self) -> str:
        return "action_smalltalk"

    def reply(self, turn: Turn, reply: Reply) -> None:
        courtesy(turn, reply)


class DeclineAction(TurnAction):
    def name(self) -> str:
        return "action_decline"

    def reply(self, turn: Turn, reply: Reply) -> None:
        decline(turn, reply)
        misses.miss(reply)


class UnsupportedLanguageAction(TurnAction):
    def name(self) -> str:
        return "action_unsupported_language"

    def reply(self, turn: Turn, reply: Reply) -> None:
        unsupported_language(turn, reply)


class StopBotWrongAction(TurnAction):
    """Anger, or "that is wrong": a person is offered at once, the first time."""

    def name(self) -> str:
        return "action_stop_bot_wrong"

    def reply(self, turn: Turn, reply: Reply) -> None:
        if turn.slots.get("person_offered"):
            reply.say("clarify", "wrong_again", reply.person())
        misses.miss(reply, weight=misses.OFFER_AFTER)


class IdleAction(TurnAction):
    """A "yes", "no", "cancel" outside any form: the answer to the last offer, if there was one."""

    def name(self) -> str:
        return "action_idle"

    def reply(self, turn: Turn, reply: Reply) -> None:
        offer, said = turn.slots.get("offer"), turn.intent
        if offer == "person" and said == "affirm":
            hand_over(turn, reply)
        elif offer == "helpful" and said in ("affirm", "deny"):
            knowledge.feedback(turn, reply, helped=said == "affirm")
        else:
            reply.say("instant", "nothing_pending")


class SetSlotAction(TurnAction):
    """A button that sets the language or names the subject."""

    def name(self) -> str:
        return "action_set_slot"

    def reply(self, turn: Turn, reply: Reply) -> None:
        slot, value = turn.values.get("slot"), str(turn.values.get("value"))
        if slot == "language" and value in LANGUAGES:
            reply.words.language = value
            reply.set("language", value)
            reply.say("instant", "language_chosen")
        elif slot == "topic" and value in knowledge.TOPICS:
            reply.say("clarify", "clarify_topic", *_cases_of(value, reply), reply.person())
        else:
            reply.say("instant", "nothing_pending")


#: A subject offered as one button stands for two topics.
_SISTERS = {"account_access": "verification", "liquidation": "order_types"}


def _cases_of(topic: str, reply: Reply) -> list[Button]:
    topics = (topic, _SISTERS.get(topic))
    return [knowledge.start_case(reply, case.name) for case in CASES.values() if case.topic in topics]


def courtesy(turn: Turn, reply: Reply) -> None:
    """Answer a greeting and its like."""
    reply.say("instant", turn.intent if turn.intent in COURTESIES else "greet")


def decline(turn: Turn, reply: Reply) -> None:
    """Say what is not done here, why, and what is."""
    key = "decline_advice" if turn.intent == "decline_advice" else "decline_out_of_scope"
    reply.say("decline", key, reply.person())


def unsupported_language(turn: Turn, reply: Reply) -> None:
    """Name the language that was heard and the ways on."""
    heard = str((turn.gate.get("language") or {}).get("name") or "?")
    english = reply.button("label_english", "set_slot", slot="language", value="en")
    chinese = reply.button("label_chinese", "set_slot", slot="language", value="zh")
    reply.say("clarify", "unsupported_language", english, chinese, reply.person(), language=heard)
