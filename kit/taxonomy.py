"""The one list of topics, cases and outcomes.

Articles, intents, queues, reports and evaluation all use these names: add here
first, then use. A *topic* is what a question is about; a *case* is what a person
must decide; an *outcome* is what the assistant did with one customer message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar


@dataclass(frozen=True)
class Topic:
    """What a question is about. Every knowledge article has exactly one topic."""

    name: str
    description: str


@dataclass(frozen=True)
class Case:
    """A matter a person must decide; `priority` runs from P1 (most urgent) to P4."""

    name: str
    priority: str
    queue: str
    topic: str


@dataclass(frozen=True)
class Outcome:
    """What the assistant did with one customer message; higher `strength` wins."""

    name: str
    strength: int
    description: str


_Named = TypeVar("_Named", Topic, Case, Outcome)


def _by_name(*items: _Named) -> dict[str, _Named]:
    return {item.name: item for item in items}


TOPICS: dict[str, Topic] = _by_name(
    Topic("verification", "Identity checks (KYC): documents, address proof, review times, rejection, companies"),
    Topic("account_security", "2FA, passwords, phishing, trusted addresses, first steps when an account is at risk"),
    Topic("account_access", "Login trouble, lost 2FA, e-mail or phone change, locked account, sub-accounts"),
    Topic("deposit_withdrawal", "Moving funds in and out: networks, confirmations, times, limits, missing transfers"),
    Topic("api_access", "API keys, permissions, signing, rate limits, WebSocket, testnet, client libraries"),
    Topic("api_error", "API error messages and HTTP statuses, their cause and what to do"),
    Topic("trading_parameters", "Contract specifications: tick, lot, multiplier, leverage limits, symbols, PnL"),
    Topic("order_types", "Order types and instructions: limit, market, stop, trailing, post-only, reduce-only"),
    Topic("margin_leverage", "Cross and isolated margin, initial and maintenance margin, risk limits, leverage"),
    Topic("funding", "Funding rate: interval, formula, who pays whom, where to see it"),
    Topic("mark_index_price", "Mark price, index price, fair-price marking, why the last price is not used"),
    Topic("liquidation", "How and when a position is liquidated, bankruptcy price, avoiding it"),
    Topic("adl_insurance", "Insurance fund and auto-deleveraging"),
    Topic("fees", "Maker and taker fees, withdrawal and network fees, rebates"),
    Topic("settlement", "Futures expiry, settlement price, delivery, early settlement"),
    Topic("spot_convert", "Spot, convert, tokens, earning products"),
    Topic("downtime_overload", "Overload message, maintenance, status page, trading suspensions"),
    Topic("jurisdiction", "Where the service is available, VPN, residency"),
    Topic("tax_compliance", "Trade history and statements for tax, legal requests, data protection"),
    Topic("referral_promo", "Referral, affiliate, promotions"),
    Topic("support_complaints", "How support works, tickets, response targets, complaints, reopening a case"),
)

CASES: dict[str, Case] = _by_name(
    Case("security_incident", "P1", "security", "account_security"),
    Case("missing_deposit", "P2", "payments", "deposit_withdrawal"),
    Case("stuck_withdrawal", "P2", "payments", "deposit_withdrawal"),
    Case("liquidation_appeal", "P2", "risk", "liquidation"),
    Case("trade_dispute", "P2", "risk", "order_types"),
    Case("settlement_dispute", "P2", "risk", "settlement"),
    Case("account_locked", "P2", "accounts", "account_access"),
    Case("verification_appeal", "P3", "accounts", "verification"),
    Case("api_fault", "P3", "api", "api_error"),
    Case("fee_or_promo_dispute", "P3", "payments", "fees"),
    Case("compliance_request", "P3", "compliance", "tax_compliance"),
    Case("complaint", "P3", "complaints", "support_complaints"),
    Case("human_request", "P4", "general", "support_complaints"),
    Case("other", "P4", "general", "support_complaints"),
)

#: Weakest first: one message has one outcome, the strongest of those that apply.
OUTCOMES: dict[str, Outcome] = _by_name(
    Outcome("instant", 0, "Greeting, thanks, goodbye, 'are you a bot', what can you do"),
    Outcome("decline", 1, "Politely refused, with the reason: predictions, advice, unrelated subjects"),
    Outcome("clarify", 2, "Two or three candidate articles, or one question, for the customer to choose"),
    Outcome("answer", 3, "One knowledge answer with its source"),
    Outcome("ticket_status", 4, "Told the state of the customer's own ticket"),
    Outcome("intake", 5, "Started or continued collecting the facts of a case"),
    Outcome("handoff", 6, "Opened or joined a ticket, or put the conversation in the queue"),
)


def strongest(outcomes: list[str]) -> str:
    """Return the outcome that stands for a turn in which several applied."""
    return max(outcomes, key=lambda name: OUTCOMES[name].strength)
