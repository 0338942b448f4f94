"""Article files to articles: what is valid, and for what is not, the file and the line.

A file is articles/<language>/<id>.md. All files are read before any complaint is raised, so that one run lists
everything; rules that span files (ids, cases, links between articles) come last.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from kb_index import front_matter, markdown
from kb_index.front_matter import FrontMatter
from kb_index.markdown import Document, Problem, Section
from kb_index.models import Article, Passage
from kit import blocks
from kit.errors import InvalidRequest

PACKAGE = Path(__file__).parent
ARTICLES = PACKAGE / "articles"
FACTS = PACKAGE / "facts.md"

#: Longest lead, in characters as the chat shows them, and largest file in bytes.
MAX_LEAD_LENGTH = 900
MAX_FILE_BYTES = 200_000

_FACT_ID = re.compile(r"^(?:- \*\*|\| )([FEG]\d+)\b", re.MULTILINE)
_NOT_IN_ANCHOR = re.compile(r"[^\w]+")


class InvalidArticles(InvalidRequest):
    """Articles break rules; `problems` are lines "file:line: message"."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass
class _File:
    """One file read: its article when it stands by itself, and what rules across files need."""

    path: Path
    problems: list[Problem] = field(default_factory=list)
    article: Article | None = None
    front: FrontMatter = field(default_factory=FrontMatter)
    help_links: list[tuple[int, str]] = field(default_factory=list)


def known_facts(path: Path = FACTS) -> frozenset[str]:
    """Return the ids that `sources` may name."""
    return frozenset(_FACT_ID.findall(path.read_text(encoding="utf-8")))


def load(folder: Path = ARTICLES, facts: Path = FACTS) -> list[Article]:
    """Read every article below a folder, or raise InvalidArticles with all that is wrong."""
    known = known_facts(facts)
    files = [_read_file(path, known) for path in sorted(folder.glob("*/*.md"))]
    if not files:
        raise InvalidArticles([f"{folder}:1: no articles found; expected <language>/<id>.md files."])
    _check_across(files)
    problems = [f"{file.path}:{p.line}: {p.message}" for file in files for p in sorted(file.problems, key=_line)]
    if problems:
        raise InvalidArticles(problems)
    return [file.article for file in files if file.article is not None]


def _line(problem: Problem) -> int:
    return problem.line


def _read_file(path: Path, known: frozenset[str]) -> _File:
    file = _File(path)
    data = path.read_bytes()
    if len(data) > MAX_FILE_BYTES:
        file.problems.append(Problem(1, f"the file has {len(data)} bytes; at most {MAX_FILE_BYTES} are allowed."))
        return file
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        file.problems.append(Problem(line, "the file is not valid UTF-8."))
        return file
    _read_text(file, text, known)
    return file


def _read_text(file: _File, text: str, known: frozenset[str]) -> None:
    parts = front_matter.split(text)
    if parts is None:
        file.problems.append(Problem(1, "no front matter; the file must start with a '---' block."))
        return
    header, body, first_line = parts
    file.front = front = front_matter.read(header)
    document = markdown.parse(body)
    offset = first_line - 1
    file.problems += front.problems
    file.problems += [Problem(problem.line + offset, problem.message) for problem in document.problems]
    file.help_links = [(line + offset, url) for line, url in document.help_links]
    _check_place(file, front)
    _check_sources(file, front, known)
    _check_sections(file, document, offset)
    if not file.problems:
        file.article = _article(front, document, hashlib.sha256(text.encode()).hexdigest()[:12])


def _check_place(file: _File, front: FrontMatter) -> None:
    for key, expected in (("id", file.path.stem), ("language", file.path.parent.name)):
        value = front.values.get(key)
        if isinstance(value, str) and value != expected:
            file.problems.append(Problem(front.lines[key], f"{key} '{value}' does not match the path ({expected})."))


def _check_sources(file: _File, front: FrontMatter, known: frozenset[str]) -> None:
    sources = front.values.get("sources")
    for index, source in enumerate(sources if isinstance(sources, list) else []):
        if isinstance(source, str) and source.strip() not in known:
            line = front.item_line("sources", index)
            file.problems.append(Problem(line, f"source '{source}' is not an id of facts.md."))


def _check_sections(file: _File, document: Document, offset: int) -> None:
    lead = document.sections[0]
    if not lead.blocks:
        file.problems.append(Problem(1 + offset, "no lead: the answer must stand before the first ## heading."))
    elif lead.blocks[0]["type"] != "paragraph":
        file.problems.append(Problem(1 + offset, "the lead must begin with a sentence that answers."))
    length = len(blocks.plain_text(lead.blocks)) if not document.problems else 0
    if length > MAX_LEAD_LENGTH:
        file.problems.append(
            Problem(1 + offset, f"the lead has {length} characters; at most {MAX_LEAD_LENGTH}. Move detail under a ##.")
        )
    for section in document.sections[1:]:
        if not section.blocks:
            file.problems.append(Problem(section.line + offset, f"the section '{section.heading}' is empty."))


def _article(front: FrontMatter, document: Document, version: str) -> Article:
    return Article(
        id=front.text("id"),
        language=front.text("language"),
        kind=front.text("kind"),
        topic=front.text("topic"),
        case=front.optional("case"),
        title=front.text("title"),
        version=version,
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


def _check_across(files: list[_File]) -> None:
    ids = {file.path.stem for file in files}
    pages = {f"{file.path.parent.name}/{file.path.stem}" for file in files}
    cases: dict[tuple[str, str], Path] = {}
    for file in files:
        for line, url in file.help_links:
            if url[len(markdown.HELP_PREFIX) :].split("#")[0] not in pages:
                file.problems.append(Problem(line, f"link {url} leads to no article."))
        related = file.front.values.get("related")
        for index, other in enumerate(related if isinstance(related, list) else []):
            if isinstance(other, str) and other.strip() not in ids:
                file.problems.append(
                    Problem(file.front.item_line("related", index), f"related '{other}' is no article.")
                )
        if file.article is not None and file.article.case is not None:
            first = cases.setdefault((file.article.language, file.article.case), file.path)
            if first != file.path:
                message = f"case '{file.article.case}' already has first aid in {first.name}."
                file.problems.append(Problem(file.front.lines["case"], message))
