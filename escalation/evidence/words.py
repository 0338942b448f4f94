"""Notes of a pack in English and Chinese: why a part is missing, what it lacks, what the record says.

Values that are instants stand in the note as RFC 3339 and are shown in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from kit.clock import from_wire

Language = Literal["en", "zh"]

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_AT = "%Y-%m-%d %H:%M:%S UTC"

NOTES: dict[str, dict[str, str]] = {
    "no_symbol": {"en": "The case names no contract.", "zh": "工单没有写明合约。"},
    "unknown_symbol": {"en": "The exchange lists no “{given}”.", "zh": "交易所没有“{given}”。"},
    "near_symbol": {
        "en": "The exchange lists no “{given}”. It may be {near}.",
        "zh": "交易所没有“{given}”，可能是 {near}。",
    },
    "no_time": {"en": "The case names no time.", "zh": "工单没有写明时间。"},
    "rough_time": {
        "en": "The time is not exact: “{given}”. Ask for date and minute.",
        "zh": "时间不准确：“{given}”。请询问日期和具体分钟。",
    },
    "day_only": {
        "en": "Only the day is known: {given}. Ask for the minute.",
        "zh": "只知道日期：{given}。请询问具体分钟。",
    },
    "in_future": {"en": f"The time lies ahead: {{given:{_AT}}}.", "zh": f"时间在未来：{{given:{_AT}}}。"},
    "before_exchange": {
        "en": "The time lies before the exchange began: {given}.",
        "zh": "该时间早于交易所成立：{given}。",
    },
    "not_connected": {
        "en": "This service is not connected to the exchange.",
        "zh": "本服务没有连接到交易所。",
    },
    "unavailable": {"en": "The exchange could not be asked.", "zh": "无法向交易所查询。"},
    "rate_limited": {
        "en": "The exchange wanted to be asked less often.",
        "zh": "交易所要求降低查询频率。",
    },
    "not_recorded": {
        "en": "No record: Pharos recorded nothing of this contract in this window.",
        "zh": "没有记录：Pharos 在这段时间没有记录该合约。",
    },
    "gap": {
        "en": "No record from {start:%H:%M:%S} to {end:%H:%M:%S} UTC.",
        "zh": "{start:%H:%M:%S} 至 {end:%H:%M:%S} UTC 没有记录。",
    },
    "more_gaps": {"en": "No record in {count} more places.", "zh": "另有 {count} 处没有记录。"},
    "not_over": {
        "en": f"Collected before the window was over; it ends at {{end:{_AT}}}.",
        "zh": f"收集时这段时间还没有结束，结束于 {{end:{_AT}}}。",
    },
    "cut": {
        "en": "Too many to keep: the {count} nearest the moment, {start:%H:%M:%S} to {end:%H:%M:%S} UTC.",
        "zh": "数量过多：只保留最接近该时刻的 {count} 条，{start:%H:%M:%S} 至 {end:%H:%M:%S} UTC。",
    },
    "broken_off": {
        "en": "The exchange stopped answering: only {start:%H:%M:%S} to {end:%H:%M:%S} UTC.",
        "zh": "交易所中途停止回应：只有 {start:%H:%M:%S} 至 {end:%H:%M:%S} UTC。",
    },
    "left_out": {
        "en": "{count} entries could not be read and are left out.",
        "zh": "有 {count} 条无法读取，已略去。",
    },
    "none_given": {"en": "The exchange gave none for this window.", "zh": "交易所在这段时间没有数据。"},
    "empty_minutes": {"en": "{count} minutes have no bucket.", "zh": "有 {count} 分钟没有数据。"},
    "present_only": {
        "en": "The exchange lists what is urgent when asked; a notice withdrawn since is not in it.",
        "zh": "交易所只列出查询时的紧急公告，之后撤下的不在其中。",
    },
    "undated": {"en": "{count} notices without a date are kept.", "zh": "保留了 {count} 条没有日期的公告。"},
    "settlement_time": {
        "en": f"No time was given; the contract's settlement is used: {{at:{_AT}}}.",
        "zh": f"没有给出时间，使用合约的结算时间：{{at:{_AT}}}。",
    },
    "testnet": {
        "en": "From the exchange's testnet, whose prices are its own.",
        "zh": "来自交易所测试网，价格与实盘不同。",
    },
    "mark_range": {
        "en": "Mark price in the record: {low} ({low_at:%H:%M:%S}) to {high} ({high_at:%H:%M:%S} UTC).",
        "zh": "记录中的标记价格：{low}（{low_at:%H:%M:%S}）至 {high}（{high_at:%H:%M:%S} UTC）。",
    },
    "trade_range": {
        "en": "Trades by minute: {low} to {high}.",
        "zh": "每分钟成交价：{low} 至 {high}。",
    },
    "mark_reached": {
        "en": "The recorded mark price reached {price} first at {at:%H:%M:%S} UTC.",
        "zh": "记录中的标记价格首次到达 {price} 的时间：{at:%H:%M:%S} UTC。",
    },
    "mark_not_reached": {
        "en": "The recorded mark price did not reach {price}.",
        "zh": "记录中的标记价格没有到达 {price}。",
    },
    "mark_not_seen": {
        "en": "The recorded mark price did not reach {price}, but the record has gaps.",
        "zh": "记录中的标记价格没有到达 {price}，但记录有缺失。",
    },
    "price_unread": {"en": "The price given cannot be read: “{given}”.", "zh": "无法读取所给的价格：“{given}”。"},
}

#: Names of the parts and labels of the chart.
LABELS: dict[str, dict[str, str]] = {
    "trades": {"en": "Trades", "zh": "成交"},
    "buckets": {"en": "1-minute prices", "zh": "分钟价格"},
    "record": {"en": "Mark and index price", "zh": "标记价格和指数价格"},
    "announcements": {"en": "Announcements", "zh": "公告"},
    "pack": {"en": "evidence pack {sequence}", "zh": "证据包 {sequence}"},
    "no_contract": {"en": "no contract", "zh": "未知合约"},
    "window": {
        "en": "{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC",
        "zh": "{start:%Y-%m-%d %H:%M} 至 {end:%Y-%m-%d %H:%M} UTC",
    },
    "no_window": {"en": "no time", "zh": "时间未知"},
    "minutes": {"en": "trades: low, high, close", "zh": "成交：最低、最高、收盘"},
    "mark": {"en": "mark price", "zh": "标记价格"},
    "index": {"en": "index", "zh": "指数"},
    "no_record": {"en": "no record", "zh": "没有记录"},
    "no_mark_record": {"en": "no record of mark and index", "zh": "没有标记价格和指数的记录"},
    "and": {"en": ", ", "zh": "、"},
    "not_yet": {"en": "not yet", "zh": "尚未发生"},
    "claimed_at": {"en": "claimed {at:%H:%M:%S}", "zh": "所称时间 {at:%H:%M:%S}"},
    "claimed_price": {"en": "claimed {price}", "zh": "所称价格 {price}"},
    "above": {"en": "claimed {price} lies above this chart", "zh": "所称价格 {price} 高于图中范围"},
    "below": {"en": "claimed {price} lies below this chart", "zh": "所称价格 {price} 低于图中范围"},
    "nothing": {"en": "No price of this window is known.", "zh": "没有这段时间的价格。"},
    "is_missing": {"en": "{part}: missing. {why}", "zh": "{part}：缺失。{why}"},
    "lacks": {"en": "{part}: {why}", "zh": "{part}：{why}"},
    "funding": {"en": "funding rate {old} to {new}", "zh": "资金费率 {old} 变为 {new}"},
    "state": {"en": "state {old} to {new}", "zh": "状态 {old} 变为 {new}"},
    "change": {"en": "{number}: {at:%H:%M:%S} UTC, {what}", "zh": "{number}：{at:%H:%M:%S} UTC，{what}"},
    "more_changes": {"en": "and {count} more changes of funding or state", "zh": "另有 {count} 次资金费率或状态变化"},
}


def label(name: str, language: Language, **values: Any) -> str:
    """Return a label of the chart."""
    return LABELS[name][language].format(**values)


def say(code: str, values: Mapping[str, Any], language: Language) -> str:
    """Return a note in words."""
    return NOTES[code][language].format(**{name: _shown(value) for name, value in values.items()})


def _shown(value: Any) -> Any:
    return from_wire(value) if isinstance(value, str) and _INSTANT.fullmatch(value) else value
