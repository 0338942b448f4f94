"""Which service-level policy a ticket has.

A *rule* says which tickets it is for and sets some of a policy; each setting comes from the most
specific rule that has it: case outweighs priority, priority language, language the customer's tier.
No two rules are for the same tickets, so there is always one answer. P1 runs round the clock whatever
a less specific rule says. Pure: `policy_file` reads the rules and refuses those that do not hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from escalation.domain import PRIORITIES, language_of
from escalation.sla.calendars import Calendar
from escalation.sla.engine import SlaPolicy

TIERS = ("verified", "anonymous")
#: What a rule may ask for, weightiest first.
CONDITIONS = ("case", "priority", "language", "customer")
TARGETS = ("first_response", "next_response", "resolution")
#: What a rule may set.
SETTINGS = (*TARGETS, "calendar", "warn_at", "hard_limit")

WARN_PERCENT = 75
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1)}


class NoPolicy(LookupError):
    """No rule sets something that every policy needs; the message names it."""


@dataclass(frozen=True)
class Duration:
    """An amount of working time as it is written, such as 3 d."""

    count: int
    unit: str  # min | h | d

    def on(self, calendar: Calendar) -> timedelta:
        return self.count * (calendar.day if self.unit == "d" else _UNITS[self.unit])

    def __str__(self) -> str:
        return f"{self.count} {self.unit}"


@dataclass(frozen=True)
class Rule:
    """Conditions, of which None matches all, and settings, of which None is left to other rules."""

    line: int
    case: str | None = None
    priority: str | None = None
    language: str | None = None
    customer: str | None = None
    first_response: Duration | None = None
    next_response: Duration | None = None
    resolution: Duration | None = None
    calendar: str | None = None
    warn_at: int | None = None  # percent
    hard_limit: int | None = None  # months

    @property
    def conditions(self) -> tuple[str | None, ...]:
        return self.case, self.priority, self.language, self.customer

    def matches(self, facts: tuple[str, ...]) -> bool:
        """Tell whether the rule is for tickets of this case, priority, language and tier."""
        return all(wanted in (None, fact) for wanted, fact in zip(self.conditions, facts, strict=True))

    @property
    def specificity(self) -> tuple[bool, ...]:
        return tuple(wanted is not None for wanted in self.conditions)


@dataclass(frozen=True)
class Preview:
    """When a ticket would be due."""

    policy: SlaPolicy
    first_response_due_at: datetime
    #: For a message that the customer writes at the same instant, after an agent's reply.
    next_response_due_at: datetime
    resolution_due_at: datetime
    hard_limit_at: datetime | None


@dataclass(frozen=True)
class Policies:
    rules: tuple[Rule, ...]
    #: By name, "always" among them.
    calendars: Mapping[str, Calendar]

    def policy_for(self, case: str, priority: str, locale: str, customer: str) -> SlaPolicy:
        """Return the policy of a ticket.

        Args:
            locale: the customer's, such as zh-CN; rules know its language.
            customer: one of TIERS.

        Raises:
            NoPolicy: the rules leave a target or the calendar open.
        """
        facts = (case, priority, language_of(locale), customer)
        matching = sorted(
            (rule for rule in self.rules if rule.matches(facts)), key=lambda rule: rule.specificity, reverse=True
        )
        calendar = self.calendars["always" if priority == "P1" else _setting(matching, "calendar")]
        first, following, resolution = (_setting(matching, name).on(calendar) for name in TARGETS)
        return SlaPolicy(
            first_response=first,
            next_response=following,
            resolution=resolution,
            calendar=calendar,
            warn_percent=_setting(matching, "warn_at", WARN_PERCENT),
            hard_limit_months=_setting(matching, "hard_limit", 0) or None,
        )

    def by_priority(self, case: str, locale: str, customer: str) -> dict[str, SlaPolicy]:
        """Return the policy a ticket has under each priority, as `sla.measure` takes them."""
        return {priority: self.policy_for(case, priority, locale, customer) for priority in PRIORITIES}

    def preview(self, case: str, priority: str, locale: str, customer: str, opened_at: datetime) -> Preview:
        """Say when a ticket opened then would be due, if nothing paused it."""
        policy = self.policy_for(case, priority, locale, customer)
        return Preview(
            policy=policy,
            first_response_due_at=policy.calendar.after(opened_at, policy.first_response),
            next_response_due_at=policy.calendar.after(opened_at, policy.next_response),
            resolution_due_at=policy.calendar.after(opened_at, policy.resolution),
            hard_limit_at=policy.hard_limit_at(opened_at),
        )


def _setting(matching: list[Rule], name: str, default: Any = None) -> Any:
    """Return a setting from the most specific of the rules that has it."""
    value = next((value for rule in matching if (value := getattr(rule, name)) is not None), default)
    if value is None:
        raise NoPolicy(name)
    return value
