"""The sections of the reports by name: how each is measured, its table for CSV, its picture.

A table's columns have names that do not change; rows are in the order of the page.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from escalation.complaints.domain import OUTCOMES
from escalation.reports import backlog, bot, complaints, pictures, responses, satisfaction, volumes
from escalation.reports.charts import Picture
from escalation.reports.scope import Scope
from escalation.reports.words import Language

Figures = dict[str, Any]
Rows = list[dict[str, Any]]

_TIMES = ("count", "median_seconds", "p90_seconds", "in_time", "late", "in_time_share")
_RESPONSES = ("clock", "priority", *_TIMES, "target_shortest_seconds", "target_longest_seconds")
_COMPLAINTS = ("statistic", "name", "count", "amount", "median_seconds", "p90_seconds")


@dataclass(frozen=True)
class Section:
    measure: Callable[[AsyncSession, Scope], Awaitable[Figures]]
    #: Of the table, and its rows.
    columns: tuple[str, ...]
    rows: Callable[[Figures], Rows]
    picture: Callable[[Figures, Language], Picture]


def _volumes(figures: Figures) -> Rows:
    return list(figures["days"])


def _responses(figures: Figures) -> Rows:
    return [
        {"clock": clock, "priority": row["priority"], **_flat(row)}
        for clock in ("first_response", "resolution")
        for row in [{"priority": "all", **figures[clock]}, *figures[clock]["by_priority"]]
    ]


def _flat(row: Figures) -> Figures:
    target = row.get("target", {})
    return {
        **{name: row[name] for name in _TIMES},
        "target_shortest_seconds": target.get("shortest_seconds"),
        "target_longest_seconds": target.get("longest_seconds"),
    }


def _breaches(figures: Figures) -> Rows:
    return list(figures["breaches"])


def _backlog(figures: Figures) -> Rows:
    names = ("open", "unassigned", "median_seconds", "p90_seconds", "oldest_seconds")
    ages = [{"figure": f"open, {row['age']}", "value": row["count"]} for row in figures["ages"]]
    return [{"figure": name, "value": figures[name]} for name in names] + ages


def _satisfaction(figures: Figures) -> Rows:
    names = ("asked", "rated", "response_rate", "mean")
    scores = [{"figure": f"score {row['score']}", "value": row["count"]} for row in figures["scores"]]
    return [{"figure": name, "value": figures[name]} for name in names] + scores


def _bot(figures: Figures) -> Rows:
    if figures["turns"] is None:
        return []
    rows = [{"figure": f"turns, {row['outcome']}", "value": row["count"]} for row in figures["turns"]["outcomes"]]
    return rows + [{"figure": f"contacts, {name}", "value": value} for name, value in figures["contacts"].items()]


def _complaints(figures: Figures) -> Rows:
    """Return every statistic as a line: what is counted, which of them, and the figures."""
    rows = [{"statistic": name, "name": "", "count": figures[name]} for name in ("received", "open_now", "decided")]
    named = (("outcomes", "outcome"), ("root_causes", "root_cause"), ("remedies", "remedy"), ("missed_limits", "limit"))
    for group, key in named:
        rows += [{"statistic": key, "name": row[key], "count": row["count"]} for row in figures[group]]
    for row in figures["topics"]:
        rows.append({"statistic": "topic", "name": row["topic"], "count": row["count"]})
        rows += [{"statistic": f"topic {name}", "name": row["topic"], "count": row[name]} for name in OUTCOMES]
    rows += [{"statistic": "paid", "name": row["currency"], **row} for row in figures["paid"]]
    rows += [{"statistic": "step", "name": row["step"], **row} for row in figures["steps"]]
    return rows


_FIGURE = ("figure", "value")

SECTIONS: dict[str, Section] = {
    "volumes": Section(volumes.measure, ("day", "opened", "resolved"), _volumes, pictures.volumes),
    "responses": Section(responses.measure, _RESPONSES, _responses, pictures.responses),
    "breaches": Section(responses.breaches, ("clock", "count"), _breaches, pictures.breaches),
    "backlog": Section(backlog.measure, _FIGURE, _backlog, pictures.backlog),
    "satisfaction": Section(satisfaction.measure, _FIGURE, _satisfaction, pictures.satisfaction),
    "bot": Section(bot.measure, _FIGURE, _bot, pictures.bot),
    "complaints": Section(complaints.measure, _COMPLAINTS, _complaints, pictures.complaints),
}
