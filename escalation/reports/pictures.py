"""What each section of the reports draws, from the figures its table shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from escalation.reports.charts import Bar, Bars, Columns, Picture, counted
from escalation.reports.words import Language, say

Figures = dict[str, Any]


def volumes(figures: Figures, language: Language) -> Picture:
    days = [date.fromisoformat(row["day"]) for row in figures["days"]]
    series = [(say(name, language), [row[name] for row in figures["days"]]) for name in ("opened", "resolved")]
    return _picture("volumes", Columns(days, series), language)


def responses(figures: Figures, language: Language) -> Picture:
    clocks = ("first_response", "resolution")
    by_priority = [figures[clock]["by_priority"] for clock in clocks]
    groups = [
        (rows[0]["priority"], [_share_bar(row["in_time_share"], language) for row in rows])
        for rows in zip(*by_priority, strict=True)
    ]
    return _picture("responses", Bars(groups, [say(clock, language) for clock in clocks]), language)


def _share_bar(share: float | None, language: Language) -> Bar:
    return Bar(share, say("nothing", language) if share is None else f"{share:.0%}")


def breaches(figures: Figures, language: Language) -> Picture:
    return _counts("breaches", figures["breaches"], "clock", language)


def backlog(figures: Figures, language: Language) -> Picture:
    return _counts("backlog", figures["ages"], "age", language)


def satisfaction(figures: Figures, language: Language) -> Picture:
    return _counts("satisfaction", figures["scores"] if figures["rated"] else [], "score", language)


def bot(figures: Figures, language: Language) -> Picture:
    turns = figures["turns"]
    return _counts("bot", turns["outcomes"] if turns and turns["total"] else [], "outcome", language)


def complaints(figures: Figures, language: Language) -> Picture:
    return _counts("complaints", figures["outcomes"] if figures["decided"] else [], "outcome", language)


def _counts(title: str, rows: Sequence[Figures], key: str, language: Language) -> Picture:
    return _picture(title, counted([(say(str(row[key]), language), row["count"]) for row in rows]), language)


def _picture(title: str, plot: Columns | Bars, language: Language) -> Picture:
    return Picture(say(title, language), plot, say("nothing", language))
