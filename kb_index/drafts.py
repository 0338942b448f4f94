"""One article while it is being read: what it says, where in which file, and what is wrong with it.

Articles come from Markdown files and from entries in YAML files; both end here, so that both keep the same rules.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from kb_index.front_matter import FrontMatter
from kb_index.markdown import Document, Problem, Section
from kb_index.models import Article, Passage
from kit import blocks

#: Longest lead, in characters as the chat shows them, and largest file in bytes.
MAX_LEAD_LENGTH = 900
MAX_FILE_BYTES = 200_000

_NOT_IN_ANCHOR = re.compile(r"[^\w]+")


@dataclass
class Draft:
    """One article read: the finished article when it stands by itself, and what rules across articles need."""

    path: Path
    id: str
    language: str
    line: int = 1
    problems: list[Problem] = field(default_factory=list)
    article: Article | None = None
    front: FrontMatter = field(default_factory=FrontMatter)
    help_links: list[tuple[int, str]] = field(default_factory=list)
    #: (line, text) of the prose, for rules about what may be written; code left out.
    prose: list[tuple[int, str]] = field(default_factory=list)

    def told(self) -> list[str]:
        """Return the problems as "file:line: message", in the file's order."""
        ordered = sorted(self.problems, key=lambda problem: problem.line)
        return [f"{self.path}:{problem.line}: {problem.message}" for problem in ordered]


def read_source(path: Path) -> tuple[str, list[Problem]]:
    """Return a file's text, or why it cannot be read."""
    data = path.read_bytes()
    if len(data) > MAX_FILE_BYTES:
        return "", [Problem(1, f"the file has {len(data)} bytes; at most {MAX_FILE_BYTES} are allowed.")]
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n"), []
    except UnicodeDecodeError as error:
        return "", [Problem(data[: error.start].count(b"\n") + 1, "the file is not valid UTF-8.")]


def check_sources(draft: Draft, known: frozenset[str]) -> None:
    """Every source is an id of facts.md."""
    sources = draft.front.values.get("sources")
    for index, source in enumerate(sources if isinstance(sources, list) else []):
        if isinstance(source, str) and source.strip() not in known:
            line = draft.front.item_line("sources", index)
            draft.problems.append(Problem(line, f"source '{source}' is not an id of facts.md."))


def check_sections(draft: Draft, document: Document, offset: int) -> None:
    """The lead answers by itself and fits the chat; no section is empty."""
    lead = document.sections[0]
    if not lead.blocks:
        draft.problems.append(Problem(1 + offset, "no lead: the answer must stand before the first ## heading."))
    elif lead.blocks[0]["type"] != "paragraph":
        draft.problems.append(Problem(1 + offset, "the lead must begin with a sentence that answers."))
    length = len(blocks.plain_text(lead.blocks)) if not document.problems else 0
    if length > MAX_LEAD_LENGTH:
        draft.problems.append(
            Problem(1 + offset, f"the lead has {length} characters; at most {MAX_LEAD_LENGTH}. Move detail under a ##.")
        )
    for section in document.sections[1:]:
        if not section.blocks:
            draft.problems.append(Problem(section.line + offset, f"the section '{section.heading}' is empty."))


def finish(draft: Draft, document: Document, content: str, messages: list[str] | None = None) -> None:
    """Make the article of a draft without problems; its version is the hash of what it was read from."""
    front = draft.front
    if draft.problems:
        return
    draft.article = Article(
        id=front.text("id"),
        language=front.text("language"),
        kind=front.text("kind"),
        topic=front.text("topic"),
        case=front.optional("case"),
        title=front.text("title"),
        version=hashlib.sha256(content.encode()).hexdigest()[:12],
        reviewed_on=front.values["reviewed_on"].isoformat(),
        review_due_on=front.review_due_on(),
        expires_on=front.values["expires_on"].isoformat() if front.values.get("expires_on") else None,
        owner=front.text("owner"),
        audience=front.text("audience"),
        risk=front.optional("risk"),
        sources=front.items("sources"),
        related=front.items("related"),
        questions=front.items("questions"),
        passages=_passages(document.sections),
        messages=messages or [],
        see=front.optional("see"),
        replaces=front.items("replaces"),
    )


def _passages(sections: list[Section]) -> list[Passage]:
    passages: list[Passage] = []
    taken: set[str] = set()
    for section in sections:
        anchor = _NOT_IN_ANCHOR.sub("-", section.heading.casefold()).strip("-") or ("section" if taken else "lead")
        while anchor in taken:
            anchor += "-2"
        taken.add(anchor)
        content = json.dumps([section.heading, section.blocks], ensure_ascii=False, sort_keys=True)
        digest = hashlib.sha256(content.encode()).hexdigest()[:12]
        passages.append(Passage(anchor, section.heading, digest, blocks.plain_text(section.blocks), section.blocks))
    return passages
