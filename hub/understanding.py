"""`pharos evaluate understanding`: what the assistant does with labelled messages, each a conversation of its own.

A row is {"text", "lang", "must", "topics", "accept", "case"}: `must` is answer, escalate, decline or open; `accept`
lists the outcomes that are all right, `topics` the acceptable ones. Only totals are told, never a text. Odd and even
rows are told apart, so that rows read by people and rows opened by this command alone stay two figures.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.progress import track

from hub.ask import ask_turn, read_rows, running_assistant
from hub.settings import Settings
from kit import plot, wire
from kit.errors import InvalidRequest
from kit.plot import Panel, Series
from kit.share import Share
from kit.taxonomy import OUTCOMES

LANGUAGES = ("en", "zh")
MUSTS = ("answer", "escalate", "decline", "open")
TO_PEOPLE = frozenset(("intake", "handoff"))
_KEYS = ("text", "lang", "must", "topics", "accept")


@dataclass(frozen=True)
class Judged:
    """One row and what was done with it: the outcome, the topics answered from or offered, P(answers)."""

    row: dict[str, Any]
    outcome: str
    topics: list[str]
    probability: float
    offers_person: bool
    is_named: bool

    @property
    def is_accepted(self) -> bool:
        return self.outcome in self.row["accept"]

    @property
    def is_topic_right(self) -> bool:
        """Tell whether the topic answered from, or one of those offered to choose, is acceptable."""
        return bool(set(self.topics) & set(self.row["topics"]))


@dataclass(frozen=True)
class Line:
    """One figure: what it counts, and how many of how many."""

    name: str
    share: Share


@dataclass
class Figures:
    """The figures of one set of rows."""

    lines: list[Line] = field(default_factory=list)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)


async def evaluate(settings: Settings, source: Path, out_dir: Path, say: Callable[[str], None]) -> None:
    """Ask every row, print a table, write understanding.json and understanding.svg."""
    rows = read_rows(source)
    for number, row in enumerate(rows, start=1):
        missing = [key for key in _KEYS if key not in row]
        if missing:
            raise InvalidRequest(f"{source}:{number}: no {', '.join(missing)}; the row has {', '.join(row)}.")
    judged = []
    async with running_assistant(settings) as assistant:
        for row in track(rows, description="Asking", transient=True):
            judged.append(judge(row, await ask_turn(assistant, row["text"])))
    parts = {"all": judged, "odd rows": judged[::2], "even rows": judged[1::2]}
    found = {name: measure(part) for name, part in parts.items()}
    say(table(found))
    _write(out_dir, json.dumps(written(source, found), indent=1), draw(judged, found["all"]))
    say(f"Written: {out_dir / 'understanding.json'}, {out_dir / 'understanding.svg'}")


def _write(out_dir: Path, data: str, drawing: str) -> None:
    out_dir.mkdir(parents=True, exist_ok=True)
    (out_dir / "understanding.json").write_text(data, encoding="utf-8")
    (out_dir / "understanding.svg").write_text(drawing, encoding="utf-8")


def judge(row: dict[str, Any], reply: wire.TurnReply) -> Judged:
    """Note what a reply did with a row."""
    gate = reply.trace.get("gate", {})
    topic_of = {item["article_id"]: item["topic"] for item in gate.get("candidates", [])}
    buttons = [button for message in reply.messages for button in message.buttons]
    shown = [citation.article_id for message in reply.messages for citation in message.citations]
    shown += [str(button.payload.entities.get("article_id")) for button in buttons if reply.outcome == "clarify"]
    offered = [str(button.payload.entities.get("value")) for button in buttons if button.payload.intent == "set_slot"]
    return Judged(
        row=row,
        outcome=reply.outcome,
        topics=[topic_of[article] for article in shown if article in topic_of] + offered,
        probability=float(gate.get("probability") or 0.0),
        offers_person=any(button.payload.intent == "human_request" for button in buttons),
        is_named=reply.trace.get("intent") == "unsupported_language",
    )


def measure(judged: list[Judged]) -> Figures:
    """Count the figures of issue 3."""
    served = [item for item in judged if item.row["lang"] in LANGUAGES]
    other = [item for item in judged if item.row["lang"] not in LANGUAGES]
    by_must = {must: [item for item in served if item.row["must"] == must] for must in MUSTS}
    hard = [item for item in by_must["escalate"] if not {"answer", "clarify"} & set(item.row["accept"])]
    escalated = [item for item in by_must["answer"] if item.outcome in TO_PEOPLE and not item.is_accepted]
    answers = [item for item in served if item.outcome == "answer" and item.row["must"] == "answer"]
    wrong = [item for item in answers if not item.is_topic_right]
    lines = [Line(f"must {must}: outcome accepted", _share(by_must[must], _accepted)) for must in MUSTS]
    lines += [
        Line("all: outcome accepted", _share(served, _accepted)),
        Line("must escalate, nothing else accepted: intake or handoff", _share(hard, _to_people)),
        Line("must answer: topic right at once or offered", _share(by_must["answer"], _topic_right)),
        Line("must answer: answered, topic wrong", Share(len(wrong), len(answers))),
        Line("must answer: people though not accepted", Share(len(escalated), len(by_must["answer"]))),
    ]
    if other:
        lines.append(Line("other languages: named, a person offered", _share(other, _handled)))
    return Figures(lines, Counter((item.row["must"], item.outcome) for item in served))


def _share(items: list[Judged], is_hit: Callable[[Judged], bool]) -> Share:
    return Share(sum(map(is_hit, items)), len(items))


def _accepted(item: Judged) -> bool:
    return item.is_accepted


def _to_people(item: Judged) -> bool:
    return item.outcome in TO_PEOPLE


def _topic_right(item: Judged) -> bool:
    return item.is_topic_right


def _handled(item: Judged) -> bool:
    return item.is_named and item.offers_person


def table(found: dict[str, Figures]) -> str:
    """Return the figures as text."""
    width = max(len(line.name) for line in found["all"].lines) + 2
    lines = []
    for place, whole in enumerate(found["all"].lines):
        apart = "; ".join(
            f"{name} {part.lines[place].share.hits} of {part.lines[place].share.of}"
            for name, part in found.items()
            if name != "all" and place < len(part.lines)
        )
        lines.append(f"{whole.name:{width}}{whole.share.hits:>5} of {whole.share.of:<5}{whole.share}   {apart}")
    outcomes = [name for name in OUTCOMES if any(key[1] == name for key in found["all"].confusion)]
    lines += ["", "must".ljust(10) + "".join(name.rjust(14) for name in outcomes)]
    for must in MUSTS:
        lines.append(must.ljust(10) + "".join(str(found["all"].confusion[must, name]).rjust(14) for name in outcomes))
    return "\n".join(lines)


def written(source: Path, found: dict[str, Figures]) -> dict[str, Any]:
    """Return the figures as JSON holds them."""
    return {
        "rows": source.name,
        **{
            name: {
                "figures": {line.name: line.share.written() for line in figures.lines},
                "confusion": {f"{must} -> {outcome}": n for (must, outcome), n in sorted(figures.confusion.items())},
            }
            for name, figures in found.items()
        },
    }


def draw(judged: list[Judged], whole: Figures) -> str:
    """Draw what became of each `must`, and over P(answers) how many questions are answered with a wrong topic."""
    outcomes = [name for name in OUTCOMES if any(key[1] == name for key in whole.confusion)]
    shares = [(0.0, "0"), (0.25, "25 %"), (0.5, "50 %"), (0.75, "75 %"), (1.0, "100 %")]
    totals = {must: sum(whole.confusion[must, name] for name in outcomes) or 1 for must in MUSTS}
    became = [
        Series(must, [(n + 0.1 * place, whole.confusion[must, name] / totals[must]) for n, name in enumerate(outcomes)],
               is_line=False)
        for place, must in enumerate(MUSTS)
    ]  # fmt: skip
    names = [(-0.4, ""), *((float(n), name) for n, name in enumerate(outcomes)), (len(outcomes) - 0.4, "")]
    questions = [item for item in judged if item.row["lang"] in LANGUAGES and item.row["must"] == "answer"]
    panels = [Panel("what became of what", "outcome", "share of the rows", became, names, shares)]
    if questions:
        panels.append(
            Panel("answered at least so surely", "P(answers)", "share of questions", _curves(questions), shares, shares)
        )
    return plot.draw(panels)


def _curves(questions: list[Judged]) -> list[Series]:
    steps = [step / 20 for step in range(21)]
    above = {step: [item for item in questions if item.probability >= step] for step in steps}
    right = [(step, sum(item.is_topic_right for item in found) / len(questions)) for step, found in above.items()]
    reached = [(step, len(found) / len(questions)) for step, found in above.items()]
    return [Series("reached", reached), Series("topic right", right)]
