"""Scripts and style sheets without what only their readers need: whole-line comments and indentation.

A line that holds code is never changed but for the spaces around it, and no line is joined to another, so this needs
no parser: strings do not reach over a line's end, and a file with a template literal that does is left as it is.
"""

from __future__ import annotations

import re

#: A comment that begins a line, up to the end of its last line; only what stands alone is taken.
_BLOCK_COMMENT = re.compile(r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
_LINE_COMMENT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
_SPACE_AROUND = re.compile(r"^[ \t]+|[ \t]+$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{2,}")


def lean(source: str, suffix: str) -> str:
    """Return a source text of the same meaning, of the kinds .js and .css; others are returned as they are."""
    if suffix not in (".js", ".css"):
        return source
    made = _BLOCK_COMMENT.sub("", source)
    if suffix == ".js":
        if any(line.count("`") % 2 for line in made.splitlines()):
            return source
        made = _LINE_COMMENT.sub("", made)
    return _EMPTY_LINES.sub("\n", _SPACE_AROUND.sub("", made)).lstrip("\n")
