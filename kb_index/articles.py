"""Article files to articles: what is valid, and for what is not, the file and the line.

A file is articles/<language>/<id>.md; entries (entries.py) are articles too. Everything is read before any complaint is
raised, so that one run lists everything; rules that span articles (ids, cases, links between them) come last.
"""

from __future__ import annotations

import re
from pathlib import Path

from kb_index import drafts, entries, front_matter, markdown
from kb_index.drafts import Draft
from kb_index.markdown import Problem
from kb_index.models import Article
from kit.errors import InvalidRequest

PACKAGE = Path(__file__).parent
ARTICLES = PACKAGE / "articles"
ENTRIES = PACKAGE / "entries"
FACTS = PACKAGE / "facts.md"

_FACT_ID = re.compile(r"^(?:- \*\*|\| )([FEG]\d+)\b", re.MULTILINE)
_CODE_SPAN = re.compile(r"`[^`]*`")


class InvalidArticles(InvalidRequest):
    """Articles break rules; `problems` are lines "file:line: message"."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def known_facts(path: Path = FACTS) -> frozenset[str]:
    """Return the ids that `sources` may name."""
    return frozenset(_FACT_ID.findall(path.read_text(encoding="utf-8")))


def load(folder: Path = ARTICLES, facts: Path = FACTS, entry_folder: Path = ENTRIES) -> list[Article]:
    """Read every article and entry, or raise InvalidArticles with all that is wrong."""
    return [draft.article for draft in read(folder, facts, entry_folder) if draft.article is not None]


def read(folder: Path = ARTICLES, facts: Path = FACTS, entry_folder: Path = ENTRIES) -> list[Draft]:
    """Read every article and entry with the lines of what it says, or raise InvalidArticles."""
    known = known_facts(facts)
    found = [_read_file(path, known) for path in sorted(folder.glob("*/*.md"))]
    if not found:
        raise InvalidArticles([f"{folder}:1: no articles found; expected <language>/<id>.md files."])
    for path in sorted(entry_folder.glob("*/*.yml")):
        found += entries.read(path, known)
    _check_across(found)
    problems = [line for draft in found for line in draft.told()]
    if problems:
        raise InvalidArticles(problems)
    return found


def _read_file(path: Path, known: frozenset[str]) -> Draft:
    draft = Draft(path, path.stem, path.parent.name)
    text, draft.problems = drafts.read_source(path)
    if not draft.problems:
        _read_text(draft, text, known)
    return draft


def _read_text(draft: Draft, text: str, known: frozenset[str]) -> None:
    parts = front_matter.split(text)
    if parts is None:
        draft.problems.append(Problem(1, "no front matter; the file must start with a '---' block."))
        return
    header, body, first_line = parts
    draft.front = front = front_matter.read(header)
    document = markdown.parse(body)
    offset = first_line - 1
    draft.problems += front.problems
    draft.problems += [Problem(problem.line + offset, problem.message) for problem in document.problems]
    draft.help_links = [(line + offset, url) for line, url in document.help_links]
    draft.prose = _prose(body, first_line)
    _check_place(draft)
    drafts.check_sources(draft, known)
    drafts.check_sections(draft, document, offset)
    drafts.finish(draft, document, text)


def _prose(body: str, first_line: int) -> list[tuple[int, str]]:
    """Return the lines that are not code, code spans blanked."""
    found: list[tuple[int, str]] = []
    is_code = False
    for number, line in enumerate(body.splitlines(), start=first_line):
        if line.startswith("```"):
            is_code = not is_code
        elif not is_code:
            found.append((number, _CODE_SPAN.sub(" ", line)))
    return found


def _check_place(draft: Draft) -> None:
    for key, expected in (("id", draft.id), ("language", draft.language)):
        value = draft.front.values.get(key)
        if isinstance(value, str) and value != expected:
            line = draft.front.lines[key]
            draft.problems.append(Problem(line, f"{key} '{value}' does not match the path ({expected})."))


def _check_across(found: list[Draft]) -> None:
    ids = {draft.id for draft in found}
    pages: dict[str, Draft] = {}
    cases: dict[tuple[str, str], Path] = {}
    heirs: dict[tuple[str, str], Path] = {}
    for draft in found:
        first = pages.setdefault(f"{draft.language}/{draft.id}", draft)
        if first is not draft:
            where = f"{first.path.name}:{first.line}"
            draft.problems.append(Problem(draft.line, f"id '{draft.id}' is already taken by {where}."))
    for draft in found:
        for line, url in draft.help_links:
            if url[len(markdown.HELP_PREFIX) :].split("#")[0] not in pages:
                draft.problems.append(Problem(line, f"link {url} leads to no article."))
        _check_related(draft, ids)
        _check_replaces(draft, ids, heirs)
        if draft.article is not None and draft.article.case is not None:
            path = cases.setdefault((draft.article.language, draft.article.case), draft.path)
            if path != draft.path:
                message = f"case '{draft.article.case}' already has first aid in {path.name}."
                draft.problems.append(Problem(draft.front.lines["case"], message))


def _check_related(draft: Draft, ids: set[str]) -> None:
    related = draft.front.values.get("related")
    for index, other in enumerate(related if isinstance(related, list) else []):
        if isinstance(other, str) and other.strip() not in ids:
            line = draft.front.item_line("related", index)
            draft.problems.append(Problem(line, f"related '{other}' is no article."))


def _check_replaces(draft: Draft, ids: set[str], heirs: dict[tuple[str, str], Path]) -> None:
    replaced = draft.front.values.get("replaces")
    for index, other in enumerate(replaced if isinstance(replaced, list) else []):
        if not isinstance(other, str):
            continue
        line = draft.front.item_line("replaces", index)
        if other.strip() in ids:
            draft.problems.append(Problem(line, f"'{other}' is still there; an article replaces only what is gone."))
        heir = heirs.setdefault((draft.language, other.strip()), draft.path)
        if heir != draft.path:
            draft.problems.append(Problem(line, f"'{other}' already leads to {heir.name}; an id has one heir."))
