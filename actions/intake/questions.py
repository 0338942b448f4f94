"""Which facts a case needs, in the order they are asked.

A *fact slot* holds one fact and is shared by all cases that need it; its *kind* says how an answer is checked
(actions.intake.values). The words are the responses `utter_ask_<slot>_<case>` or `utter_ask_<slot>` of domain.yml.
`zone` is asked like a fact but is none: it says how a time that was given is meant.
"""

from __future__ import annotations

#: Every fact slot and the kind of its value. `text` and `reference` take whatever is written, `number` wants a digit.
KINDS: dict[str, str] = {
    "description": "text",
    "symbol": "symbol",
    "occurred_at": "time",
    "zone": "zone",
    "position": "position",
    "order_id": "number",
    "price": "number",
    "currency": "currency",
    "network": "network",
    "txid": "txid",
    "amount": "amount",
    "address": "address",
    "access": "choice",
    "activity": "text",
    "endpoint": "reference",
    "error": "text",
    "document": "text",
    "reference": "reference",
    "period": "reference",
    "wish": "text",
    "email": "email",
}

#: Most questions of a case; the contact address comes on top, for customers the exchange does not know.
MOST = 6
QUESTIONS: dict[str, tuple[str, ...]] = {
    "security_incident": ("description", "access", "occurred_at", "activity"),
    "missing_deposit": ("currency", "network", "txid", "amount", "occurred_at", "address"),
    "stuck_withdrawal": ("currency", "amount", "occurred_at", "address", "txid"),
    "liquidation_appeal": ("description", "symbol", "occurred_at", "position", "order_id"),
    "trade_dispute": ("description", "symbol", "occurred_at", "order_id", "wish"),
    "settlement_dispute": ("description", "symbol", "price", "position", "wish"),
    "account_locked": ("description", "occurred_at", "access"),
    "verification_appeal": ("description", "document", "occurred_at"),
    "api_fault": ("description", "endpoint", "error", "occurred_at"),
    "fee_or_promo_dispute": ("description", "amount", "reference", "occurred_at"),
    "compliance_request": ("description", "period", "wish"),
    "complaint": ("description", "occurred_at", "reference", "wish"),
    "other": ("description", "occurred_at", "wish"),
}

#: Cases whose day is enough: a clock time's zone is not asked for.
BY_DAY = ("account_locked", "verification_appeal", "complaint")
#: What fills a slot of its own.
FACTS = tuple(slot for slot in KINDS if slot != "zone")

#: Entity of the NLU -> the slot it fills.
ENTITY_SLOTS: dict[str, str] = {
    "symbol": "symbol",
    "time": "occurred_at",
    "order_id": "order_id",
    "price": "price",
    "currency": "currency",
    "txid": "txid",
    "amount": "amount",
    "address": "address",
    "side": "position",
    "email": "email",
    "http_status": "error",
}


def slots_of(case: str, verified: bool) -> tuple[str, ...]:
    """Return what is asked for a case; a verified customer's address is already known."""
    asked = QUESTIONS.get(case, ("description",))
    return asked if verified else (*asked, "email")
