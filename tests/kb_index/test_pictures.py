"""The drawn pictures: committed as the script draws them, readable in both themes, told in both languages."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kb_index import __main__ as command
from kb_index import articles, pictures
from kb_index.markdown import parse
from kb_index.models import LANGUAGES
from kb_index.pictures.canvas import PALETTE, WIDTH

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = pictures.files()
NAMES = sorted(DRAWN)
#: Colours that carry text, and those that lie under it.
TEXT_ROLES, GROUNDS = ("ink", "quiet", "accent", "risk", "warn"), ("card", "soft", "accent-soft", "risk-soft")


def read(name: str) -> ElementTree.Element:
    return ElementTree.fromstring(DRAWN[name])


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def width_of(text: str, size: float) -> float:
    """Estimate how wide a line is in an ordinary system font."""
    narrow = frozenset(" .,:;'|!()[]{}/-ijlftrI1")
    return size * sum(
        1.0 if unicodedata.east_asian_width(each) in "WF" else 0.36 if each in narrow else 0.6 for each in text
    )


def test_committed_pictures_are_what_the_script_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures.write, "__defaults__", (tmp_path,))
    (tmp_path / "no-longer-drawn.svg").write_text("<svg/>")

    assert command.main(["pictures"]) == 0

    drawn = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in pictures.FOLDER.iterdir()}
    assert drawn == committed, "run: python -m kb_index pictures"


def test_there_is_every_picture_in_every_language() -> None:
    kinds = {
        language: {name.rpartition("-")[0] for name in NAMES if name.endswith(f"-{language}.svg")}
        for language in LANGUAGES
    }

    assert len(kinds["en"]) >= 6
    assert kinds["en"] == kinds["zh"]
    assert all(
        ("zh" in read(name).attrib["{http://www.w3.org/XML/1998/namespace}lang"]) == ("-zh." in name) for name in NAMES
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_says_what_it_shows(name: str) -> None:
    root = read(name)
    title, told = root.findtext(f"{SVG}title") or "", root.findtext(f"{SVG}desc") or ""

    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "t d"
    assert title
    assert len(told) > len(title)
    for text in (title, told):
        assert bool(re.search(r"[\u4e00-\u9fff]", text)) == name.endswith("-zh.svg")


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_has_every_colour_in_both_themes_and_nothing_active(name: str) -> None:
    root = read(name)
    light, dark = (root.findtext(f"{SVG}style") or "").split("@media (prefers-color-scheme:dark)")
    shown = [
        element
        for element in root.iter()
        if element.tag not in (f"{SVG}svg", f"{SVG}title", f"{SVG}desc", f"{SVG}style")
    ]
    used = {part.removeprefix("s-") for element in shown for part in element.get("class", "").split()} - {
        "none",
        "b",
        "m",
    }

    assert used <= set(PALETTE)
    assert all(
        f".{role}{{fill:" in theme and f".s-{role}{{stroke:" in theme for role in used for theme in (light, dark)
    )
    assert all(element.get("class") or element[:] for element in shown), (
        "a shape without a colour is black in both themes"
    )
    assert not re.search(r"<script|<a |href|url\(|style=| on\w+=|@import", DRAWN[name])


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_is_readable_on_every_ground(theme: int) -> None:
    for role in TEXT_ROLES:
        for ground in GROUNDS:
            assert contrast(PALETTE[role][theme], PALETTE[ground][theme]) >= 4.5, (role, ground)


@pytest.mark.parametrize("name", NAMES)
def test_text_stays_on_the_card_and_is_large_enough_on_a_phone(name: str) -> None:
    root = read(name)
    height = float(root.attrib["viewBox"].split()[3])

    for element in root.iter(f"{SVG}text"):
        size, x = float(element.attrib["font-size"]), float(element.attrib["x"])
        width = width_of("".join(element.itertext()), size)
        start = {"start": x, "middle": x - width / 2, "end": x - width}[element.get("text-anchor", "start")]
        assert start >= 8, element.text
        assert start + width <= WIDTH - 8, element.text
        assert size < float(element.attrib["y"]) < height - 8
        assert size * 320 / WIDTH >= 11


def test_a_picture_that_is_not_there_is_refused_at_its_line() -> None:
    [problem] = parse("Fine.\n\n![A chart](/help/pictures/no-such-chart-en.svg)\n").problems

    assert problem.line == 3
    assert problem.message.startswith("there is no picture /help/pictures/no-such-chart-en.svg; the known are ")


def test_every_picture_is_shown_by_an_article_of_its_language() -> None:
    shown = {
        (article.language, block["url"].removeprefix(pictures.PREFIX))
        for article in articles.load()
        for passage in article.passages
        for block in passage.blocks
        if block["type"] == "image"
    }

    assert {name for _, name in shown} == set(NAMES)
    assert all(name.endswith(f"-{language}.svg") for language, name in shown)


def test_a_lead_shows_no_picture() -> None:
    leads = [article.lead for article in articles.load()]

    assert not [block for lead in leads for block in lead.blocks if block["type"] == "image"]
