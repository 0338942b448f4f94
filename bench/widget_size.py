"""Adds up what the bubble weighs as the service sends it; fails when that is more than promised. `make widget-size`.

Nothing is bundled, so a file's imports say what comes with it: `import ... from` at once, `import()` on use.
"""

from __future__ import annotations

import gzip
import re
import sys
from pathlib import Path

from hub.pages import WEB, loader_script, served

#: kB that may travel before a customer can write a first message, and in all, whatever is used.
FIRST_LIMIT, ALL_LIMIT = 25.0, 45.0
#: The service compresses bodies from this size on, in bytes.
_COMPRESSED_FROM = 1024
_DYNAMIC_IMPORT = re.compile(r'import\("(\.[^"]+)"\)')
_STATIC_IMPORT = re.compile(r'^(?:import|export)\s[^;"]*?from "(\.[^"]+)"', re.MULTILINE)
_SHEET_NAMES = re.compile(r"^const FILES = \[(.*)\];", re.MULTILINE)
_SHEET = re.compile(r'loadSheet\(new URL\("([^"]+\.css)"')


def main() -> None:
    loader, texts = WEB / "widget" / "loader.js", WEB / "widget" / "texts"
    largest_text = max(texts.glob("*.js"), key=sent_bytes)
    first = {loader, largest_text} | needed_by(WEB / "widget" / "chat.js")
    with_lines = first | needed_by(WEB / "widget" / "view" / "lines.js")
    everything = with_lines | used_from(WEB / "widget" / "chat.js")
    unused = {path for path in (WEB / "widget").rglob("*.*") if path.is_file()} - everything - set(texts.glob("*.js"))
    for path in sorted(everything):
        print(f"{sent_bytes(path) / 1000:6.2f} kB  {path.relative_to(WEB)}")
    print(f"{kb(first):6.2f} kB  before the first message, at most {FIRST_LIMIT:g}")
    print(f"{kb(with_lines):6.2f} kB  with what draws messages, loaded when the panel opens")
    print(f"{kb(everything):6.2f} kB  in all, in one language, at most {ALL_LIMIT:g}")
    if unused:
        sys.exit(f"Nothing loads: {', '.join(str(path.relative_to(WEB)) for path in sorted(unused))}")
    if kb(first) > FIRST_LIMIT or kb(everything) > ALL_LIMIT:
        sys.exit("The bubble is heavier than promised. Load more of it on use, or write less.")


def needed_by(module: Path) -> set[Path]:
    """Return a module with all that must be there before it runs: static imports and style sheets."""
    found, waiting = set[Path](), [module]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _named_in(path, _STATIC_IMPORT) + _sheets(path)
    return found


def used_from(module: Path) -> set[Path]:
    """Return all that a module may ever load."""
    found, waiting = set[Path](), [module]
    while waiting:
        path = waiting.pop()
        for needed in needed_by(path) - found:
            found.add(needed)
            waiting += _named_in(needed, _DYNAMIC_IMPORT)
    return found


def _sheets(path: Path) -> list[Path]:
    """Return the style sheets of a module: those it lists by name, and those it loads one by one."""
    if path.suffix != ".js":
        return []
    listed = _SHEET_NAMES.search(path.read_text(encoding="utf-8"))
    names = re.findall(r'"([^"]+)"', listed[1]) if listed else []
    return [WEB / "widget" / "css" / f"{name}.css" for name in names] + _named_in(path, _SHEET)


def _named_in(path: Path, pattern: re.Pattern[str]) -> list[Path]:
    if path.suffix != ".js":
        return []
    return [(path.parent / name).resolve() for name in pattern.findall(path.read_text(encoding="utf-8"))]


def sent_bytes(path: Path) -> int:
    """Return the bytes of a body as the service sends it."""
    data = loader_script() if path.name == "loader.js" else served(path)
    return len(gzip.compress(data, 9, mtime=0)) if len(data) >= _COMPRESSED_FROM else len(data)


def kb(paths: set[Path]) -> float:
    return sum(sent_bytes(path) for path in paths) / 1000


if __name__ == "__main__":
    main()
