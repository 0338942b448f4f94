"""Service-level clocks: what is owed on a ticket, until when, and whether it was late.

A pure function of the ticket's log, the policies by priority, and now. A *policy* states targets; a
*clock* is one target applied to one ticket:

- first response: from opening to the first agent's reply. Nothing pauses it.
- next response: from the first message a customer wrote after an agent's reply to the next agent's reply.
- resolution: from opening to resolved; a reopened ticket goes on from what was used.

Waiting on the customer and on hold pause the last two. A resolved or closed ticket owes nothing: that time counts on
no clock, and an unanswered message ends its clock there. Bots' replies and internal notes never count. What happens
at the deadline is in time. When the priority changes, clocks still running are measured anew from their start by the
new policy; what was finished keeps its verdict. Entries are taken in the order of their ids; an instant before its
predecessor's is read as its predecessor's, so a clock that jumps back adds no time and takes none away.

Read from the log: ticket.replied by an agent, ticket.customer_replied, ticket.reopened by a customer (it is a message
too), and of any type data["status"] and data["priority"], both as they are afterwards; see `ticket_log`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from escalation.sla.calendars import ALWAYS, Calendar, add_months
from escalation.ticket_log import DONE, PAUSED, LogRow, is_agent_reply, is_customer_message, status_after

_NO_TIME = timedelta(0)
_Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class SlaPolicy:
    """Targets, in working time of the calendar."""

    first_response: timedelta
    next_response: timedelta
    resolution: timedelta
    calendar: Calendar = ALWAYS
    #: Warn when this much of a target is used up.
    warn_percent: int = 75
    #: Months after opening by which the ticket must have been resolved, whatever pauses its clocks.
    hard_limit_months: int | None = None

    def hard_limit_at(self, opened_at: datetime) -> datetime | None:
        """Return the instant of the hard limit, or None when there is none."""
        months = self.hard_limit_months
        return None if months is None else add_months(opened_at, months, self.calendar.zone)


@dataclass(frozen=True)
class Clock:
    """One target applied to one ticket."""

    target: timedelta
    #: Working time used, without pauses.
    elapsed: timedelta = _NO_TIME
    #: None while nothing was ever owed.
    started_at: datetime | None = None
    #: The reply or the resolution; None while there is none.
    at: datetime | None = None
    #: None unless the clock runs; in the past once breached.
    due_at: datetime | None = None
    warn_at: datetime | None = None
    is_breached: bool = False
    warned: bool = False
    is_paused: bool = False

    @property
    def remaining(self) -> timedelta:
        """Working time left, never below zero."""
        return max(self.target - self.elapsed, _NO_TIME)


@dataclass(frozen=True)
class Clocks:
    first_response: Clock
    #: Of the message that waits for an answer, or else of the last one that did.
    next_response: Clock
    resolution: Clock
    #: Next responses that came late, one now overdue included.
    late_replies: int
    hard_limit_at: datetime | None
    #: The ticket was unresolved as the hard limit passed.
    is_past_hard_limit: bool


def measure(log: Iterable[LogRow], policies: Mapping[str, SlaPolicy], priority: str, now: datetime) -> Clocks:
    """Read all clocks of a ticket.

    Args:
        log: every entry of one ticket, in any order.
        policies: for each priority the policy this ticket has under it.
        priority: the priority at opening, unless the first entry states one.

    Raises:
        ValueError: the log is empty.
    """
    entries = sorted(log, key=lambda entry: entry.id)
    if not entries:
        raise ValueError("A ticket's log is never empty: it begins with ticket.opened.")
    replay = _Replay(entries[0].at, policies, policies[priority])
    for entry in entries:
        replay.read(entry)
    return replay.clocks(now)


@dataclass
class _Timer:
    """The spans of time in which one thing was owed."""

    started_at: datetime
    spans: list[_Span] = field(default_factory=list)
    since: datetime | None = None
    at: datetime | None = None
    #: The policy it ended under; None until it ends.
    judged_by: SlaPolicy | None = None

    def run(self, at: datetime) -> None:
        if self.since is None and self.judged_by is None:
            self.since = at

    def halt(self, at: datetime) -> None:
        if self.since is not None:
            self.spans.append((self.since, at))
            self.since = None

    def end(self, at: datetime, policy: SlaPolicy, *, is_met: bool) -> None:
        if self.judged_by is None:
            self.halt(at)
            self.at, self.judged_by = at if is_met else None, policy

    def resume(self) -> None:
        """Go on although it had ended."""
        self.at = self.judged_by = None

    def spans_until(self, now: datetime) -> list[_Span]:
        return self.spans if self.since is None else [*self.spans, (self.since, now)]


class _Replay:
    """A ticket's log, read entry by entry."""

    def __init__(self, opened_at: datetime, policies: Mapping[str, SlaPolicy], policy: SlaPolicy) -> None:
        self._policies, self._policy = policies, policy
        self._now, self._status = opened_at, "new"
        self._unresolved, self._first, self._resolution = (_Timer(opened_at) for _ in range(3))
        #: One for each time the customer had to be answered again.
        self._next: list[_Timer] = []

    def read(self, entry: LogRow) -> None:
        self._now = max(self._now, entry.at)
        self._status = status_after(self._status, entry)
        priority = entry.data.get("priority")
        if isinstance(priority, str):
            self._policy = self._policies.get(priority, self._policy)
        if is_agent_reply(entry):
            self._first.end(self._now, self._policy, is_met=True)
            self._end_next(is_met=True)
        if self._status in DONE:
            self._finish()
        else:
            self._go_on(has_customer_written=is_customer_message(entry))

    def _finish(self) -> None:
        self._unresolved.halt(self._now)
        self._first.halt(self._now)
        self._end_next(is_met=False)
        self._resolution.end(self._now, self._policy, is_met=True)

    def _end_next(self, *, is_met: bool) -> None:
        if self._next:
            self._next[-1].end(self._now, self._policy, is_met=is_met)

    def _go_on(self, *, has_customer_written: bool) -> None:
        self._unresolved.run(self._now)
        self._first.run(self._now)
        self._resolution.resume()
        is_answered = not self._next or self._next[-1].judged_by is not None
        if has_customer_written and is_answered and self._first.at is not None:
            self._next.append(_Timer(self._now))
        for timer in (self._resolution, *self._next[-1:]):
            if self._status in PAUSED:
                timer.halt(self._now)
            else:
                timer.run(self._now)

    def clocks(self, now: datetime) -> Clocks:
        now = max(now, self._now)
        nexts = [self._clock(timer, "next_response", now) for timer in self._next]
        limit = self._policy.hard_limit_at(self._first.started_at)
        unresolved = self._unresolved.spans_until(now)
        return Clocks(
            first_response=self._clock(self._first, "first_response", now),
            next_response=nexts[-1] if nexts else Clock(self._policy.next_response),
            resolution=self._clock(self._resolution, "resolution", now),
            late_replies=sum(clock.is_breached for clock in nexts),
            hard_limit_at=limit,
            is_past_hard_limit=limit is not None and any(start <= limit < end for start, end in unresolved),
        )

    def _clock(self, timer: _Timer, name: str, now: datetime) -> Clock:
        policy = timer.judged_by or self._policy
        target: timedelta = getattr(policy, name)
        warning = target * policy.warn_percent / 100
        spans, is_running = timer.spans_until(now), timer.since is not None
        elapsed = sum((policy.calendar.working_time(*span) for span in spans), _NO_TIME)
        used_up_at, is_breached = _used_up(spans, target, policy.calendar)
        return Clock(
            target=target,
            elapsed=elapsed,
            started_at=timer.started_at,
            at=timer.at,
            due_at=used_up_at if is_running else None,
            warn_at=_used_up(spans, warning, policy.calendar)[0] if is_running else None,
            is_breached=is_breached,
            warned=elapsed >= warning,
            is_paused=not is_running and timer.judged_by is None and self._status in PAUSED,
        )


def _used_up(spans: list[_Span], amount: timedelta, calendar: Calendar) -> tuple[datetime | None, bool]:
    """Return when an amount is used up if the last span goes on, and whether a span went on beyond that.

    An amount used up just as a span ends was kept; it then ends as the next span begins.
    """
    used_up_at = None
    for start, end in spans:
        used_up_at = calendar.after(start, amount)
        if used_up_at < end:
            return used_up_at, True
        amount -= calendar.working_time(start, end)
    return used_up_at, False
