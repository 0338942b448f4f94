"""Reads a stored pack into what the chart shows: prices over time, gaps, changes, and sentences.

Everything comes from the stored parts, so the same pack gives the same picture for ever.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from escalation.evidence.domain import Subject, Window, price_of
from escalation.evidence.models import EvidencePack
from escalation.evidence.words import Language, label, say
from exchange.fields import number, percent
from kit.clock import from_wire

MINUTE = timedelta(minutes=1)
#: Changes of funding and state that are marked; more are counted.
MAX_CHANGES = 6
#: Longest name in the title; a contract's is shorter.
MAX_NAME = 24
Row = dict[str, Any]
Span = tuple[datetime, datetime]
#: Notes that the chart shows as such, or that say nothing of prices.
_SHOWN_OTHERWISE = ("gap", "more_gaps", "present_only", "undated")


@dataclass(frozen=True)
class Minute:
    """The trades of the minute that begins at `start`."""

    start: datetime
    low: float
    high: float
    close: float


@dataclass(frozen=True)
class Picture:
    """What a chart shows. Prices are in the quote currency; `labels` are the words it needs."""

    title: str
    window: Window | None
    minutes: Sequence[Minute]
    #: Lines of the record, broken at its gaps: (time, price).
    marks: Sequence[Sequence[tuple[datetime, float]]]
    indices: Sequence[Sequence[tuple[datetime, float]]]
    gaps: Sequence[Span]
    #: From here on nothing had happened yet when the pack was collected.
    not_yet: Span | None
    price: Decimal | None
    #: When funding or state changed.
    changes: Sequence[datetime]
    #: Sentences below the chart.
    lines: Sequence[str]
    language: Language


def picture(pack: EvidencePack, contents: Mapping[str, bytes], language: Language) -> Picture:
    """Return what to draw of a pack, given the canonical bytes of its parts."""
    subject = Subject(**pack.subject)
    window = Window(pack.moment) if pack.moment else None
    buckets = json.loads(contents["buckets"])["rows"] if "buckets" in contents else []
    record = json.loads(contents["record"]) if "record" in contents else None
    samples = record["rows"] if record else []
    changes = list(_changes(samples, language))
    return Picture(
        title=_title(pack, subject, window, language),
        window=window,
        minutes=[minute for row in buckets if (minute := _minute(row))],
        marks=_lines(samples, "mark", record),
        indices=_lines(samples, "index", record),
        gaps=_gaps(pack, window, record),
        not_yet=_not_yet(pack, window),
        price=price_of(subject),
        changes=[at for at, _ in changes[:MAX_CHANGES]],
        lines=[*_findings(pack, language), *_listed(changes, language), *_lacks(pack, language)],
        language=language,
    )


def _title(pack: EvidencePack, subject: Subject, window: Window | None, language: Language) -> str:
    when = label("window", language, start=window.start, end=window.end) if window else label("no_window", language)
    name = subject.symbol[:MAX_NAME] if subject.symbol else label("no_contract", language)
    return f"{name} · {when} · {label('pack', language, sequence=pack.sequence)}"


def _minute(row: Row) -> Minute | None:
    """A bucket's time is its end; a minute without trades has nothing to show."""
    if None in (row["low"], row["high"], row["close"]):
        return None
    return Minute(from_wire(row["timestamp"]) - MINUTE, float(row["low"]), float(row["high"]), float(row["close"]))


def _lines(samples: Sequence[Row], name: str, record: Row | None) -> list[list[tuple[datetime, float]]]:
    """Join samples to lines; a gap of the record, or a sample without this price, ends one."""
    gap_starts = {gap["start"] for gap in record["gaps"]} if record else set()
    lines: list[list[tuple[datetime, float]]] = [[]]
    for sample in samples:
        if sample[name] is not None:
            lines[-1].append((from_wire(sample["at"]), float(sample[name])))
        if sample[name] is None or sample["at"] in gap_starts:
            lines.append([])
    return [line for line in lines if line]


def _gaps(pack: EvidencePack, window: Window | None, record: Row | None) -> list[Span]:
    if window is None:
        return []
    if record is None:
        return [(window.start, min(window.end, pack.collected_at))]
    return [(from_wire(gap["start"]), from_wire(gap["end"])) for gap in record["gaps"]]


def _not_yet(pack: EvidencePack, window: Window | None) -> Span | None:
    return (pack.collected_at, window.end) if window and pack.collected_at < window.end else None


def _changes(samples: Sequence[Row], language: Language) -> Iterator[tuple[datetime, str]]:
    """Give when funding rate or state changed, and how."""
    for before, after in itertools.pairwise(samples):
        at = from_wire(after["at"])
        if before["funding"] != after["funding"]:
            yield at, label("funding", language, old=_rate(before["funding"]), new=_rate(after["funding"]))
        if before["state"] != after["state"]:
            yield at, label("state", language, old=before["state"], new=after["state"])


def _rate(text: str | None) -> str:
    return "–" if text is None else percent(Decimal(text))


def _listed(changes: Sequence[tuple[datetime, str]], language: Language) -> Iterator[str]:
    for place, (at, what) in enumerate(changes[:MAX_CHANGES], 1):
        yield label("change", language, number=place, at=at, what=what)
    if len(changes) > MAX_CHANGES:
        yield label("more_changes", language, count=len(changes) - MAX_CHANGES)


def _findings(pack: EvidencePack, language: Language) -> list[str]:
    return [say(note["code"], note["values"], language) for note in pack.findings]


def _lacks(pack: EvidencePack, language: Language) -> Iterator[str]:
    """Say what the parts lack, parts that lack the same together."""
    found: dict[tuple[str, str], list[str]] = {}
    for part in pack.parts:
        reasons = [("lacks", note) for note in part.notes if note["code"] not in _SHOWN_OTHERWISE]
        for form, note in [*([("is_missing", part.missing)] if part.missing else []), *reasons]:
            why = say(note["code"], note["values"], language)
            found.setdefault((form, why), []).append(label(part.name, language))
    for (form, why), names in found.items():
        yield label(form, language, part=label("and", language).join(names), why=why)


def claimed(price: Decimal, language: Language, where: str = "claimed_price") -> str:
    return label(where, language, price=number(price))
