"""What the exchange's API answers, as far as Pharos uses it; each field's unit stands beside it.

Names are the API's own in snake case. A *minor unit* is the smallest unit of a currency (XBt is
10^-8 XBT, USDt is 10^-6 USDT). Numbers are Decimal: what was published is what is shown. Only
names are required; a row that breaks a rule here is not believed at all. Which shapes are
verified, and by what, is written in tests/fakes/exchange.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass as plain_dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.dataclasses import dataclass

from kit.clock import from_wire

T = TypeVar("T")

#: Where the API writes a length of time as an instant, it counts from here.
_INTERVAL_ZERO = from_wire("2000-01-01T00:00:00Z")
_TAG = re.compile(r"<[^>]*>")


def _interval(value: Any) -> Any:
    """Read 2000-01-01T08:00:00.000Z as eight hours."""
    return from_wire(value) - _INTERVAL_ZERO if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    """Drop markup and line breaks from a text that is shown to people."""
    return " ".join(_TAG.sub(" ", value).split())[:200] if isinstance(value, str) else value


Number = Annotated[Decimal, Field(max_digits=32)]
Positive = Annotated[Number, Field(gt=0)]
NotNegative = Annotated[Number, Field(ge=0)]
Interval = Annotated[timedelta, BeforeValidator(_interval)]
Symbol = Annotated[str, Field(pattern=r"^[.\w:-]{1,48}$")]
Code = Annotated[str, Field(pattern=r"^[\w .:-]{1,32}$")]
MatchId = Annotated[str, Field(pattern=r"^[\w-]{1,64}$")]
PlainText = Annotated[str, BeforeValidator(_plain)]

_CONFIG = ConfigDict(alias_generator=to_camel, extra="ignore")


@plain_dataclass(frozen=True)
class Answer(Generic[T]):
    """Rows as the exchange gave them at an instant."""

    value: T
    #: When the answer arrived, in UTC.
    at: datetime
    #: Testnet has prices of its own; its answers say so.
    is_testnet: bool = False
    #: The address that was asked, with its query.
    address: str = ""
    #: Rows of the same answer that could not be believed.
    left_out: int = 0


@dataclass(frozen=True, config=_CONFIG)
class Instrument:
    """A contract or spot pair with its present terms and prices."""

    symbol: Symbol
    #: `Open` when it trades.
    state: Code
    #: FFWCSX perpetual, FFCCSX dated future, IFXXXP spot, FFICSX prediction.
    typ: Code | None = None
    underlying: str | None = None
    quote_currency: str | None = None
    #: Minor unit profit and margin are counted in, for example XBt.
    settl_currency: str | None = None
    is_inverse: bool | None = None
    is_quanto: bool | None = None
    #: Smallest price step, in the quote currency.
    tick_size: Positive | None = None
    #: Smallest quantity step, in contracts.
    lot_size: Positive | None = None
    #: Largest order, in contracts.
    max_order_qty: Positive | None = None
    #: Value of one contract per price unit, in minor units of the settlement currency; negative when inverse.
    multiplier: Number | None = None
    underlying_to_position_multiplier: Number | None = None
    underlying_to_settle_multiplier: Number | None = None
    #: Share of an order's value, 0.0005 is 0.05 %; a negative fee is paid to the trader.
    maker_fee: Number | None = None
    taker_fee: Number | None = None
    #: Share of a position's value, at the base risk limit.
    init_margin: NotNegative | None = None
    maint_margin: NotNegative | None = None
    #: Position value the base margins hold up to, and the step to the next; minor units of the settlement currency.
    risk_limit: NotNegative | None = None
    risk_step: NotNegative | None = None
    #: Share of the position's value charged at funding_timestamp; positive: longs pay shorts.
    funding_rate: Number | None = None
    #: Running estimate of the rate after that.
    indicative_funding_rate: Number | None = None
    funding_timestamp: AwareDatetime | None = None
    funding_interval: Interval | None = None
    #: In the quote currency.
    mark_price: Positive | None = None
    #: Present price of the index a contract follows, in the quote currency.
    indicative_settle_price: Positive | None = None
    #: When a dated contract settles or settled; none of a perpetual.
    settle: AwareDatetime | None = None
    #: When the exchange last changed this row.
    timestamp: AwareDatetime | None = None


@dataclass(frozen=True, config=_CONFIG)
class Funding:
    """One past funding of a perpetual; the rate is a share of the position's value."""

    symbol: Symbol
    timestamp: AwareDatetime
    funding_rate: Number
    funding_interval: Interval | None = None


@dataclass(frozen=True, config=_CONFIG)
class Trade:
    """One public trade."""

    symbol: Symbol
    timestamp: AwareDatetime
    price: Positive
    #: In contracts.
    size: NotNegative
    #: Of the taker: `Buy` or `Sell`.
    side: Code | None = None
    #: Against the trade before: `PlusTick`, `ZeroMinusTick`...
    tick_direction: Code | None = None
    trd_match_id: MatchId | None = Field(default=None, alias="trdMatchID")
    trd_type: Code | None = None


@dataclass(frozen=True, config=_CONFIG)
class Bucket:
    """The trades of one minute. `open` is the close of the minute before, so it may lie outside low to high."""

    symbol: Symbol
    #: The END of the minute.
    timestamp: AwareDatetime
    open: Positive | None = None
    high: Positive | None = None
    low: Positive | None = None
    close: Positive | None = None
    trades: Annotated[int, Field(ge=0)] | None = None
    #: In contracts.
    volume: NotNegative | None = None
    vwap: Positive | None = None


@dataclass(frozen=True, config=_CONFIG)
class Announcement:
    """A notice of the exchange; the title without markup."""

    id: int
    title: PlainText
    link: str | None = None
    date: AwareDatetime | None = None


@dataclass(frozen=True, config=_CONFIG)
class AssetNetwork:
    """One way to move an asset in and out; `asset` is the network's code, fees are minor units of the asset."""

    asset: Code
    deposit_enabled: bool | None = None
    withdrawal_enabled: bool | None = None
    withdrawal_fee: NotNegative | None = None


@dataclass(frozen=True, config=_CONFIG)
class Asset:
    """A coin of the wallet; amounts are minor units, `scale` is their number of decimals."""

    asset: Code
    currency: Code
    scale: Annotated[int, Field(ge=0, le=18)]
    major_currency: str | None = None
    name: str | None = None
    enabled: bool | None = None
    memo_required: bool | None = None
    min_deposit_amount: NotNegative | None = None
    min_withdrawal_amount: NotNegative | None = None
    max_withdrawal_amount: NotNegative | None = None
    networks: tuple[AssetNetwork, ...] = ()


@dataclass(frozen=True, config=_CONFIG)
class Network:
    """A blockchain deposits arrive over."""

    network: Code
    name: str | None = None
    network_symbol: str | None = None
    #: Blocks before a deposit is credited.
    deposit_confirmations: Annotated[int, Field(ge=0)] | None = None
    enabled: bool | None = None
