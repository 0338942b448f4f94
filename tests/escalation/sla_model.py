"""The judge of the SLA engine: the same rules told minute by minute, sharing no code with it.

A clock here is the list of minutes in which it ran. Instants are whole minutes since 1970; each minute is
looked up on the wall clock of the calendar's zone. Slow, and plain enough to be believed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

DAY = 24 * 60


@dataclass
class Office:
    """A calendar as plain data: windows in minutes since local midnight, Monday first; no week is round the clock."""

    zone: str
    week: list[list[tuple[int, int]]] | None = None
    holidays: set[date] = field(default_factory=set)
    _days: dict[int, bytes] = field(default_factory=dict)

    def is_working(self, minute: int) -> bool:
        day = minute // DAY
        if day not in self._days:
            self._days[day] = bytes(self._look_up(at) for at in range(day * DAY, (day + 1) * DAY))
        return self._days[day][minute % DAY] == 1

    def _look_up(self, minute: int) -> bool:
        if self.week is None:
            return True
        local = datetime.fromtimestamp(minute * 60, ZoneInfo(self.zone))
        shown = local.hour * 60 + local.minute
        windows = [] if local.date() in self.holidays else self.week[local.weekday()]
        return any(opens <= shown < closes for opens, closes in windows)


@dataclass
class Targets:
    """A policy as plain data, in minutes."""

    first_response: int
    next_response: int
    resolution: int
    office: Office
    warn_percent: int


@dataclass
class Step:
    minute: int
    type: str
    actor: str
    data: dict[str, Any]


@dataclass
class History:
    """A ticket's log in its order, what it is measured by, and when."""

    steps: list[Step]
    targets: dict[str, Targets]
    priority: str
    now: int


@dataclass
class Verdict:
    target: int
    elapsed: int = 0
    started_at: int | None = None
    at: int | None = None
    due_at: int | None = None
    is_breached: bool = False
    warned: bool = False
    is_paused: bool = False


@dataclass
class _Watch:
    name: str
    started_at: int
    minutes: list[int] = field(default_factory=list)
    is_over: bool = False
    at: int | None = None
    targets: Targets | None = None


class Judge:
    def __init__(self, history: History) -> None:
        self.history = history
        self.minute = history.steps[0].minute
        self.status = "new"
        self.targets = history.targets[history.priority]
        self.first = _Watch("first_response", self.minute)
        self.resolution = _Watch("resolution", self.minute)
        self.nexts: list[_Watch] = []
        for step in history.steps:
            self._pass_time_until(step.minute)
            self._apply(step)
        self._pass_time_until(history.now)

    def verdicts(self) -> tuple[Verdict, Verdict, Verdict, int]:
        """Return first response, next response, resolution, and how many next responses were late."""
        nexts = [self._verdict(watch) for watch in self.nexts]
        following = nexts[-1] if nexts else Verdict(self.targets.next_response)
        late = sum(verdict.is_breached for verdict in nexts)
        return self._verdict(self.first), following, self._verdict(self.resolution), late

    def _pass_time_until(self, minute: int) -> None:
        while self.minute < minute:
            for watch in (self.first, self.resolution, *self.nexts):
                if self._runs(watch):
                    watch.minutes.append(self.minute)
            self.minute += 1

    def _runs(self, watch: _Watch) -> bool:
        if watch.is_over or self.status in ("resolved", "closed"):
            return False
        return watch is self.first or self.status not in ("waiting_on_customer", "on_hold")

    def _apply(self, step: Step) -> None:
        self.status = _status(self.status, step)
        self.targets = self.history.targets.get(step.data.get("priority", ""), self.targets)
        is_done = self.status in ("resolved", "closed")
        if step.type == "ticket.replied" and step.actor == "agent":
            for watch in (self.first, *self.nexts):
                self._end(watch, self.minute)
        if is_done:
            self._end(self.resolution, self.minute)
            for watch in self.nexts:
                self._end(watch, None)
            return
        self.resolution.is_over, self.resolution.at, self.resolution.targets = False, None, None
        wrote = step.type == "ticket.customer_replied" or (step.type, step.actor) == ("ticket.reopened", "customer")
        if wrote and self.first.is_over and all(watch.is_over for watch in self.nexts):
            self.nexts.append(_Watch("next_response", self.minute))

    def _end(self, watch: _Watch, at: int | None) -> None:
        if not watch.is_over:
            watch.is_over, watch.at, watch.targets = True, at, self.targets

    def _verdict(self, watch: _Watch) -> Verdict:
        targets = watch.targets or self.targets
        target: int = getattr(targets, watch.name)
        used, due_at, is_breached = 0, None, False
        for minute in watch.minutes:
            if used >= target and not is_breached:
                due_at, is_breached = minute, True
            used += targets.office.is_working(minute)
        elapsed = used
        if self._runs(watch) and due_at is None:
            due_at = self.minute
            while used < target:
                used += targets.office.is_working(due_at)
                due_at += 1
        return Verdict(
            target=target,
            elapsed=elapsed,
            started_at=watch.started_at,
            at=watch.at,
            due_at=due_at if self._runs(watch) else None,
            is_breached=is_breached,
            warned=elapsed * 100 >= target * targets.warn_percent,
            is_paused=not watch.is_over
            and watch is not self.first
            and self.status in ("waiting_on_customer", "on_hold"),
        )


def _status(status: str, step: Step) -> str:
    if "status" in step.data:
        return str(step.data["status"])
    is_over, is_paused = status in ("resolved", "closed"), status in ("waiting_on_customer", "on_hold")
    match step.type:
        case "ticket.taken" if status in ("new", "on_hold"):
            return "open"
        case "ticket.replied" if step.actor == "agent" and not is_over:
            return "waiting_on_customer"
        case "ticket.customer_replied" if is_paused:
            return "open"
        case "ticket.handed_back" if status == "new":
            return "open"
        case "ticket.held" if not is_over:
            return "on_hold"
        case "ticket.unheld" if status == "on_hold":
            return "open"
        case "ticket.resolved" if not is_over:
            return "resolved"
        case "ticket.reopened" if is_over:
            return "open"
        case "ticket.closed":
            return "closed"
    return status
