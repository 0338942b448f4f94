"""What can be shown of an instrument, an asset, a network and the notices, in English and Chinese.

A *field* has the API's own name (F171) or, where facts.md gives the formula, one derived from it.
`show` returns the value with its unit, or None when the exchange gives none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from exchange.answers import Announcement, Asset, Instrument, Network

#: Minor unit -> its currency and decimals (F004; F163 against the API's own number).
_MINOR_UNITS = {"XBt": ("XBT", 8), "USDt": ("USDT", 6)}
_STATES = {"Open": "开放交易", "Closed": "已关闭", "Unlisted": "未上线", "Settled": "已结算"}
MAX_NOTICES = 3


@dataclass(frozen=True)
class Field:
    label: Mapping[str, str]
    show: Callable[[Any, str], str | None]


def number(value: Decimal) -> str:
    """Write a number in full, without trailing zeros: 0.1, 97,849.76, 0.00001."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: Decimal) -> str:
    return f"{number(value * 100)}%"


def instant(value: datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M} UTC"


def _field(en: str, zh: str, show: Callable[[Any, str], str | None]) -> Field:
    return Field({"en": en, "zh": zh}, show)


def _price(name: str) -> Callable[[Instrument, str], str | None]:
    def show(row: Instrument, _language: str) -> str | None:
        value = getattr(row, name)
        return None if value is None or not row.quote_currency else f"{number(value)} {row.quote_currency}"

    return show


def _contracts(name: str) -> Callable[[Instrument, str], str | None]:
    def show(row: Instrument, language: str) -> str | None:
        value = getattr(row, name)
        if value is None or not (row.typ or "").startswith("FF"):  # spot counts in other units
            return None
        return (
            f"{number(value)} 张"
            if language == "zh"
            else f"{number(value)} {'contract' if value == 1 else 'contracts'}"
        )

    return show


def _share(name: str) -> Callable[[Instrument, str], str | None]:
    def show(row: Instrument, _language: str) -> str | None:
        value = getattr(row, name)
        return None if value is None else percent(value)

    return show


def _settled(name: str) -> Callable[[Instrument, str], str | None]:
    def show(row: Instrument, _language: str) -> str | None:
        value, unit = getattr(row, name), _MINOR_UNITS.get(row.settl_currency or "")
        return None if value is None or unit is None else f"{number(value.scaleb(-unit[1]))} {unit[0]}"

    return show


def _fee(name: str) -> Callable[[Instrument, str], str | None]:
    def show(row: Instrument, language: str) -> str | None:
        value = getattr(row, name)
        if value is None:
            return None
        rebate = {"en": " (a rebate: paid to you)", "zh": "（负费率：返还给您）"}[language] if value < 0 else ""
        return percent(value) + rebate

    return show


def _funding_rate(row: Instrument, language: str) -> str | None:
    if row.funding_rate is None or row.funding_timestamp is None:
        return None
    long, short = {"en": ("longs", "shorts"), "zh": ("多头", "空头")}[language]
    payer, payee = (long, short) if row.funding_rate >= 0 else (short, long)
    pays = {"en": f" ({payer} pay {payee})", "zh": f"（{payer}付给{payee}）"}[language] if row.funding_rate else ""
    rate = percent(row.funding_rate) + pays
    at = instant(row.funding_timestamp)
    return {"en": f"{rate}, next funding {at}", "zh": f"{rate}，下次收取时间 {at}"}[language]


def _funding_time(row: Instrument, _language: str) -> str | None:
    return None if row.funding_timestamp is None else instant(row.funding_timestamp)


