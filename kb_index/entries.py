"""Entries: many small articles in one YAML file, for what needs a few sentences each.

A file is entries/<language>/<name>.yml: a head (language, kind, review dates, owner) that all its entries share, and
the entries. A *glossary* entry is a text; an *API error* entry is a cause, a fix, an example request and the literal
messages. An entry becomes an article: the same checks, a page of its own, found by search like any other.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kb_index import drafts, front_matter, markdown
from kb_index.drafts import Draft
from kb_index.front_matter import FrontMatter
from kb_index.markdown import Document, Problem, Section
from kit import blocks
from kit.blocks import Block

#: Entries answer narrow questions; fewer ways of asking are enough than for an article.
MIN_QUESTIONS = 4

HEAD = ("language", "kind", "reviewed_on", "review_every_days", "owner")
SHARED = ("id", "title", "topic", "sources", "questions")
OPTIONAL = ("see", "audience", "risk", "expires_on")
#: What an entry of each kind says, beyond SHARED.
TEXTS = {"glossary": ("text",), "api_error": ("status", "cause", "fix")}
OPTIONAL_TEXTS = {"glossary": (), "api_error": ("messages", "example")}

_WORDS = {
    "en": {"cause": "Cause", "fix": "What to do", "example": "Example request", "messages": "Error text"},
    "zh": {"cause": "原因", "fix": "处理办法", "example": "示例请求", "messages": "报错原文"},
}
_COLON = {"en": ": ", "zh": "："}


def read(path: Path, known: frozenset[str]) -> list[Draft]:
    """Read a file's entries; a file that is no such file is one draft with the problems."""
    text, problems = drafts.read_source(path)
    head = FrontMatter(problems=problems) if problems else front_matter.read_yaml(text, first_line=1)
    if not head.problems:
        _check_head(head, path)
    if head.problems:
        return [Draft(path, path.stem, path.parent.name, problems=head.problems)]
    items = head.nodes["entries"].value
    return [_entry(path, head, front_matter.from_node(item, first_line=1), known) for item in items]


def _check_head(head: FrontMatter, path: Path) -> None:
    for key in (*HEAD, "entries"):
        if head.values.get(key) in (None, "", []):
            head.problem(key, f"'{key}' is missing or empty.")
    for key in head.values:
        if key not in (*HEAD, "entries"):
            head.problem(key, f"unknown key '{key}'; known are {', '.join((*HEAD, 'entries'))}.")
    if not isinstance(head.values.get("entries", []), list):
        head.problem("entries", "'entries' must be a list.")
    if head.values.get("language", path.parent.name) != path.parent.name:
        head.problem("language", f"language does not match the path ({path.parent.name}).")
    if head.values.get("kind", "glossary") not in TEXTS:
        head.problem("kind", f"entries are of kind {' or '.join(TEXTS)}.")


def _entry(path: Path, head: FrontMatter, entry: FrontMatter, known: frozenset[str]) -> Draft:
    kind, language = head.text("kind"), head.text("language")
    line = min(entry.lines.values(), default=1)
    draft = Draft(path, str(entry.values.get("id", "")), language, line, front=_merged(head, entry))
    if entry.problems:
        draft.problems = entry.problems
        return draft
    said = (*TEXTS[kind], *OPTIONAL_TEXTS[kind])
    front_matter.check(
        draft.front,
        required=(*front_matter.REQUIRED, *TEXTS[kind]),
        optional=(*front_matter.OPTIONAL, *OPTIONAL, *OPTIONAL_TEXTS[kind]),
        min_questions=MIN_QUESTIONS,
    )
    draft.problems = draft.front.problems
    if not draft.problems:
        document = _document(draft, language, said)
        drafts.check_sources(draft, known)
        drafts.check_sections(draft, document, line - 1)
        content = json.dumps([head.values | {"entries": None}, entry.values], default=str, sort_keys=True)
        drafts.finish(draft, document, content, draft.front.items("messages"))
    return draft


def _merged(head: FrontMatter, entry: FrontMatter) -> FrontMatter:
    """Return an entry as if it were a front matter of its own; `see` is its one related article."""
    values: dict[str, Any] = {"audience": "all", **{key: head.values[key] for key in HEAD}, **entry.values}
    lines = {**head.lines, **entry.lines}
    item_lines = dict(entry.item_lines)
    if "see" in values:
        values["related"], item_lines["related"] = [values["see"]], [lines["see"]]
        lines["related"] = lines["see"]
    return FrontMatter(values, lines, item_lines)


def _document(draft: Draft, language: str, said: tuple[str, ...]) -> Document:
    """Return what an entry says as sections: the lead answers, then the example and the literal messages."""
    words, front = _WORDS[language], draft.front
    if "text" in said:
        return Document([Section("", front.lines["text"], _parsed(draft, "text"))])
    lead = []
    for key in ("cause", "fix"):
        paragraphs = _parsed(draft, key)
        if paragraphs and "spans" in paragraphs[0]:
            paragraphs[0]["spans"].insert(0, blocks.span(words[key] + _COLON[language], bold=True))
        lead += paragraphs
    sections = [Section("", front.lines["cause"], lead)]
    if front.optional("example"):
        code: Block = {"type": "code", "text": front.text("example")}
        sections.append(Section(words["example"], front.lines["example"], [code]))
    if front.items("messages"):
        status = blocks.span(f"{front.text('status')} ")
        literal = [[status, blocks.span(message, code=True)] for message in front.items("messages")]
        sections.append(Section(words["messages"], front.lines["messages"], [{"type": "list", "items": literal}]))
    return Document(sections)


def _parsed(draft: Draft, key: str) -> list[Block]:
    text, line = draft.front.text(key), draft.front.lines[key]
    document = markdown.parse(text)
    draft.problems += [Problem(line + problem.line - 1, problem.message) for problem in document.problems]
    if len(document.sections) > 1:
        draft.problems.append(Problem(line, f"'{key}' holds no headings."))
    draft.help_links += [(line + number - 1, url) for number, url in document.help_links]
    draft.prose += [(line + number, part) for number, part in enumerate(text.splitlines())]
    return document.sections[0].blocks
