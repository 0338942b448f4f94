"""What the service and the assistant say to each other, and what clients are told.

The service posts a TurnRequest to `/turn` and gets a TurnReply; `/search` takes a
SearchRequest; `/health` gives Health. Every call but `/health` carries SECRET_HEADER.
Bad body 422, wrong secret 401, a turn that failed 502 (cause in `detail`, no state),
not ready 503. Instants are RFC 3339 strings in UTC (kit.clock).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: Shared secret between the service and the assistant's processes, both on loopback.
SECRET_HEADER = "X-Pharos-Secret"
#: Environment variable that hands the secret to a child process.
SECRET_VARIABLE = "PHAROS_ASSISTANT_SECRET"
#: Longest the service waits for one turn, in seconds.
TURN_DEADLINE_SECONDS = 5.0
#: Largest dialogue state, as compact JSON, in bytes; and its longest event tail.
MAX_STATE_BYTES = 65_536
MAX_STATE_EVENTS = 40

#: Stands in a bot message where the service writes the ticket's number and target time.
TICKET_NUMBER = "{ticket_number}"
TICKET_DUE_AT = "{ticket_due_at}"

#: Every type a customer's client may receive; `typing` has no id and is never stored.
MESSAGE_CREATED = "message.created"
#: Part or all of an earlier message is gone: `event_id`, and its data as it reads now in `message`.
MESSAGE_REDACTED = "message.redacted"
HOLDER_CHANGED = "conversation.holder_changed"
TICKET_OPENED = "ticket.opened"
TICKET_UPDATED = "ticket.updated"
TYPING = "typing"
EVENT_TYPES = (MESSAGE_CREATED, MESSAGE_REDACTED, HOLDER_CHANGED, TICKET_OPENED, TICKET_UPDATED, TYPING)

#: Who has the conversation, and who wrote a message.
HOLDERS = ("bot", "queue", "agent", "closed")
AUTHORS = ("customer", "bot", "agent", "system")


@dataclass(frozen=True)
class Payload:
    """What a button means: an intent with entities, resolved by the service from an opaque token."""

    intent: str
    entities: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Button:
    label: str
    payload: Payload


@dataclass(frozen=True)
class Citation:
    """The article an answer quotes; `version` pins its exact words, `url` is a path under /help."""

    article_id: str
    version: str
    title: str
    url: str
    reviewed_on: str


@dataclass(frozen=True)
class Progress:
    """Which of an intake's questions a message asks, counted from 1; the summary stands at the last."""

    step: int
    total: int


@dataclass(frozen=True)
class BotMessage:
    """`text` is complete by itself; `blocks` (kit.blocks) say the same with structure, `progress` what it says too."""

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    progress: Progress | None = None


@dataclass(frozen=True)
class Attachment:
    """A file of a customer's message, in its data's `attachments`; an erased one has `is_erased` and an empty name.

    `type` is the media type, `size` in bytes; `width` and `height` in pixels, of a picture only.
    """

    id: str
    name: str
    type: str
    size: int
    width: int | None = None
    height: int | None = None

    def as_data(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True)
class Step:
    """One of received, assigned, answered, resolved; `at` is None until it is done."""

    name: str
    at: str | None = None


@dataclass(frozen=True)
class Expected:
    """When a ticket is likely to be answered or resolved: half of the comparable ones of the last 30 days were.

    `of` is first_response or resolution; `based_on` is how many tickets that is read from.
    """

    of: str
    from_at: str
    to_at: str
    based_on: int


@dataclass(frozen=True)
class TicketState:
    """Where a ticket stands for its customer: the data of ticket.opened and ticket.updated.

    `due_at` only while the first answer is owed. `position` counts from 1, only while it waits for somebody.
    `expected` only while status is new or open; None then means that there is not enough data.
    """

    number: str
    case: str
    status: str
    due_at: str | None
    position: int | None
    expected: Expected | None
    steps: list[Step]


@dataclass(frozen=True)
class TicketBrief:
    number: str
    case: str
    status: str
    due_at: str | None = None


@dataclass(frozen=True)
class Customer:
    verified: bool = False
    tickets: list[TicketBrief] = field(default_factory=list)


@dataclass(frozen=True)
class TurnRequest:
    """One message (`text` or `payload`, never both) and all the assistant may know about its conversation."""

    turn_id: str
    conversation_id: str
    now: str
    timezone: str
    locale: str
    text: str | None = None
    payload: Payload | None = None
    state: dict[str, Any] | None = None
    customer: Customer = field(default_factory=Customer)


@dataclass(frozen=True)
class CaseDraft:
    """A case as far as its facts are known. `confirmed` once the customer agreed to the summary."""

    type: str
    fields: dict[str, Any] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    summary: str = ""
    confirmed: bool = False


@dataclass(frozen=True)
class Handoff:
    """Why people take over: `asked`, `case_complete` or `failed`."""

    reason: str


@dataclass(frozen=True)
class TurnReply:
    messages: list[BotMessage]
    outcome: str
    trace: dict[str, Any]
    state: dict[str, Any]
    case: CaseDraft | None = None
    handoff: Handoff | None = None


@dataclass(frozen=True)
class SearchRequest:
    query: str
    language: str = "en"
    top_k: int = 5


@dataclass(frozen=True)
class Candidate:
    """One article a query may be answered by; `probability` is P(it answers), calibrated, 0 to 1."""

    article_id: str
    topic: str
    title: str
    url: str
    score: float
    probability: float


@dataclass(frozen=True)
class SearchReply:
    candidates: list[Candidate]


@dataclass(frozen=True)
class Health:
    ready: bool
    reasons: list[str] = field(default_factory=list)
    model_id: str = ""
    index_id: str = ""
