"""The help centre: every article as a page, read from the built index's articles.json.

Citations link here, to a passage by its id as the anchor. Server-rendered; no script is needed to read. An overdue
article says so; an expired one is answered 410 with where to look; an id that went up in another leads there.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

from hub.pages import assets_path
from hub.pictures import PICTURES, is_picture, with_sizes
from hub.settings import ROOT
from kit import wire
from kit.clock import Clock
from kit.errors import NotFound, SupportError
from kit.live import without_live
from kit.taxonomy import TOPICS

LANGUAGES = ("en", "zh")
_PICTURE_STYLE = re.compile(rb"<style>(.*?)</style>", re.DOTALL)
_TEMPLATES = Environment(loader=FileSystemLoader(ROOT / "web" / "pages"), autoescape=select_autoescape())
_TOPIC_TITLES = {
    "zh": {
        "verification": "身份认证",
        "account_security": "账户安全",
        "account_access": "登录与账户",
        "deposit_withdrawal": "充值与提现",
        "api_access": "API 接入",
        "api_error": "API 报错",
        "trading_parameters": "合约参数",
        "order_types": "订单类型",
        "margin_leverage": "保证金与杠杆",
        "funding": "资金费率",
        "mark_index_price": "标记价格与指数价格",
        "liquidation": "强平",
        "adl_insurance": "自动减仓与保险基金",
        "fees": "手续费",
        "settlement": "交割结算",
        "spot_convert": "现货与兑换",
        "downtime_overload": "系统过载与维护",
        "jurisdiction": "服务地区",
        "tax_compliance": "税务与合规",
        "referral_promo": "邀请与活动",
        "support_complaints": "客服与投诉",
    }
}


@dataclass
class HelpCentre:
    """The articles of the current build; picks up a new build by itself."""

    kb_dir: Path
    clock: Clock
    _build: str = ""
    _articles: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    #: Ids that are gone, and the article each went up in.
    _replaced: dict[str, str] = field(default_factory=dict)

    def articles(self, language: str) -> list[dict[str, Any]]:
        """Return the articles of a language that have not expired."""
        self._reload()
        return [
            article for article in self._articles.values() if article["language"] == language and self.is_valid(article)
        ]

    def get(self, article_id: str, language: str) -> dict[str, Any] | None:
        self._reload()
        return self._articles.get((article_id, language))

    def find(self, article_id: str, language: str) -> dict[str, Any] | None:
        """Return an article in a language or else in the other; one that has not expired comes first."""
        found = [article for each in (language, _other(language)) if (article := self.get(article_id, each))]
        return next(filter(self.is_valid, found), found[0] if found else None)

    def successor(self, article_id: str) -> str | None:
        """Return the id of the article that replaces one that is gone."""
        self._reload()
        return self._replaced.get(article_id)

    def is_valid(self, article: dict[str, Any]) -> bool:
        """Tell whether an article has not expired; its last day is still good."""
        return not article["expires_on"] or article["expires_on"] >= self._today()

    def is_overdue(self, article: dict[str, Any]) -> bool:
        """Tell whether the review of an article is late."""
        return bool(article["review_due_on"] < self._today())

    def _today(self) -> str:
        return self.clock.now().date().isoformat()

    def _reload(self) -> None:
        pointer = self.kb_dir / "current"
        build = pointer.read_text().strip() if pointer.exists() else ""
        if build and build != self._build:
            data = json.loads((self.kb_dir / build / "articles.json").read_text(encoding="utf-8"))
            self._articles = {(article["id"], article["language"]): article for article in data["articles"]}
            self._replaced = {
                gone: article["id"] for article in data["articles"] for gone in article.get("replaces", [])
            }
            self._build = build


router = APIRouter(prefix="/help", default_response_class=HTMLResponse)


def _context(request: Request) -> Any:
    return request.app.state.context


Ctx = Annotated[Any, Depends(_context)]


@router.get("")
async def choose_language(request: Request) -> RedirectResponse:
    """Send the reader to the help centre in their language."""
    wants_chinese = request.headers.get("accept-language", "").lower().startswith("zh")
    return RedirectResponse(f"/help/{'zh' if wants_chinese else 'en'}")


@router.get("/pictures/{name}", response_class=Response)
async def show_picture(name: str, request: Request) -> Response:
    """Serve a picture of an article; opened by itself it may use its own style and nothing else."""
    if not is_picture(name):
        raise NotFound("There is no such picture.")
    content = (PICTURES / name).read_bytes()
    tag = f'W/"{hashlib.sha256(content).hexdigest()[:16]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "public, max-age=3600",
        "Content-Security-Policy": _picture_policy(content),
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="image/svg+xml", headers=headers)


def _picture_policy(content: bytes) -> str:
    hashes = (b64encode(hashlib.sha256(style).digest()).decode() for style in _PICTURE_STYLE.findall(content))
    styles = " ".join(f"'sha256-{each}'" for each in hashes) or "'none'"
    return (
        f"default-src 'none'; style-src {styles}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
    )


@router.get("/{lang}")
async def show_index(lang: str, context: Ctx, q: str = "") -> HTMLResponse:
    """Show the topics, or what a search found."""
    if lang not in LANGUAGES:
        raise NotFound("The help centre speaks en and zh.")
    articles = context.help_centre.articles(lang)
    results = await _search(context, articles, lang, q.strip()[:400]) if q.strip() else None
    return _render(
        "help_index.html",
        lang=lang,
        other_lang_url=f"/help/{_other(lang)}",
        topics=_topics(articles, lang),
        query=q,
        results=results,
    )


@router.get("/{lang}/{article_id}", response_model=None)
async def show_article(lang: str, article_id: str, context: Ctx) -> Response:
    """Show one article; a missing translation falls back to the other language."""
    if lang not in LANGUAGES:
        raise NotFound("The help centre speaks en and zh.")
    centre: HelpCentre = context.help_centre
    article = centre.find(article_id, lang)
    if article is None:
        successor = centre.successor(article_id)
        if successor is None:
            raise NotFound("There is no such article.")
        return RedirectResponse(f"/help/{lang}/{successor}", 308)
    if not centre.is_valid(article):
        return _render("help_expired.html", 410, lang=lang, article=_page(centre, article, lang))
    other = centre.get(article_id, _other(lang))
    other_url = f"/help/{_other(lang)}/{article_id}" if other and centre.is_valid(other) else None
    return _render("help_article.html", lang=lang, article=_page(centre, article, lang), other_lang_url=other_url)


def _page(centre: HelpCentre, article: dict[str, Any], lang: str) -> dict[str, Any]:
    related = [found for item in article["related"] if (found := centre.get(item, lang)) and centre.is_valid(found)]
    passages = [
        {**passage, "html": Markup(blocks_html(passage["blocks"]))}  # noqa: S704 -- escaped there
        for passage in article["passages"]
    ]
    return {
        **article,
        "topic_title": topic_title(article["topic"], lang),
        "is_overdue": centre.is_overdue(article),
        "passages": passages,
        "related": [{"title": item["title"], "url": _url(item)} for item in related],
    }


async def _search(context: Any, articles: list[dict[str, Any]], lang: str, query: str) -> list[dict[str, str]]:
    """Return what the assistant finds, as far as it is listed; while it is down, titles still match."""
    try:
        reply = await context.assistant.search(wire.SearchRequest(query, lang, 8))
        listed = {_url(article) for article in articles}
        return [{"title": each.title, "url": each.url} for each in reply.candidates if each.url in listed]
    except SupportError:
        words = query.casefold().split()
        found = [article for article in articles if all(word in article["title"].casefold() for word in words)]
        return [{"title": article["title"], "url": _url(article)} for article in found]


def _topics(articles: list[dict[str, Any]], lang: str) -> list[dict[str, Any]]:
    topics = []
    for name in TOPICS:
        rows = [{"title": a["title"], "url": _url(a)} for a in articles if a["topic"] == name]
        if rows:
            topics.append({"name": name, "title": topic_title(name, lang), "articles": rows})
    return topics


def topic_title(topic: str, lang: str) -> str:
    return _TOPIC_TITLES.get(lang, {}).get(topic) or topic.replace("_", " ").capitalize().replace("Api", "API")


def _url(article: dict[str, Any]) -> str:
    return f"/help/{article['language']}/{article['id']}"


def _other(lang: str) -> str:
    return "en" if lang == "zh" else "zh"


def _render(template: str, status_code: int = 200, **values: Any) -> HTMLResponse:
    return HTMLResponse(_TEMPLATES.get_template(template).render(assets=assets_path(), **values), status_code)


def blocks_html(blocks: list[dict[str, Any]]) -> str:
    """Write blocks (kit.blocks) as HTML; all text is escaped here."""
    return "\n".join(_block_html(block) for block in with_sizes(without_live(blocks)))


def _block_html(block: dict[str, Any]) -> str:
    kind = block["type"]
    if kind in ("list", "steps"):
        tag = "ol" if kind == "steps" else "ul"
        return f"<{tag}>" + "".join(f"<li>{_spans_html(item)}</li>" for item in block["items"]) + f"</{tag}>"
    if kind == "code":
        return f"<pre><code>{escape(block['text'])}</code></pre>"
    if kind == "image":
        size = "".join(f' {side}="{block[side]:d}"' for side in ("width", "height") if side in block)
        return f'<img src="{escape(block["url"])}" alt="{escape(block["alt"])}"{size} loading="lazy">'
    if kind == "table":
        head, *rows = block["rows"]
        cells = "".join(f"<th>{_spans_html(cell)}</th>" for cell in head)
        body = "".join("<tr>" + "".join(f"<td>{_spans_html(c)}</td>" for c in row) + "</tr>" for row in rows)
        return f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"
    tag = {"heading": "h3", "note": "blockquote"}.get(kind, "p")
    return f"<{tag}>{_spans_html(block['spans'])}</{tag}>"


def _spans_html(spans: list[dict[str, Any]]) -> str:
    return "".join(_span_html(span) for span in spans)


def _span_html(span: dict[str, Any]) -> str:
    html = escape(span["text"])
    if span.get("code"):
        html = f"<code>{html}</code>"
    if span.get("bold"):
        html = f"<strong>{html}</strong>"
    if span.get("link"):
        html = f'<a href="{escape(span["link"])}" rel="noopener">{html}</a>'
    return html
