"""What policies would mean for a ticket, those in force or others that are not yet. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escalation.domain import PRIORITIES
from escalation.sla.calendars import WEEKDAYS, Calendar
from escalation.sla.policies import CONDITIONS, SETTINGS, TIERS, Policies
from kit.clock import to_wire
from kit.errors import InvalidRequest
from kit.taxonomy import CASES

_UNITS = {"warn_at": " %", "hard_limit": " months"}


@dataclass(frozen=True)
class Asked:
    """The ticket of a preview."""

    case: str
    priority: str
    language: str
    customer: str
    opened_at: datetime


def preview(policies: Policies, asked: Asked) -> dict[str, Any]:
    """Return when a ticket opened then would be due, if nothing paused it, and by which calendar.

    Raises:
        InvalidRequest: there is no such case, priority or tier, or the instant is beyond all calendars.
    """
    for name, value, known in (
        ("case", asked.case, tuple(CASES)),
        ("priority", asked.priority, PRIORITIES),
        ("customer", asked.customer, TIERS),
    ):
        if value not in known:
            raise InvalidRequest(f"'{name}' must be one of {', '.join(known)}.")
    try:
        found = policies.preview(asked.case, asked.priority, asked.language, asked.customer, asked.opened_at)
    except (ValueError, OverflowError) as error:
        raise InvalidRequest("'opened_at' is too far from now to say when that would be due.") from error
    return {
        "first_response_due_at": to_wire(found.first_response_due_at),
        "next_response_due_at": to_wire(found.next_response_due_at),
        "resolution_due_at": to_wire(found.resolution_due_at),
        "hard_limit_at": to_wire(found.hard_limit_at) if found.hard_limit_at else None,
        "calendar": found.policy.calendar.name,
        "zone": str(found.policy.calendar.zone),
        "warn_percent": found.policy.warn_percent,
    }


def shown(policies: Policies) -> dict[str, Any]:
    """Return rules and calendars as a page lists them."""
    return {
        "rules": [
            {
                "line": rule.line,
                "for": {name: value for name in CONDITIONS if (value := getattr(rule, name)) is not None},
                "sets": {
                    name: f"{value}{_UNITS.get(name, '')}"
                    for name in SETTINGS
                    if (value := getattr(rule, name)) is not None
                },
            }
            for rule in policies.rules
        ],
        "calendars": [_calendar(calendar) for calendar in policies.calendars.values()],
    }


def _calendar(calendar: Calendar) -> dict[str, Any]:
    week = zip(WEEKDAYS, calendar.week or (), strict=False)
    return {
        "name": calendar.name,
        "zone": str(calendar.zone),
        "day_minutes": int(calendar.day.total_seconds() // 60),
        #: None is round the clock.
        "week": {day: [str(window) for window in windows] for day, windows in week} if calendar.week else None,
        "holidays": [str(day) for day in sorted(calendar.holidays)],
    }
