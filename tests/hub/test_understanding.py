"""`evaluate understanding`: what is counted, on replies made by hand."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

from hub import understanding
from hub.understanding import Judged
from kit.wire import BotMessage, Button, Citation, Payload, TurnReply


def row(must: str, accept: list[str], topics: list[str], lang: str = "en") -> dict[str, object]:
    return {"text": "secret words", "lang": lang, "must": must, "topics": topics, "accept": accept, "case": None}


def reply(outcome: str, *buttons: Button, cited: str = "", intent: str = "faq") -> TurnReply:
    citations = [Citation(cited, "v", "Title", "/help/en/x", "2026-11-22")] if cited else []
    candidates = [{"article_id": "mark-price", "topic": "mark_index_price"}, {"article_id": "fees", "topic": "fees"}]
    trace = {"intent": intent, "gate": {"candidates": candidates, "probability": 0.8}}
    return TurnReply([BotMessage("Hello.", buttons=list(buttons), citations=citations)], outcome, trace, {})


def judged() -> list[Judged]:
    choose = [Button("A", Payload("choose_article", {"article_id": "fees"})), Button("P", Payload("human_request"))]
    question = row("answer", ["answer", "clarify"], ["fees"])
    pairs = [
        (question, reply("answer", cited="fees")),
        (question, reply("answer", cited="mark-price")),
        (question, reply("clarify", *choose)),
        (question, reply("intake")),
        (row("escalate", ["handoff", "intake"], ["fees"]), reply("handoff")),
        (row("escalate", ["handoff", "intake"], ["fees"]), reply("answer", cited="fees")),
        (row("decline", ["decline"], ["out_of_scope"]), reply("decline")),
        (row("open", ["clarify"], ["fees"], "ko"), reply("clarify", choose[1], intent="unsupported_language")),
    ]
    return [understanding.judge(asked, said) for asked, said in pairs]


def test_hits_are_counted_by_what_a_message_must_become() -> None:
    lines = {line.name: (line.share.hits, line.share.of) for line in understanding.measure(judged()).lines}

    assert lines["must answer: outcome accepted"] == (3, 4)
    assert lines["must escalate: outcome accepted"] == (1, 2)
    assert lines["must escalate, nothing else accepted: intake or handoff"] == (1, 2)
    assert lines["must decline: outcome accepted"] == (1, 1)
    assert lines["all: outcome accepted"] == (5, 7)


def test_a_topic_counts_when_answered_from_or_offered() -> None:
    lines = {line.name: (line.share.hits, line.share.of) for line in understanding.measure(judged()).lines}

    assert lines["must answer: topic right at once or offered"] == (2, 4)
    assert lines["must answer: answered, topic wrong"] == (1, 2)
    assert lines["must answer: people though not accepted"] == (1, 4)
    assert lines["other languages: named, a person offered"] == (1, 1)


def test_totals_are_told_and_drawn_without_a_text() -> None:
    items = judged()
    found = {"all": understanding.measure(items), "odd rows": understanding.measure(items[::2])}

    told = understanding.table(found) + json.dumps(understanding.written(Path("rows.jsonl"), found))
    drawing = understanding.draw(items, found["all"])

    assert "secret" not in told + drawing
    assert "3 of 4" in told
    assert ElementTree.fromstring(drawing).tag.endswith("svg")
