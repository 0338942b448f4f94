"""Live facts: what stands for `{fact: instrument, XBTUSD, tickSize}` in an article's words.

A *fact* names a kind, a name (symbol, coin or network; none for announcements) and a field of
exchange.fields. A *finding* is what looking it up gave. All kinds together need four different
requests, cached, so no number of questions drives the request rate up.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from exchange import names
from exchange.answers import Answer, Asset, Instrument, Network
from exchange.client import ExchangeClient, NotListed
from exchange.fields import FIELDS, coin
from kit.errors import InvalidRequest, Unavailable

R = TypeVar("R")

#: Longest a customer's answer waits for numbers.
DEADLINE_SECONDS = 1.0

#: Why a finding has no value.
UNREACHABLE = "unreachable"
UNKNOWN = "unknown"
NO_VALUE = "no_value"

_PLACEHOLDER = re.compile(r"\{fact:\s*(?P<kind>\w+)\s*,\s*(?:(?P<name>[^,{}]+?)\s*,\s*)?(?P<field>\w+)\s*\}")


@dataclass(frozen=True)
class Fact:
    kind: str
    name: str
    field: str

    def __post_init__(self) -> None:
        if self.field not in FIELDS.get(self.kind, {}):
            raise InvalidRequest(f"There is no live fact {self.kind}, {self.field}.")


@dataclass(frozen=True)
class Finding:
    """A fact's answer (an instrument, asset, network or the announcements), or why there is none."""

    fact: Fact
    answer: Answer[Any] | None = None
    reason: str | None = None
    #: Listed names that may be meant by an unknown one.
    near: tuple[str, ...] = ()

    def text(self, language: str) -> str | None:
        """Return the words for a customer; None when the article's own words must do."""
        language = _words_of(language)
        if self.answer is not None:
            return describe(self.fact, self.answer, language)
        if self.reason != UNKNOWN:
            return None
        meant = {"en": ", ".join(self.near), "zh": "、".join(self.near)}[language]
        name = self.fact.name[: names.MAX_LENGTH]
        if language == "zh":
            return f"交易所没有 {name}。" + (f"您是指 {meant} 吗？" if meant else "")
        return f"The exchange lists no {name}." + (f" Did you mean: {meant}?" if meant else "")


def describe(fact: Fact, answer: Answer[Any], language: str) -> str | None:
    """Return label, value with unit, source and time: `XBTUSD tick size: 0.1 USD · exchange API, 12:03 UTC`."""
    language = _words_of(language)
    field = FIELDS[fact.kind][fact.field]
    value = field.show(answer.value, language)
    if value is None:
        return None
    subject = " ".join(filter(None, [_title(answer.value), field.label[language]]))
    source = {"en": "exchange API", "zh": "交易所 API"}[language] + (" (testnet)" if answer.is_testnet else "")
    colon, comma = {"en": (": ", ", "), "zh": ("：", "，")}[language]
    return f"{subject}{colon}{value} · {source}{comma}{answer.at:%H:%M} UTC"


def facts_in(text: str) -> dict[str, Fact]:
    """Return the placeholders of a text and the facts they name.

    Raises:
        InvalidRequest: one names a kind or field there is not.
    """
    return {
        match[0]: Fact(match["kind"], (match["name"] or "").strip(), match["field"])
        for match in _PLACEHOLDER.finditer(text)
    }


class LiveFacts:
    """Looks facts up; never raises and never takes longer than it may."""

    def __init__(self, client: ExchangeClient) -> None:
        self._client = client

    async def lookup(self, fact: Fact, deadline_seconds: float = DEADLINE_SECONDS) -> Finding:
        """Return what the exchange says now; a late answer is kept for the next question."""
        try:
            async with asyncio.timeout(deadline_seconds):
                answer = await self._answer(fact)
        except NotListed as error:
            return Finding(fact, reason=UNKNOWN, near=error.near)
        except (Unavailable, TimeoutError):
            return Finding(fact, reason=UNREACHABLE)
        if describe(fact, answer, "en") is None:
            return Finding(fact, reason=NO_VALUE)
        return Finding(fact, answer)

    async def lookup_all(
        self, facts: Iterable[Fact], deadline_seconds: float = DEADLINE_SECONDS
    ) -> Mapping[Fact, Finding]:
        """Look several up at once, within one deadline."""
        found = await asyncio.gather(*(self.lookup(fact, deadline_seconds) for fact in set(facts)))
        return {finding.fact: finding for finding in found}

    async def _answer(self, fact: Fact) -> Answer[Any]:
        if fact.kind == "instrument":
            return _pick(fact.name, await self._client.active_instruments(), _instrument_names)
        if fact.kind == "asset":
            same_coin = names.ALIASES.get(names.normal(fact.name), fact.name)
            return _pick(same_coin, await self._client.assets(), _asset_names)
        if fact.kind == "network":
            return _pick(fact.name, await self._client.networks(), _network_names)
        return await self._client.urgent_announcements()


def _pick(name: str, answer: Answer[list[R]], names_of: Callable[[R], list[str]]) -> Answer[R]:
    """Return the row of a name, whatever its capitals and separators.

    Raises:
        NotListed: there is none; carries near names.
    """
    wanted = names.normal(name)
    for row in answer.value:
        if wanted and wanted in map(names.normal, names_of(row)):
            return Answer(row, answer.at, answer.is_testnet)
    raise NotListed(name, names.near(name, (names_of(row)[0] for row in answer.value)))


def _instrument_names(row: Instrument) -> list[str]:
    return [row.symbol]


def _asset_names(row: Asset) -> list[str]:
    return [coin(row), row.asset, row.currency, *([row.name] if row.name else [])]


def _network_names(row: Network) -> list[str]:
    return [row.network, *filter(None, [row.network_symbol, row.name])]


def _title(row: Instrument | Asset | Network | Sequence[Any]) -> str:
    """Return what a value is said of."""
    if isinstance(row, Instrument):
        return row.symbol
    if isinstance(row, Asset):
        return coin(row)
    return (row.name or row.network) if isinstance(row, Network) else ""


def _words_of(language: str) -> str:
    return "zh" if language.lower().startswith("zh") else "en"
