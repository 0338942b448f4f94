"""What the intake tests share: an appeal, and how to look at what is asked."""

from __future__ import annotations

from actions.intake.questions import FACTS
from tests.actions.chat import Chat

TXID = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
AT = "2026-11-22T03:12:00.000Z"
APPEAL = (
    "I was liquidated at 03:12 UTC on XBTUSD although the mark price never reached my liquidation price, "
    "I want this reviewed"
)
APPEAL_ZH = "我的XBTUSD多单在UTC 03:12被强平了，但标记价格根本没到强平价，要求复核"


def asked(chat: Chat) -> str | None:
    """The slot that the last message asks for."""
    return chat.slots["intake"].get("pending") if chat.slots["intake"] else None


def is_clean(chat: Chat) -> bool:
    left = [slot for slot in (*FACTS, "requested_slot") if chat.slots.get(slot) is not None]
    return chat.loop is None and not left and "case" not in (chat.slots["intake"] or {})


def appeal(verified: bool = False) -> Chat:
    chat = Chat(verified=verified)
    chat.says(APPEAL, "case_liquidation_appeal", symbol="XBTUSD", time=AT)
    return chat