def _funding_interval(row: Instrument, language: str) -> str | None:
    if row.funding_interval is None:
        return None
    hours = number(Decimal(row.funding_interval // timedelta(minutes=1)) / 60)
    return {"en": f"{hours} hours", "zh": f"{hours} 小时"}[language]


def _leverage(row: Instrument, language: str) -> str | None:
    if not row.init_margin:
        return None
    times = number((1 / row.init_margin).quantize(Decimal("0.01")))
    return {"en": f"{times}x", "zh": f"{times} 倍"}[language]


def _contract_size(row: Instrument, _language: str) -> str | None:
    """F172, F164: inverse in the quote currency, linear in the underlying, quanto per point of price."""
    if row.is_inverse and row.multiplier and row.underlying_to_settle_multiplier:
        return f"{number(row.multiplier / row.underlying_to_settle_multiplier)} {row.quote_currency}"
    if row.is_quanto and row.multiplier and (unit := _MINOR_UNITS.get(row.settl_currency or "")):
        return f"{number(row.multiplier.scaleb(-unit[1]))} {unit[0]} / 1 {row.quote_currency}"
    if row.is_inverse is False and row.is_quanto is False and row.underlying_to_position_multiplier:
        return f"{number(1 / row.underlying_to_position_multiplier)} {row.underlying}"
    return None


def _state(row: Instrument, language: str) -> str:
    return _STATES.get(row.state, row.state) if language == "zh" else row.state


def _coins(name: str) -> Callable[[Asset, str], str | None]:
    def show(row: Asset, _language: str) -> str | None:
        value = getattr(row, name)
        return None if value is None else _amount(row, value)

    return show


def _amount(row: Asset, value: Decimal) -> str:
    return f"{number(value.scaleb(-row.scale))} {coin(row)}"


def coin(row: Asset) -> str:
    return row.major_currency or row.asset


def _open(name: str) -> Callable[[Asset, str], str | None]:
    """An asset that is switched off counts as closed on every network: never invite a deposit that may be lost."""

    def show(row: Asset, language: str) -> str | None:
        flags = {entry.asset.upper(): getattr(entry, name) and row.enabled is not False for entry in row.networks}
        if not flags or None in flags.values():
            return None
        groups = {is_open: [network for network, flag in flags.items() if flag == is_open] for is_open in (True, False)}
        return _semicolon(language).join(_where(is_open, on, language) for is_open, on in groups.items() if on)

    return show


def _where(is_open: bool, networks: list[str], language: str) -> str:
    if language == "zh":
        return f"{'开放' if is_open else '关闭'}（网络 {'、'.join(networks)}）"
    return f"{'open' if is_open else 'closed'} (on {', '.join(networks)})"


def _semicolon(language: str) -> str:
    return "；" if language == "zh" else "; "


def _withdrawal_fees(row: Asset, language: str) -> str | None:
    fees = {entry.asset.upper(): entry.withdrawal_fee for entry in row.networks if entry.withdrawal_fee is not None}
    between = {"en": ", ", "zh": "、"}[language]
    return between.join(f"{_amount(row, fee)} ({network})" for network, fee in fees.items()) or None


def _yes_no(name: str) -> Callable[[Any, str], str | None]:
    def show(row: Any, language: str) -> str | None:
        value = getattr(row, name)
        return None if value is None else {"en": ("no", "yes"), "zh": ("否", "是")}[language][value]

    return show


def _confirmations(row: Network, _language: str) -> str | None:
    return None if row.deposit_confirmations is None else str(row.deposit_confirmations)


def _notices(rows: Sequence[Announcement], language: str) -> str:
    if not rows:
        return {"en": "none", "zh": "无"}[language]
    newest = sorted(rows, key=lambda row: (row.date is not None, row.date, row.id), reverse=True)[:MAX_NOTICES]
    quotes = {"en": "“{}”", "zh": "《{}》"}[language]
    shown = [quotes.format(row.title) + (f" ({instant(row.date)})" if row.date else "") for row in newest]
    return _semicolon(language).join(shown)


#: Kind of fact -> field -> how it is shown.
FIELDS: dict[str, dict[str, Field]] = {
    "instrument": {
        "tickSize": _field("tick size", "最小变动价位", _price("tick_size")),
        "lotSize": _field("lot size", "最小交易单位", _contracts("lot_size")),
        "maxOrderQty": _field("largest order", "单笔最大委托量", _contracts("max_order_qty")),
        "contractSize": _field("contract size", "每张合约大小", _contract_size),
        "makerFee": _field("maker fee", "挂单（Maker）手续费", _fee("maker_fee")),
        "takerFee": _field("taker fee", "吃单（Taker）手续费", _fee("taker_fee")),
        "initMargin": _field("base initial margin", "基础起始保证金率", _share("init_margin")),
        "maintMargin": _field("base maintenance margin", "基础维持保证金率", _share("maint_margin")),
        "maxLeverage": _field(
            "highest leverage by the base initial margin", "按基础起始保证金率计算的最高杠杆", _leverage
        ),
        "riskLimit": _field("base risk limit", "基础风险限额", _settled("risk_limit")),
        "riskStep": _field("risk limit step", "风险限额递增额", _settled("risk_step")),
        "fundingRate": _field("funding rate", "资金费率", _funding_rate),
        "indicativeFundingRate": _field(
            "estimated next funding rate", "预测的下一期资金费率", _share("indicative_funding_rate")
        ),
        "fundingTimestamp": _field("next funding time", "下次资金费用时间", _funding_time),
        "fundingInterval": _field("funding interval", "资金费用间隔", _funding_interval),
        "markPrice": _field("mark price", "标记价格", _price("mark_price")),
        "indicativeSettlePrice": _field("index price", "指数价格", _price("indicative_settle_price")),
        "state": _field("state", "状态", _state),
    },
    "asset": {
        "minDepositAmount": _field("smallest deposit", "最低充值数量", _coins("min_deposit_amount")),
        "minWithdrawalAmount": _field("smallest withdrawal", "最低提现数量", _coins("min_withdrawal_amount")),
        "maxWithdrawalAmount": _field("largest withdrawal", "最高提现数量", _coins("max_withdrawal_amount")),
        "depositEnabled": _field("deposits", "充值", _open("deposit_enabled")),
        "withdrawalEnabled": _field("withdrawals", "提现", _open("withdrawal_enabled")),
        "withdrawalFee": _field("withdrawal fee", "提现手续费", _withdrawal_fees),
        "memoRequired": _field("memo required", "是否需要填写 memo", _yes_no("memo_required")),
    },
    "network": {
        "depositConfirmations": _field("confirmations for a deposit", "充值所需区块确认数", _confirmations),
        "enabled": _field("enabled", "是否启用", _yes_no("enabled")),
    },
    "announcement": {"urgent": _field("Urgent announcements", "紧急公告", _notices)},
}
