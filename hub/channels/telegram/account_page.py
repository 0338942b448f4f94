"""/account/telegram: where a customer who is logged in links a chat, parts it, and sets the phrase it shows.

The exchange's site sends its customer here with a form that posts `identity`, a token as for the bubble. That gives a
cookie of 15 minutes that says who this is and is good for nothing else. Works without script.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.datastructures import URL

from conversations.http import read_body
from hub.channels.telegram import chats, repository
from hub.channels.telegram.link_api import Bot, check_phrase
from hub.channels.web import Address, Ctx
from hub.context import Context
from hub.pages import assets_path
from hub.settings import ROOT
from kit.errors import InvalidRequest, NotSignedIn, SupportError, TooMany

COOKIE = "pharos_account"
SESSION_LIFETIME = timedelta(minutes=15)
PATH = "/account/telegram"
#: Largest form, in bytes: an identity token has 4,096 at most.
_MAX_FORM = 16_384
_TEMPLATES = Environment(loader=FileSystemLoader(ROOT / "web" / "pages"), autoescape=select_autoescape())
_NO_STORE = {"Cache-Control": "no-store"}

router = APIRouter(include_in_schema=False)


def sign(customer_id: str, now: datetime, key: bytes) -> str:
    """Return the cookie's value for a customer."""
    expires_at = int((now + SESSION_LIFETIME).timestamp())
    content = f"{urlsafe_b64encode(customer_id.encode()).decode()}.{expires_at}"
    return f"{content}.{_signature(content, key)}"


def customer_of(cookie: str, now: datetime, key: bytes) -> str | None:
    """Return whom a cookie's value names; None when it is not ours or has expired."""
    content, _, signature = cookie.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(content, key).encode()):
        return None
    name, _, expires_at = content.partition(".")
    return urlsafe_b64decode(name).decode() if int(expires_at) > now.timestamp() else None


def _signature(content: str, key: bytes) -> str:
    return hmac.new(key, f"account:{content}".encode(), sha256).hexdigest()


async def _form(request: Request) -> dict[str, str]:
    body = await read_body(request, _MAX_FORM)
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=10))
    except ValueError as error:
        raise InvalidRequest("The form cannot be read.") from error


def _language(request: Request, lang: Annotated[str, Query(max_length=16)] = "") -> str:
    asked = lang or request.headers.get("accept-language", "")
    return "zh" if asked.lower().startswith("zh") else "en"


Form = Annotated[dict[str, str], Depends(_form)]
Language = Annotated[str, Depends(_language)]


@dataclass(frozen=True)
class Visitor:
    """Who looks at the page, None when nobody is logged in, and in which language."""

    customer_id: str | None
    language: str

    @property
    def customer(self) -> str:
        if self.customer_id is None:
            raise NotSignedIn("Log in on the website first.")
        return self.customer_id


def _visitor(request: Request, context: Ctx, language: Language, _address: Address) -> Visitor:
    cookie = request.cookies.get(COOKIE, "")
    return Visitor(customer_of(cookie, context.clock.now(), context.key) if cookie else None, language)


Who = Annotated[Visitor, Depends(_visitor)]


@router.get(PATH)
async def show(who: Who, telegram: Bot, context: Ctx, done: Annotated[str, Query(max_length=16)] = "") -> Response:
    """Show what is linked and set; to nobody, where to log in."""
    return await _page(context, who, done=done if who.customer_id else "")


@router.post(PATH)
async def sign_in(
    request: Request, form: Form, language: Language, telegram: Bot, context: Ctx, _a: Address
) -> Response:
    """Take the customer whom the exchange's site vouches for."""
    now = context.clock.now()
    try:
        identity = await context.identity.check(form.get("identity", ""), now)
        async with context.database.write() as session:
            await context.identity.use(session, identity, now)
    except NotSignedIn:
        return await _page(context, Visitor(None, language), status=401)
    answer = RedirectResponse(_address_of(language), 303, _NO_STORE)
    answer.set_cookie(
        COOKIE,
        sign(identity.customer_id, now, context.key),
        max_age=int(SESSION_LIFETIME.total_seconds()),
        path=PATH,
        httponly=True,
        samesite="lax",  # comes along when the site sends its customer here, and with no other site's post
        secure=request.url.scheme == "https",
    )
    return answer


@router.post(PATH + "/code")
async def make_code(who: Who, telegram: Bot, context: Ctx) -> Response:
    """Show a code; it is in this answer only, in no address."""
    if who.customer_id is None:
        return await _page(context, who, status=401)
    try:
        await context.limits.hit("link", who.customer)
    except TooMany:
        return await _page(context, who, problem="too_many", status=429)
    async with context.database.write() as session:
        code, _expires_at = await chats.new_code(session, context.clock.now(), who.customer, context.key)
    url = f"https://t.me/{telegram.username}?start={code}" if telegram.username else None
    return await _page(context, who, code=f"{code[:4]}-{code[4:]}", url=url)


@router.post(PATH + "/phrase")
async def set_phrase(who: Who, form: Form, telegram: Bot, context: Ctx) -> Response:
    """Set the words that /verify shows in the customer's linked chats."""
    if who.customer_id is None:
        return await _page(context, who, status=401)
    try:
        phrase = check_phrase(form.get("phrase", ""))
    except SupportError:
        return await _page(context, who, problem="phrase", status=422)
    async with context.database.write() as session:
        await chats.set_phrase(session, context.clock.now(), who.customer, phrase)
    return RedirectResponse(_address_of(who.language, "phrase"), 303, _NO_STORE)


@router.post(PATH + "/unlink")
async def unlink(who: Who, telegram: Bot, context: Ctx) -> Response:
    """Part every chat from the customer."""
    if who.customer_id is None:
        return await _page(context, who, status=401)
    async with context.database.write() as session:
        await chats.unlink_customer(session, context.clock.now(), who.customer, context.key)
    return RedirectResponse(_address_of(who.language, "unlinked"), 303, _NO_STORE)


def _address_of(language: str, done: str = "") -> str:
    return str(URL(PATH).include_query_params(lang=language, **({"done": done} if done else {})))


async def _page(context: Context, who: Visitor, *, status: int = 200, **shown: Any) -> HTMLResponse:
    linked, has_phrase = 0, False
    if who.customer_id is not None:
        async with context.database.read() as session:
            linked = len(await repository.chats_of_customer(session, who.customer_id))
            has_phrase = await repository.phrase(session, who.customer_id) is not None
    html = _TEMPLATES.get_template("account_telegram.html").render(
        lang=who.language,
        assets=assets_path(),
        path=PATH,
        is_signed_in=who.customer_id is not None,
        linked=linked,
        has_phrase=has_phrase,
        bot=context.telegram.username if context.telegram else "",
        **shown,
    )
    return HTMLResponse(html, status, _NO_STORE)
