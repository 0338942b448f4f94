"""Pictures for articles, drawn by script: one SVG per picture and language, light and dark in one file.

Articles show them by `![what it shows](/help/pictures/<name>-<language>.svg)`; the files are committed, because help
pages are served from them. Facts in them are facts of facts.md; they state no number that may change.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kb_index.pictures import deleveraging, funding, liquidation, margin_modes, mark_and_last, order_types, signing
from kb_index.pictures.canvas import Canvas, Words

FOLDER = Path(__file__).parent.parent / "articles" / "pictures"
#: What the address of a picture begins with.
PREFIX = "/help/pictures/"

_DRAWN: dict[str, tuple[dict[str, Words], Callable[[Words], Canvas]]] = {
    "liquidation": (liquidation.WORDS, liquidation.draw),
    "mark-and-last": (mark_and_last.WORDS, mark_and_last.draw),
    "funding": (funding.WORDS, funding.draw),
    "order-types": (order_types.WORDS, order_types.draw),
    "signing": (signing.WORDS, signing.draw),
    "margin-modes": (margin_modes.WORDS, margin_modes.draw),
    "deleveraging": (deleveraging.WORDS, deleveraging.draw),
}


def files() -> dict[str, str]:
    """Return every picture by file name."""
    return {
        f"{name}-{language}.svg": draw(words).svg(language, words)
        for name, (spoken, draw) in _DRAWN.items()
        for language, words in spoken.items()
    }


def names(folder: Path = FOLDER) -> list[str]:
    """Return the file names of the pictures that are there to be shown."""
    return sorted(path.name for path in folder.glob("*.svg"))


def write(folder: Path = FOLDER) -> int:
    """Write every picture, drop those no longer drawn, and return how many there are."""
    drawn = files()
    folder.mkdir(parents=True, exist_ok=True)
    for gone in set(names(folder)) - set(drawn):
        (folder / gone).unlink()
    for name, text in drawn.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return len(drawn)
