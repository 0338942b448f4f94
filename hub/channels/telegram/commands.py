"""What the commands of the menu do. Those the assistant understands go to it as payloads; the others are answered here.

A command that is none of ours is text like any other.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from escalation.erasure import service as erasure
from hub import wording as service_wording
from hub.channels.telegram import chats, repository
from hub.channels.telegram.agents import link_agent
from hub.channels.telegram.visit import Visit
from hub.limits import Limits
from kit.errors import TooMany

#: Command -> intent of the assistant.
PASSED_ON = {"help": "capabilities", "human": "human_request", "status": "ticket_status"}
#: Intents of buttons that never reach the assistant.
ERASE, KEEP = "telegram_erase", "telegram_keep"

_COMMAND = re.compile(r"/([a-z_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
_LANGUAGES = {"en": "en", "english": "en", "英文": "en", "zh": "zh", "chinese": "zh", "中文": "zh"}


@dataclass(frozen=True)
class Rules:
    """What commands need to know of the settings."""

    #: Where the real support is found; empty when nobody said.
    official_address: str
    key: bytes
    tickets_per_day: int
    #: Counts tries of link codes by chat.
    limits: Limits


def parse(text: str) -> tuple[str, str] | None:
    """Return a command's name and the rest, or None when the text is none of ours."""
    found = _COMMAND.fullmatch(text.strip())
    name = found[1].lower() if found else ""
    return (name, (found[2] or "").strip()) if found and (name in PASSED_ON or name in _OWN) else None


async def run(visit: Visit, rules: Rules, name: str, argument: str, text: str) -> None:
    """Do what a command says."""
    if name in PASSED_ON:
        await visit.pass_on(text, payload={"intent": PASSED_ON[name], "entities": {}})
        return
    if name == "start" and await link_agent(visit, rules.limits, rules.key, argument):
        return
    if name == "start" and (code := chats.code_in(argument)):
        await try_link(visit, rules, code, must_match=True)
        return
    await visit.keep(text)
    await _OWN[name](visit, rules, argument)


async def try_link(visit: Visit, rules: Rules, code: str, *, must_match: bool) -> bool:
    """Link the chat if the code is good; False when it is not and the text may mean something else.

    After too many tries every code is a bad one, and none is stored: it may be good elsewhere.
    """
    customer_id = None
    try:
        await rules.limits.hit("link", str(visit.chat.id))
        customer_id = await chats.use_code(visit.session, visit.now, code, rules.key)
    except TooMany:
        must_match = True  # whoever guesses learns nothing
    if customer_id is None and not must_match:
        return False
    if customer_id is not None:
        visit.conversation = await chats.link(
            visit.session, visit.now, visit.chat, visit.conversation, customer_id, rules.key
        )
    await visit.keep("/start")  # the code itself is a credential
    await visit.say_key("linked" if customer_id is not None else "bad_code")
    return True


async def press(visit: Visit, rules: Rules, token: str, label: str, payload: dict[str, Any]) -> None:
    """Do what a button means, or pass it on."""
    intent, entities = payload["intent"], payload["entities"]
    if intent == ERASE:
        await visit.keep(label)
        await _erase(visit)
    elif intent == KEEP:
        await visit.keep(label)
        await visit.say_key("kept")
    else:
        if intent == "set_slot" and entities.get("slot") == "language":
            visit.conversation.locale = entities["value"]
        await visit.pass_on(button=token)


async def _start(visit: Visit, rules: Rules, argument: str) -> None:
    await visit.say_key("start")


async def _language(visit: Visit, rules: Rules, argument: str) -> None:
    if chosen := _LANGUAGES.get(argument.lower()):
        visit.conversation.locale = chosen
    english = visit.button("english", "set_slot", slot="language", value="en")
    await visit.offer("choose_language", english, visit.button("chinese", "set_slot", slot="language", value="zh"))


async def _privacy(visit: Visit, rules: Rules, argument: str) -> None:
    await visit.say_key("privacy")


async def _delete(visit: Visit, rules: Rules, argument: str) -> None:
    await visit.offer("confirm_delete", visit.button("delete", ERASE), visit.button("keep", KEEP))


async def _verify(visit: Visit, rules: Rules, argument: str) -> None:
    """Show the customer's own phrase, and only in a chat that is linked to them."""
    address = service_wording.address(rules.official_address, visit.locale)
    if visit.conversation.customer_id is None:
        await visit.say_key("verify_not_linked", address=address)
        return
    found = await repository.phrase(visit.session, visit.conversation.customer_id)
    if found is None:
        await visit.say_key("verify_no_phrase", address=address)
    else:
        await visit.say_key("verify_phrase", phrase=found.phrase)


async def _unlink(visit: Visit, rules: Rules, argument: str) -> None:
    if visit.conversation.customer_id is None:
        await visit.say_key("not_linked")
        return
    visit.conversation = await chats.unlink(visit.session, visit.now, visit.chat, visit.conversation, rules.key)
    await visit.say_key("unlinked")


async def _erase(visit: Visit) -> None:
    """Erase what this chat said, before it was linked too; with an open case it waits for its end."""
    chat = visit.chat
    ids = [id for id in (visit.conversation.id, chat.previous_conversation_id) if id is not None]
    done = await erasure.ask(
        visit.session,
        visit.now,
        erasure.CUSTOMER,
        ids,
        reason="Asked for on Telegram with /delete.",
        may_wait=True,
        is_own=True,
    )
    if done.held_by:
        await visit.say_key("delete_waits", numbers=", ".join(done.held_by))
    else:
        await visit.say_key("deleted")


_OWN: dict[str, Callable[[Visit, Rules, str], Awaitable[None]]] = {
    "start": _start,
    "language": _language,
    "privacy": _privacy,
    "delete": _delete,
    "verify": _verify,
    "unlink": _unlink,
}
