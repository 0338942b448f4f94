"""Random calendars and ticket histories, told to the SLA engine and to its judge, and what they disagree on."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from random import Random
from zoneinfo import ZoneInfo

from escalation.sla import engine as sla
from escalation.sla.calendars import ALWAYS, Calendar, Window
from escalation.ticket_log import LogEntry
from tests.escalation.sla_model import DAY, History, Judge, Office, Step, Targets, Verdict

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Hong_Kong", "Australia/Lord_Howe")
#: In each of these weeks one of the zones changes its offset; Lord Howe by half an hour.
CHANGES = ("2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01")

#: type -> who does it, the status the desk states for it
_STEPS = {
    "ticket.taken": ("agent", "open"),
    "ticket.replied": ("agent", "waiting_on_customer"),
    "ticket.noted": ("agent", None),
    "ticket.customer_replied": ("customer", "open"),
    "ticket.handed_back": ("agent", None),
    "ticket.resolved": ("agent", "resolved"),
    "ticket.facts_added": ("bot", None),
    "ticket.held": ("agent", "on_hold"),
    "ticket.unheld": ("agent", "open"),
    "ticket.reopened": ("customer", "open"),
    "ticket.closed": ("system", "closed"),
    "ticket.assigned": ("system", None),
    "ticket.released": ("system", None),
    "ticket.transferred": ("agent", None),
    "ticket.priority_changed": ("agent", None),
    "ticket.merged": ("agent", "closed"),
}
#: Rare are the types that end a history or say nothing to a clock.
_WEIGHTS = [4 if name in ("ticket.replied", "ticket.customer_replied") else 1 for name in _STEPS]
_STATUSES = ("new", "open", "waiting_on_customer", "on_hold", "resolved", "closed")
_PRIORITIES = ("P1", "P2", "P3", "P4")


def instant(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, timezone.utc)


def minute_of(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=timezone.utc).timestamp()) // 60


def random_office(random: Random, zone: str | None = None) -> Office:
    """Return several windows on some days, edges mostly on quarter hours, often in the small hours; some holidays."""
    week = [_windows(random) if random.random() < 0.8 else [] for _ in range(7)]
    week[random.randrange(7)] = [(9 * 60, 13 * 60), (14 * 60, 18 * 60)]
    holidays = {date.fromisoformat(random.choice(CHANGES)) + timedelta(random.randrange(-3, 4)) for _ in range(2)}
    return Office(zone or random.choice(ZONES), week, holidays)


def _windows(random: Random) -> list[tuple[int, int]]:
    step = random.choice((1, 15, 15, 30))
    span = random.choice((4 * 60, DAY, DAY))
    edges = sorted({random.randrange(0, span + 1, step) for _ in range(random.choice((2, 4, 6)))})
    return list(zip(edges[::2], edges[1::2], strict=False))


def calendar_of(office: Office) -> Calendar:
    """Return the same calendar for the engine."""
    if office.week is None:
        return ALWAYS
    week = tuple(tuple(Window(*(timedelta(minutes=at) for at in window)) for window in day) for day in office.week)
    return Calendar("office", ZoneInfo(office.zone), week, frozenset(office.holidays))


def random_history(random: Random, offices: list[Office]) -> History:
    """Return a ticket's history: any order of steps, instants that collide, jump back, or hit a deadline."""
    targets = {
        priority: Targets(
            first_response=_target(random),
            next_response=_target(random),
            resolution=_target(random),
            office=random.choice(offices),
            warn_percent=random.choice((50, 75, 80)),
        )
        for priority in _PRIORITIES
    }
    minute = minute_of(random.choice(CHANGES)) - random.randrange(3 * DAY) // 15 * 15
    opened = Step(minute, "ticket.opened", "bot", random.choice(({}, {"status": "new", "priority": "P3"})))
    history = History([opened], targets, random.choice(_PRIORITIES), minute)
    for _ in range(random.randrange(14)):
        history.now = _later(random, history)
        history.steps.append(_step(random, history.now))
    history.now = _later(random, history)
    return history


def _target(random: Random) -> int:
    return random.choice((15, 30, 60, 240, 480, random.randrange(1, 600), random.randrange(1, 3000)))


def _later(random: Random, history: History) -> int:
    kind = random.random()
    if kind < 0.05:
        return history.now - random.randrange(300)
    if kind < 0.25:
        verdicts = Judge(history).verdicts()[:3]
        due = [verdict.due_at for verdict in verdicts if verdict.due_at is not None]
        if due and (at := random.choice(due)) - history.now < 7 * DAY:
            return at + random.choice((-1, 0, 0, 1))
    return history.now + random.choice((0, 1, random.randrange(60), random.randrange(0, 1500, 15)))


def _step(random: Random, minute: int) -> Step:
    type = random.choices(list(_STEPS), _WEIGHTS)[0]
    actor, status = _STEPS[type]
    if random.random() < 0.1:
        actor = random.choice(("agent", "bot", "customer", "system"))
    if random.random() < 0.05:
        status = random.choice(_STATUSES)
    data = {"status": status} if status is not None and random.random() < 0.7 else {}
    if type == "ticket.priority_changed":
        data["priority"] = random.choice((*_PRIORITIES, "P9"))
    return Step(minute, type, actor, data)


def measured(history: History) -> sla.Clocks:
    """Return what the engine says of a history."""
    policies = {
        priority: sla.SlaPolicy(
            first_response=timedelta(minutes=it.first_response),
            next_response=timedelta(minutes=it.next_response),
            resolution=timedelta(minutes=it.resolution),
            calendar=calendar_of(it.office),
            warn_percent=it.warn_percent,
        )
        for priority, it in history.targets.items()
    }
    log = [
        LogEntry(id, step.type, instant(step.minute), step.actor, step.data) for id, step in enumerate(history.steps)
    ]
    return sla.measure(reversed(log), policies, history.priority, instant(history.now))


def differences(history: History) -> list[str]:
    """Return where engine and judge disagree."""
    clocks = measured(history)
    *verdicts, late = Judge(history).verdicts()
    found = [] if clocks.late_replies == late else [f"late_replies: {clocks.late_replies}, judge {late}"]
    for name, verdict in zip(("first_response", "next_response", "resolution"), verdicts, strict=True):
        clock = getattr(clocks, name)
        for fact, told in _facts(verdict).items():
            if getattr(clock, fact) != told:
                found.append(f"{name}.{fact}: {getattr(clock, fact)}, judge {told}")
    return found


def _facts(verdict: Verdict) -> dict[str, object]:
    instants = {name: getattr(verdict, name) for name in ("started_at", "at", "due_at")}
    return {
        "target": timedelta(minutes=verdict.target),
        "elapsed": timedelta(minutes=verdict.elapsed),
        "remaining": timedelta(minutes=max(0, verdict.target - verdict.elapsed)),
        "is_breached": verdict.is_breached,
        "warned": verdict.warned,
        "is_paused": verdict.is_paused,
        **{name: None if minute is None else instant(minute) for name, minute in instants.items()},
    }
