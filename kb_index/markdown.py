"""Markdown to kit.blocks, once, at build time; whatever clients could not render is refused with its line.

The subset: paragraphs, one-level lists, fenced code, tables, `##` and `###` headings, quotes (shown as notes), images
that stand alone, and inside text only **bold**, `code` and links. A *section* is a `##` heading with the blocks below
it; the blocks before the first heading are the section with an empty heading. Links lead to the exchange or to /help/;
an image is one of the pictures that we draw (kb_index.pictures).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from kb_index import pictures
from kit import blocks
from kit.blocks import Block, Span

#: The only host, with its subdomains, that articles may link to.
LINK_HOST = "bitmex.com"
HELP_PREFIX = "/help/"

#: A line break before Chinese and after Chinese or punctuation, where a blank would show.
_CJK_BREAK = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef,.;:!?)])\n(?=[\u3000-\u9fff\uff00-\uffef])")


@dataclass(frozen=True)
class Problem:
    """Something wrong at a line (of the text parsed, counted from 1)."""

    line: int
    message: str


@dataclass
class Section:
    heading: str
    line: int
    blocks: list[Block] = field(default_factory=list)


@dataclass
class Document:
    """A parsed body: its sections, the /help/ links it holds with their lines, and what is wrong with it."""

    sections: list[Section]
    help_links: list[tuple[int, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def parse(text: str) -> Document:
    """Split a body into sections of blocks; problems are collected, not raised."""
    return _Reader().read(text)


def is_allowed_link(url: str) -> bool:
    """Tell whether a link stays with the exchange: https to its hosts, or a help page."""
    if url.startswith(HELP_PREFIX):
        return ".." not in url and "//" not in url and "\\" not in url
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    plain = port is None and "@" not in parts.netloc and "\\" not in url
    return parts.scheme == "https" and plain and (host == LINK_HOST or host.endswith("." + LINK_HOST))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    # The library hides links it finds dangerous by leaving them as text; here every link must reach our own check.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # documented way to replace the check
    return parser


class _Reader:
    def __init__(self) -> None:
        self._document = Document(sections=[Section("", 1)])
        self._line = 1

    def read(self, text: str) -> Document:
        for node in SyntaxTreeNode(_parser().parse(text)).children:
            self._at(node)
            if node.type == "heading" and node.tag == "h2":
                heading = "".join(span["text"] for span in self._spans(node.children[0]))
                self._document.sections.append(Section(heading, self._line))
            else:
                self._document.sections[-1].blocks.extend(self._blocks(node))
        return self._document

    def _at(self, node: SyntaxTreeNode) -> None:
        if node.map:
            self._line = node.map[0] + 1

    def _problem(self, message: str) -> None:
        problem = Problem(self._line, message)
        if problem not in self._document.problems:
            self._document.problems.append(problem)

    def _blocks(self, node: SyntaxTreeNode) -> Iterator[Block]:
        if node.type == "paragraph":
            yield from self._paragraph(node)
        elif node.type == "heading" and node.tag == "h3":
            yield {"type": "heading", "spans": self._spans(node.children[0])}
        elif node.type in ("bullet_list", "ordered_list"):
            yield self._list(node)
        elif node.type == "fence":
            yield {"type": "code", "text": node.content.rstrip("\n")}
        elif node.type == "table":
            yield {"type": "table", "rows": [self._row(row) for part in node.children for row in part.children]}
        elif node.type == "blockquote":
            yield from self._notes(node)
        else:
            self._refuse(node)

    def _refuse(self, node: SyntaxTreeNode) -> None:
        reasons = {
            "html_block": "raw HTML is not allowed; write Markdown, and literal angle brackets in `code`.",
            "heading": f"heading {node.markup} is not allowed here; only ## and ### at the top level.",
            "code_block": "indented code is not allowed; use a ``` fence at the left margin.",
            "hr": "a rule (---) is not allowed in an article.",
        }
        self._problem(reasons.get(node.type, f"{node.type.replace('_', ' ')} is not allowed here."))

    def _paragraph(self, node: SyntaxTreeNode) -> Iterator[Block]:
        children = node.children[0].children
        if len(children) == 1 and children[0].type == "image":
            yield self._image(children[0])
        else:
            yield {"type": "paragraph", "spans": self._spans(node.children[0])}

    def _image(self, node: SyntaxTreeNode) -> Block:
        url, alt = str(node.attrs.get("src", "")), node.content
        self._check_picture(url)
        if not alt:
            self._problem("an image needs alt text: ![what it shows](...).")
        return {"type": "image", "url": url, "alt": alt}

    def _list(self, node: SyntaxTreeNode) -> Block:
        ordered = node.type == "ordered_list"
        if ordered and node.attrs.get("start", 1) != 1:
            self._problem("a numbered list must start at 1; keep its steps together, code and notes after them.")
        return {"type": "steps" if ordered else "list", "items": [self._item(item) for item in node.children]}

    def _item(self, node: SyntaxTreeNode) -> list[Span]:
        self._at(node)
        if len(node.children) != 1 or node.children[0].type != "paragraph":
            self._problem("a list item is one paragraph: no nested list, code or second paragraph in it.")
            return [blocks.span("")]
        return self._spans(node.children[0].children[0])

    def _row(self, node: SyntaxTreeNode) -> list[list[Span]]:
        self._at(node)
        return [self._spans(cell.children[0]) for cell in node.children]

    def _notes(self, node: SyntaxTreeNode) -> Iterator[Block]:
        for child in node.children:
            self._at(child)
            if child.type == "paragraph":
                yield {"type": "note", "spans": self._spans(child.children[0])}
            else:
                self._problem("a quote (note) holds only paragraphs.")

    def _spans(self, inline: SyntaxTreeNode) -> list[Span]:
        self._at(inline)
        return _merged(list(self._inline(inline.children, bold=False, link=None)))

    def _inline(self, nodes: list[SyntaxTreeNode], *, bold: bool, link: str | None) -> Iterator[Span]:
        for node in nodes:
            if node.type == "text":
                yield blocks.span(node.content, bold=bold, link=link)
            elif node.type == "code_inline":
                yield blocks.span(node.content, bold=bold, code=True, link=link)
            elif node.type in ("softbreak", "hardbreak"):
                self._line += 1
                yield blocks.span("\n", bold=bold, link=link)
            elif node.type == "strong":
                yield from self._inline(node.children, bold=True, link=link)
            elif node.type == "link":
                url = str(node.attrs.get("href", ""))
                self._check_link(url)
                if url.startswith(HELP_PREFIX):
                    self._document.help_links.append((self._line, url))
                yield from self._inline(node.children, bold=bold, link=url)
            else:
                self._refuse_inline(node)

    def _refuse_inline(self, node: SyntaxTreeNode) -> None:
        reasons = {
            "html_inline": "raw HTML is not allowed; write literal angle brackets in `code`.",
            "em": "*emphasis* is not shown anywhere; use **bold** or plain words.",
            "image": "an image must stand in a paragraph of its own.",
        }
        self._problem(reasons.get(node.type, f"{node.type} is not allowed in text."))

    def _check_picture(self, url: str) -> None:
        name = url.removeprefix(pictures.PREFIX)
        if name == url:
            self._problem(f"image {url!r} leads elsewhere; articles show only pictures below {pictures.PREFIX}.")
        elif name not in pictures.names():
            self._problem(f"there is no picture {url}; the known are {', '.join(pictures.names())}.")

    def _check_link(self, url: str) -> None:
        if not is_allowed_link(url):
            self._problem(
                f"link {url!r} leads elsewhere; allowed are https://{LINK_HOST}, its subdomains and {HELP_PREFIX}."
            )


def _merged(spans: list[Span]) -> list[Span]:
    """Join runs of one style, so that a line break in the source is a blank (in Chinese: nothing)."""
    merged: list[Span] = []
    for span in spans:
        if merged and _style(merged[-1]) == _style(span):
            merged[-1] = {**span, "text": merged[-1]["text"] + span["text"]}
        else:
            merged.append(span)
    for span in merged:
        span["text"] = _CJK_BREAK.sub("", span["text"]).replace("\n", " ")
    return merged


def _style(span: Span) -> Span:
    return {key: value for key, value in span.items() if key != "text"}
