"""Rich text as Telegram counts it: parts that fit, marks that stay where they belong, buttons in rows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.channels.telegram.render import keyboard, render
from hub.channels.telegram.rich import Mark, Rich, entities, join, split, styled, units
from kit import blocks

SITE = "https://support.example"


def drawn(*made: blocks.Block, citations: list[dict[str, str]] | None = None, public_url: str = SITE) -> Rich:
    data = {"author": "bot", "text": "plain", "blocks": list(made), "citations": citations or []}
    (part,) = render(data, public_url=public_url, domains=["support.example", "exchange.example"])
    return part


def styles(rich: Rich) -> list[tuple[str, str, str | None]]:
    return [(mark.type, rich.text[mark.start : mark.end], mark.url) for mark in rich.marks]


def test_offsets_count_utf16_code_units() -> None:
    (entity,) = entities(Rich("🚀🚀 go", (Mark(3, 5, "bold"),)))

    assert (entity.offset, entity.length) == (5, 2)


def test_long_text_is_cut_between_paragraphs() -> None:
    first, second = "a" * 3000, "b" * 3000

    assert [part.text for part in split(Rich(f"{first}\n\n{second}"))] == [first, second]


def test_cut_falls_back_to_lines_then_sentences_then_words_then_anywhere() -> None:
    assert [part.text for part in split(Rich("aaaa. bbbb\ncccc"), 12)] == ["aaaa. bbbb", "cccc"]
    assert [part.text for part in split(Rich("aaaa. bbbb cccc"), 12)] == ["aaaa.", "bbbb cccc"]
    assert [part.text for part in split(Rich("aaaa bbbb cccc"), 12)] == ["aaaa bbbb", "cccc"]
    assert [part.text for part in split(Rich("a" * 13), 12)] == ["a" * 12, "a"]


def test_mark_that_spans_a_cut_goes_on_in_the_next_part() -> None:
    parts = split(Rich("aaaa bbbb", (Mark(2, 9, "bold"),)), 5)

    assert [styles(part) for part in parts] == [[("bold", "aa", None)], [("bold", "bbbb", None)]]


def test_marks_go_on_over_what_is_put_in() -> None:
    rich = join([styled("ab", "bold"), styled("cd", "italic")], "")

    assert rich.insert([1, 2, 3], "|") == Rich("a|b|c|d", (Mark(0, 3, "bold"), Mark(4, 7, "italic")))


def test_nothing_is_put_into_code() -> None:
    code = {"type": "paragraph", "spans": [blocks.span("Call "), blocks.span("api.order.new", code=True)]}

    (rich,) = render({"author": "bot", "text": "", "blocks": [code]}, public_url="")

    assert rich.text == "Call api.order.new"


def test_emoji_counts_twice_and_is_never_halved() -> None:
    parts = split(Rich("🚀" * 5), 5)

    assert [part.text for part in parts] == ["🚀🚀", "🚀🚀", "🚀"]


def test_blank_text_has_no_parts() -> None:
    assert split(Rich(" \n ")) == []


@given(
    text=st.text(alphabet=st.sampled_from("ab .\n。🚀"), max_size=120),
    start=st.integers(0, 120),
    length=st.integers(1, 50),
    limit=st.integers(4, 30),
)
def test_parts_fit_and_lose_nothing_but_blanks(text: str, start: int, length: int, limit: int) -> None:
    marks = (Mark(start, start + length, "bold"),) if start + length <= len(text) else ()

    parts = split(Rich(text, marks), limit)

    assert "".join("".join(part.text.split()) for part in parts) == "".join(text.split())
    assert all(0 < units(part.text) <= limit for part in parts)
    marked = "".join(part.text[mark.start : mark.end] for part in parts for mark in part.marks)
    expected = "".join(text[mark.start : mark.end] for mark in marks)
    assert "".join(marked.split()) == "".join(expected.split())
    for part in parts:
        for entity in entities(part):
            assert 0 <= entity.offset < entity.offset + entity.length <= units(part.text)


def test_blocks_become_text_with_entities() -> None:
    bold, code = blocks.span("margin", bold=True), blocks.span("XBTUSD", code=True)
    made = drawn(
        {"type": "heading", "spans": [blocks.span("Fees")]},
        {"type": "paragraph", "spans": [blocks.span("Your "), bold, blocks.span(" for "), code]},
        {"type": "steps", "items": [[blocks.span("Log in.")], [blocks.span("Look.")]]},
        {"type": "list", "items": [[blocks.span("one")]]},
        {"type": "note", "spans": [blocks.span("Careful.")]},
        {"type": "code", "text": "GET /x"},
        {"type": "table", "rows": [[[blocks.span("a")], [blocks.span("b")]], [[blocks.span("1")], [blocks.span("2")]]]},
    )

    assert (
        made.text
        == "Fees\n\nYour margin for XBTUSD\n\n1. Log in.\n2. Look.\n\n• one\n\nCareful.\n\nGET /x\n\na | b\n1 | 2"
    )
    assert styles(made) == [
        ("bold", "Fees", None),
        ("bold", "margin", None),
        ("code", "XBTUSD", None),
        ("blockquote", "Careful.", None),
        ("pre", "GET /x", None),
        ("bold", "a | b", None),
    ]


CITATION = {"article_id": "fees", "title": "Fees", "url": "/help/en/fees#p1", "reviewed_on": "2026-11-01"}


def test_source_line_links_to_the_help_page() -> None:
    made = drawn(blocks.paragraph("0.05 %."), citations=[CITATION])

    assert made.text == "0.05 %.\n\nSource: Fees (reviewed 2026-11-01)"
    assert styles(made) == [("text_link", "Fees", f"{SITE}/help/en/fees#p1")]


def test_source_line_has_no_link_where_no_public_address_is_set() -> None:
    assert styles(drawn(blocks.paragraph("0.05 %."), citations=[CITATION], public_url="")) == []


def test_source_line_is_in_the_language_of_the_answer() -> None:
    assert drawn(blocks.paragraph("挂单 0.05 %。"), citations=[CITATION]).text.endswith(
        "来源：Fees（审核于 2026-11-01）"
    )


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/help/en/fees", f"{SITE}/help/en/fees"),
        ("https://www.exchange.example/a", "https://www.exchange.example/a"),
        ("https://exchange.example.com/a", None),
        ("javascript:alert(1)", None),
        ("http://plain.example", None),
    ],
)
def test_only_safe_links_are_drawn(link: str, url: str | None) -> None:
    made = drawn({"type": "paragraph", "spans": [blocks.span("here", link=link)]})

    assert styles(made) == ([("text_link", "here", url)] if url else [])


def buttons(*labels: str) -> list[list[str]]:
    data: dict[str, Any] = {"buttons": [{"label": label, "token": "t"} for label in labels]}
    found = keyboard(data)
    return [[button.text for button in row] for row in found.inline_keyboard] if found else []


def test_short_buttons_share_a_row_and_long_ones_do_not() -> None:
    assert buttons("Yes", "No", "Skip", "Back") == [["Yes", "No", "Skip"], ["Back"]]
    assert buttons("How funding is paid", "Talk to a person") == [["How funding is paid"], ["Talk to a person"]]
    assert buttons("资金费率怎么算", "转人工") == [["资金费率怎么算", "转人工"]]
    assert buttons() == []
