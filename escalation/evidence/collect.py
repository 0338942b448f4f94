"""Collects a pack: asks the exchange and the price record, and writes down what cannot be had.

Never fails for what others do: a part that cannot be had carries the reason. Nothing is held in
the database meanwhile. One pack at a time: a pack costs up to nine of the 30 requests a minute
that the exchange allows (F125), and the recorder needs six.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from conversations.database import Database
from escalation.evidence import domain
from escalation.evidence.domain import Collected, Missing, Note, Part, Subject, Window
from escalation.evidence.findings import findings
from exchange import names, repository
from exchange.answers import Bucket, Instrument
from exchange.client import ExchangeClient, ExchangeUnavailable, NotListed, RateLimited
from exchange.history import History, empty_minutes, minute_buckets, trades_around
from exchange.samples import Gap, Sample, gaps
from kit.clock import Clock

T = TypeVar("T")

#: How the price record is named as a source.
RECORD = "Pharos price record of {address}/instrument/active, every 10 s"
#: Gaps that are named one by one.
MAX_GAPS_NAMED = 10
_SYMBOL = re.compile(r"[.\w:-]{1,48}")


class Collector:
    """Makes packs; `client` is None where no exchange is set."""

    def __init__(self, database: Database, client: ExchangeClient | None, clock: Clock) -> None:
        self._database = database
        self._client = client
        self._clock = clock
        self._turn = asyncio.Lock()

    async def collect(self, case: str, subject: Subject) -> Collected:
        """Return a pack of everything that can be had now."""
        async with self._turn:
            now = self._clock.now()
            contract = await _or_note(self._contract(subject))
            settled_at = contract.settle if case == "settlement_dispute" and isinstance(contract, Instrument) else None
            window = _window(subject, now, settled_at)
            return await _Pack(self._database, self._client, self._clock, case, subject, contract, window).collected()

    async def _contract(self, subject: Subject) -> Instrument:
        if subject.symbol is None:
            raise Missing("no_symbol")
        if not _SYMBOL.fullmatch(names.normal(subject.symbol)):
            raise Missing("unknown_symbol", given=subject.symbol)
        try:
            return (await _connected(self._client).instrument(subject.symbol)).value
        except NotListed as error:
            if not error.near:
                raise Missing("unknown_symbol", given=subject.symbol) from error
            raise Missing("near_symbol", given=subject.symbol, near=", ".join(error.near)) from error


class _Pack:
    """One pack while it is collected. A contract or a window that is not known is the note saying why."""

    def __init__(
        self,
        database: Database,
        client: ExchangeClient | None,
        clock: Clock,
        case: str,
        subject: Subject,
        contract: Instrument | Note,
        window: Window | Note,
    ) -> None:
        self._database = database
        self._client = client
        self._clock = clock
        self._case = case
        self._subject = subject
        self._contract = contract
        self._window = window
        self._now = clock.now()
        self._samples: list[Sample] = []
        self._gaps: list[Gap] = []
        self._buckets: list[Bucket] = []

    async def collected(self) -> Collected:
        parts = [
            await self._part("trades", "/trade", self._trades),
            await self._part("buckets", "/trade/bucketed", self._minutes),
            await self._part("record", "", self._record),
            await self._part("announcements", "/announcement/urgent", self._announcements),
        ]
        window = None if isinstance(self._window, Note) else self._window
        return Collected(self._case, self._subject, window, self._now, parts, self._findings())

    async def _part(self, name: str, path: str, ask: Callable[[], Awaitable[Part]]) -> Part:
        found = await _or_note(ask())
        if isinstance(found, Part):
            return found
        address = self._client.address if self._client else ""
        source = [f"{address}{path}" if path else RECORD.format(address=address)] if address else []
        return Part(name, self._now, source, missing=found)

    async def _trades(self) -> Part:
        contract, window, client = _known(self._contract), _known(self._window), _connected(self._client)
        until = min(window.end, self._now)
        found = await trades_around(client, contract.symbol, min(window.moment, until), window.start, until)
        notes = self._notes(found)
        if found.is_cut or found.failure:
            reach = {"start": found.start, "end": found.end}
            notes.append(
                Note("cut", {"count": len(found.rows), **reach}) if found.is_cut else Note("broken_off", reach)
            )
        return _part("trades", found, notes)

    async def _minutes(self) -> Part:
        contract, window, client = _known(self._contract), _known(self._window), _connected(self._client)
        until = min(window.end, self._now)
        found = await minute_buckets(client, contract.symbol, window.start, until)
        self._buckets = found.rows
        notes = self._notes(found)
        if found.rows and (count := empty_minutes(found.rows, window.start, until)):
            notes.append(Note("empty_minutes", {"count": count}))
        return _part("buckets", found, notes)

    async def _record(self) -> Part:
        """The record is ours: an exchange that cannot be asked does not matter, a contract it does not list does."""
        window = _known(self._window)
        if isinstance(self._contract, Note) and domain.needs_facts([self._contract]):
            raise Missing(self._contract.code, **self._contract.values)
        symbol, until = names.normal(self._subject.symbol or ""), min(window.end, self._now)
        async with self._database.read() as session:
            self._samples = await repository.record_between(session, symbol, window.start, until)
        if not self._samples:
            raise Missing("not_recorded")
        self._gaps = gaps(self._samples, window.start, until)
        notes = [Note("gap", {"start": gap.start, "end": gap.end}) for gap in self._gaps[:MAX_GAPS_NAMED]]
        if more := len(self._gaps) - len(notes):
            notes.append(Note("more_gaps", {"count": more}))
        content = _content(window.start, until, self._samples, gaps=self._gaps)
        address = self._client.address if self._client else ""
        return Part("record", self._now, [RECORD.format(address=address)], content, [*notes, *self._common_notes()])

    async def _announcements(self) -> Part:
        window, client = _known(self._window), _connected(self._client)
        if isinstance(self._contract, Note) and not domain.needs_facts([self._contract]):
            raise Missing(self._contract.code)  # it did not answer a moment ago
        answer = await client.urgent_announcements()
        rows = [row for row in answer.value if row.date is None or window.start <= row.date <= window.end]
        notes = [Note("present_only")]
        if undated := sum(row.date is None for row in rows):
            notes.append(Note("undated", {"count": undated}))
        if answer.left_out:
            notes.append(Note("left_out", {"count": answer.left_out}))
        content = _content(window.start, window.end, rows)
        return Part("announcements", answer.at, [answer.address], content, [*notes, *self._common_notes()])

    def _notes(self, found: History[Any]) -> list[Note]:
        notes = self._common_notes()
        if found.left_out:
            notes.append(Note("left_out", {"count": found.left_out}))
        return notes if found.rows else [*notes, Note("none_given")]

    def _common_notes(self) -> list[Note]:
        window, notes = _known(self._window), []
        if self._now < window.end:
            notes.append(Note("not_over", {"end": window.end}))
        if self._client is not None and self._client.is_testnet:
            notes.append(Note("testnet"))
        return notes

    def _findings(self) -> list[Note]:
        notes, price = [], domain.price_of(self._subject)
        if self._subject.at is None and isinstance(self._window, Window):
            notes.append(Note("settlement_time", {"at": self._window.moment}))
        if self._subject.price and price is None:
            notes.append(Note("price_unread", {"given": self._subject.price}))
        is_whole = isinstance(self._window, Window) and not self._gaps and self._now >= self._window.end
        return [*notes, *findings(self._samples, self._buckets, price, is_whole=is_whole)]


def _window(subject: Subject, now: datetime, settled_at: datetime | None) -> Window | Note:
    try:
        return domain.window_of(subject, now, settled_at)
    except Missing as error:
        return error.note


async def _or_note(asking: Awaitable[T]) -> T | Note:
    """Return what was asked for, or the note saying why it cannot be had."""
    try:
        return await asking
    except Missing as error:
        return error.note
    except RateLimited:
        return Note("rate_limited")
    except ExchangeUnavailable:
        return Note("unavailable")


def _known(value: T | Note) -> T:
    if isinstance(value, Note):
        raise Missing(value.code, **value.values)
    return value


def _connected(client: ExchangeClient | None) -> ExchangeClient:
    if client is None:
        raise Missing("not_connected")
    return client


def _part(name: str, found: History[Any], notes: list[Note]) -> Part:
    return Part(name, found.at, found.addresses, _content(found.start, found.end, found.rows), notes)


def _content(start: datetime, end: datetime, rows: Sequence[Any], **more: Any) -> bytes:
    return domain.canonical({"start": start, "end": end, "rows": rows, **more})
