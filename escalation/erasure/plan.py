"""What becomes of every column when a customer is erased: the one list, which a test holds against the tables.

A column that may hold a customer's words, or tell who they are, is overwritten, goes with its row, or is named
in EXEMPT with the reason why it may stay. Ids, times and types stay: a row is then a tombstone. Tables are named
rather than imported: some belong to packages this one must not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import String, cast, column, literal, null

#: Of an event: what nobody said. `name` is an agent's, `position` and `expected` are the desk's own figures.
_SAID_BY_NOBODY = frozenset(
    "author case due_at event_id expected holder is_redacted name number outcome position status steps turn_id".split()
)
#: Of a ticket's log: what its clocks and reports are read from.
_OF_THE_DESK = frozenset(
    "actor case clock confirmed due_at event_id from from_queue into is_whole outcome priority queue root_cause score "
    "since status to to_queue".split()
)


def event_tombstone(data: dict[str, Any]) -> dict[str, Any]:
    """Return what is left of an event's data: who and what, no words, of files their id and type."""
    left = {name: value for name, value in data.items() if name in _SAID_BY_NOBODY}
    if "text" in data:
        left |= {"text": "", "is_erased": True}
    if "message" in data:
        left["message"] = event_tombstone(data["message"])
    if data.get("attachments"):
        left["attachments"] = [
            {"id": file["id"], "type": file["type"], "name": "", "size": 0, "is_erased": True}
            for file in data["attachments"]
        ]
    return left


def log_tombstone(data: dict[str, Any]) -> dict[str, Any]:
    """Return what is left of a log entry's data."""
    return {name: value for name, value in data.items() if name in _OF_THE_DESK}


@dataclass(frozen=True)
class Part:
    """The rows of one table that belong to a conversation, to its tickets or to its customer.

    `blank` says what stands in each column afterwards, a value or a function of what stood there; without it the
    rows go altogether.
    """

    table: str
    key: str
    of: Literal["conversation", "ticket", "customer", "pack"]
    blank: Mapping[str, Any | Callable[[Any], Any]] = field(default_factory=dict)


PARTS = (
    Part("event", "conversation_id", "conversation", {"data": event_tombstone}),
    Part(
        "inbox",
        "conversation_id",
        "conversation",
        {
            "external_id": literal("erased:") + cast(column("id"), String),
            "text": "",
            "payload": null(),
            "digest": "",
            "is_done": True,
        },
    ),
    Part("turn", "conversation_id", "conversation", {"trace": {}}),
    Part("outbox", "conversation_id", "conversation", {"error": None}),
    Part(
        "attachment",
        "conversation_id",
        "conversation",
        {"name": "", "size": 0, "sha256": "", "width": None, "height": None},
    ),
    Part("button", "conversation_id", "conversation"),
    Part("conversation_token", "conversation_id", "conversation"),
    Part("resume_link", "conversation_id", "conversation"),
    Part("unread_reply", "conversation_id", "conversation"),
    Part("telegram_file", "conversation_id", "conversation"),
    Part("knowledge_task", "conversation_id", "conversation", {"wrong": ""}),
    Part("last_used", "conversation_id", "conversation"),
    Part(
        "ticket",
        "conversation_id",
        "conversation",
        {"fields": {}, "missing": [], "summary": "", "tags": [], "decision": None, "address_hash": None},
    ),
    Part("ticket_event", "ticket_number", "ticket", {"data": log_tombstone}),
    Part("rating", "ticket_number", "ticket", {"comment": ""}),
    Part("agent_message", "ticket_number", "ticket", {"digest": ""}),
    Part("complaint_decision", "ticket_number", "ticket", {"reasons": "", "remedy_text": "", "points": []}),
    Part("draft", "ticket_number", "ticket"),
    Part("evidence_part", "pack_id", "pack"),
    Part("evidence_pack", "id", "pack", {"subject": {}, "findings": [], "moment": None, "again_at": None}),
    Part(
        "conversation",
        "id",
        "conversation",
        {
            "timezone": "UTC",
            "customer_id": None,
            "address_hash": None,
            "token_hash": None,
            "token_expires_at": None,
            "last_turn_id": None,
            "state": null(),
        },
    ),
    Part("customer_mail", "customer_id", "customer"),
    Part("telegram_phrase", "customer_id", "customer"),
    Part("telegram_link_code", "customer_id", "customer"),
)

#: Erased by their own modules, which `erasure` calls.
ELSEWHERE = {
    "search_part.facts": "read anew from what is left",
    "search_part.said": "read anew from what is left",
    "evidence_pack.sha256": "made anew of what is left",
    "outside_delivery.payload": "of letters to this customer; the others hold nothing a customer said",
    "outside_delivery.error": "of letters to this customer",
}

#: Tables that know nothing of customers.
EXEMPT_TABLES = {
    "agent": "people of the desk",
    "agent_link_code": "people of the desk",
    "agent_session": "people of the desk",
    "api_token": "people of the desk",
    "failed_sign_in": "people of the desk",
    "notice_settings": "people of the desk",
    "password_link": "people of the desk",
    "recovery_code": "people of the desk",
    "second_factor": "people of the desk",
    "macro": "written by leads, for everybody",
    "webhook": "written by admins",
    "capped_alert": "counts",
    "desk_lock": "names of work",
    "recorder_lease": "names of work",
    "telegram_lease": "names of work",
    "outside_destination": "addresses stand there as hashes only",
    "outside_happening": "tells what happened, no facts, no reasons, no words",
    "price_hour": "public prices",
    "price_sample": "public prices",
    "used_identity": "random ids of tokens, gone when these expire",
    "audit_entry": "who did what at the desk; it never holds a customer's words, and nothing may change it",
    "erasure": "the proof that it was done",
}

#: Columns that stay, by table: ids, types, and what the desk itself decided.
EXEMPT = {
    "agent_message": "agent_id client_id ticket_number",
    "attachment": "id conversation_id type",
    "complaint_decision": "ticket_number agent_id topic outcome root_cause remedy amount currency",
    "conversation": "id channel locale holder",
    "event": "conversation_id type audience",
    "evidence_pack": "id ticket_number case requested_by",
    "inbox": "channel conversation_id",
    "knowledge_task": "id conversation_id ticket_number articles status reported_by done_by",
    "lease": "conversation_id owner",
    "outbox": "id conversation_id channel status",
    "outside_delivery": "id destination_id type status",
    "rating": "ticket_number agent_id",
    "read_position": "conversation_id",
    "relay": "delivery_id ticket_number said_in",
    "search_document": "conversation_id",
    "telegram_chat": "conversation_id previous_conversation_id notice",
    "telegram_part": "delivery_id",
    "ticket": "number conversation_id case priority queue status held_by assignee_id language root_cause merged_into"
    " next_due_clock",
    "ticket_event": "ticket_number type actor_kind actor_name",
    "ticket_link": "ticket_number related_number",
    "ticket_viewer": "ticket_number agent_id",
    "turn": "id conversation_id outcome",
}
