"""A fake of Telegram: its Bot API over HTTP, and customers whose phones send updates.

In tests: `FakeTelegram().bot()` is a Bot that talks to it, `telegram.customer(7).write("Hello.")` an update to deliver.
By itself: `uvicorn tests.fakes.telegram:create_app --factory --port 9200`, with PHAROS_TELEGRAM_API_URL set to it.
Shapes and texts of errors are those of the public Bot API documentation.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram import Bot
from telegram.request import HTTPXRequest

from tests.fakes.telegram_customers import Customer, Update

__all__ = ["NAME", "TOKEN", "Customer", "Cut", "FakeTelegram", "Refused", "Sent", "Stored", "Update", "create_app"]

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
NAME = "pharos_test_bot"
MAX_UNITS = 4096
#: Largest file a bot may download, in bytes.
MAX_DOWNLOAD = 20 * 2**20


#: Words Telegram makes a link of: an address on the web or a mailbox, a name, a command to its app.
_LINKED = re.compile(
    r"(?:https?://)?(?:[^\s/@]+@)?(?:[\w~-]+\.)+(?:com|net|org|io|md|py|example)(?![\w.-]*\w)"
    r"|https?://\d+\.\d+\.\d+\.\d+|(?<!\w)@\w{2,32}|(?:tg|ton)://\w+",
    re.IGNORECASE,
)


class Refused(Exception):
    """The Bot API says no."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


class Cut(Exception):
    """The connection breaks before the answer arrives."""


@dataclass
class Sent:
    """A message of the bot, as it stands in a chat."""

    message_id: int
    text: str
    entities: list[dict[str, Any]]
    #: Label -> token.
    buttons: dict[str, str]

    @property
    def links(self) -> list[str]:
        """Where a tap on the text leads: links that were sent, and those Telegram makes of words outside code."""
        units, hidden = self.text.encode("utf-16-le"), []
        for entity in self.entities:
            if entity["type"] in ("code", "pre"):
                start, length = entity["offset"] * 2, entity["length"] * 2
                units = units[:start] + b" \0" * entity["length"] + units[start + length :]
            hidden += [entity["url"]] if entity["type"] == "text_link" else []
        return hidden + _LINKED.findall(units.decode("utf-16-le"))


@dataclass
class Stored:
    """A file Telegram has; what goes wrong with its download is used up one by one."""

    content: bytes
    #: As getFile says it; None says nothing.
    size: int | None
    #: None is success, a number the answer's status, "cut", "short" and "slow" what they say.
    downloads: list[int | str | None] = field(default_factory=list)


@dataclass
class FakeTelegram:
    """Customers, chats, and what the bot did."""

    #: Every call, in the order it came: method and parameters.
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    #: What the next calls of a method meet; None is success, a Cut happens after the method did its work.
    failures: dict[str, list[Refused | Cut | None]] = field(default_factory=lambda: defaultdict(list))
    blocked: set[int] = field(default_factory=set)
    #: Chats whose messages hang.
    held: set[int] = field(default_factory=set)
    webhook: dict[str, Any] = field(default_factory=dict)
    #: Language code ("" for all) -> commands.
    menus: dict[str, list[str]] = field(default_factory=dict)
    #: Updates getUpdates has to give.
    queue: list[Update] = field(default_factory=list)
    chats: dict[int, list[Sent]] = field(default_factory=lambda: defaultdict(list))
    #: Callback id -> the text it was answered with.
    answered: dict[str, str] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)
    #: File id -> the file.
    files: dict[str, Stored] = field(default_factory=dict)
    #: Paths that were downloaded, or tried to be.
    downloads: list[str] = field(default_factory=list)
    is_down: bool = False

    def __post_init__(self) -> None:
        self.update_ids = count(1000)
        self.message_ids = count(1)
        self.callback_ids = count(5_000_000_000_000)
        self._polls = 0
        self._news = asyncio.Event()
        self.app = Starlette(
            routes=[
                Route("/bot{token}/{method}", self._serve, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self._download),
            ]
        )

    def bot(self) -> Bot:
        """A Bot that talks to this Telegram."""
        requests = [HTTPXRequest(httpx_kwargs={"transport": _Transport(self)}) for _ in range(2)]
        return Bot(
            TOKEN,
            base_url="http://telegram.test/bot",
            base_file_url="http://telegram.test/file/bot",
            request=requests[0],
            get_updates_request=requests[1],
        )

    def downloads_client(self) -> httpx.AsyncClient:
        """What fetches files from this Telegram."""
        return httpx.AsyncClient(transport=_Transport(self))

    def keep_file(self, content: bytes, size: int, downloads: list[Any]) -> str:
        """Keep a file that somebody sent and return its id."""
        file_id = f"file-{len(self.files)}"
        self.files[file_id] = Stored(content, size, downloads)
        return file_id

    def customer(self, id: int = 7, language: str = "en") -> Customer:
        return Customer(self, id, language)

    def offer(self, *updates: Update) -> None:
        """Hold updates ready for getUpdates."""
        self.queue += updates
        self._news.set()

    def update(self, kind: str, content: dict[str, Any]) -> Update:
        return {"update_id": next(self.update_ids), kind: content}

    def texts(self, chat_id: int = 7) -> list[str]:
        """What people read in a chat: joiners between letters are not seen."""
        return [sent.text.replace("\u2060", "") for sent in self.chats[chat_id]]

    def called(self, method: str) -> list[dict[str, Any]]:
        return [params for name, params in self.calls if name == method]

    async def _serve(self, request: Request) -> Response:
        method = request.path_params["method"]
        body = (await request.body()).decode()
        params = {name: _value(text) for name, text in parse_qsl(body, keep_blank_values=True)}
        self.calls.append((method, params))
        try:
            if request.path_params["token"] != TOKEN:
                raise Refused(401, "Unauthorized")
            failure = self.failures[method].pop(0) if self.failures[method] else None
            if isinstance(failure, Refused):
                raise failure
            result = await self._call(method, params)
            if failure is not None:
                raise failure
        except Refused as error:
            answer = {"ok": False, "error_code": error.status, "description": error.description}
            return JSONResponse(answer | ({"parameters": error.parameters} if error.parameters else {}), error.status)
        return JSONResponse({"ok": True, "result": result})

    async def _call(self, method: str, params: dict[str, Any]) -> Any:
        handlers = {
            "getme": self._get_me,
            "getupdates": self._get_updates,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "setmycommands": self._set_my_commands,
            "sendmessage": self._send_message,
            "editmessagereplymarkup": self._edit_markup,
            "editmessagetext": self._edit_text,
            "deletemessage": self._delete_message,
            "answercallbackquery": self._answer_callback,
            "leavechat": self._leave_chat,
            "getfile": self._get_file,
        }
        if method.lower() not in handlers:
            raise Refused(404, "Not Found")
        return await handlers[method.lower()](params)

    async def _get_me(self, params: dict[str, Any]) -> Any:
        return {"id": 110201543, "is_bot": True, "first_name": "Pharos", "username": NAME}

    async def _get_updates(self, params: dict[str, Any]) -> Any:
        if self.webhook:
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        self._polls += 1
        mine = self._polls
        offset = params.get("offset", 0)
        if offset:
            self.queue = [update for update in self.queue if update["update_id"] >= offset]
        self._news.set() if self.queue else self._news.clear()
        try:
            async with asyncio.timeout(params.get("timeout", 0)):
                await self._news.wait()
        except TimeoutError:
            return []
        if mine != self._polls:
            raise Refused(409, "Conflict: terminated by other getUpdates request")
        return [update for update in self.queue if update["update_id"] >= offset][: params.get("limit", 100)]

    async def _set_webhook(self, params: dict[str, Any]) -> Any:
        if not params["url"].startswith("https://"):
            raise Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook = params
        return True

    async def _delete_webhook(self, params: dict[str, Any]) -> Any:
        self.webhook = {}
        return True

    async def _set_my_commands(self, params: dict[str, Any]) -> Any:
        self.menus[params.get("language_code", "")] = [command["command"] for command in params["commands"]]
        return True

    async def _send_message(self, params: dict[str, Any]) -> Any:
        chat_id, text = params["chat_id"], str(params["text"])
        while chat_id in self.held:
            await asyncio.sleep(0.01)
        self._check_chat(chat_id)
        length = len(text.encode("utf-16-le")) // 2
        if not text.strip():
            raise Refused(400, "Bad Request: message text is empty")
        if length > MAX_UNITS:
            raise Refused(400, "Bad Request: message is too long")
        entities = params.get("entities", [])
        if any(entity["offset"] + entity["length"] > length for entity in entities):
            raise Refused(400, "Bad Request: entity beyond the end of the message")
        rows = params.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = {button["text"]: button["callback_data"] for row in rows for button in row}
        if any(not 1 <= len(token.encode()) <= 64 for token in buttons.values()):
            raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
        sent = Sent(next(self.message_ids), text, entities, buttons)
        self.chats[chat_id].append(sent)
        return {"message_id": sent.message_id, "date": 1, "chat": {"id": chat_id, "type": "private"}, "text": text}

    def _check_chat(self, chat_id: int) -> None:
        if chat_id in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if chat_id == 0:
            raise Refused(400, "Bad Request: chat not found")

    async def _edit_markup(self, params: dict[str, Any]) -> Any:
        found = [sent for sent in self.chats[params["chat_id"]] if sent.message_id == params["message_id"]]
        if not found:
            raise Refused(400, "Bad Request: message to edit not found")
        if not found[0].buttons:
            raise Refused(400, "Bad Request: message is not modified")
        found[0].buttons = {}
        return {"message_id": found[0].message_id, "date": 1, "chat": {"id": params["chat_id"], "type": "private"}}

    async def _edit_text(self, params: dict[str, Any]) -> Any:
        found = [sent for sent in self.chats[params["chat_id"]] if sent.message_id == params["message_id"]]
        if not found:
            raise Refused(400, "Bad Request: message to edit not found")
        found[0].text, found[0].entities, found[0].buttons = str(params["text"]), params.get("entities", []), {}
        chat = {"id": params["chat_id"], "type": "private"}
        return {"message_id": found[0].message_id, "date": 1, "chat": chat, "text": found[0].text}

    async def _delete_message(self, params: dict[str, Any]) -> Any:
        mine = self.chats[params["chat_id"]]
        self.chats[params["chat_id"]] = [sent for sent in mine if sent.message_id != params["message_id"]]
        return True

    async def _answer_callback(self, params: dict[str, Any]) -> Any:
        if len(params.get("text", "")) > 200:
            raise Refused(400, "Bad Request: MESSAGE_TOO_LONG")
        self.answered[str(params["callback_query_id"])] = params.get("text", "")
        return True

    async def _leave_chat(self, params: dict[str, Any]) -> Any:
        self.left.append(params["chat_id"])
        return True

    async def _get_file(self, params: dict[str, Any]) -> Any:
        found = self.files.get(str(params["file_id"]))
        if found is None:
            raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(found.content) > MAX_DOWNLOAD:
            raise Refused(400, "Bad Request: file is too big")
        said = {} if found.size is None else {"file_size": found.size}
        file_id = params["file_id"]
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_path": f"documents/{file_id}", **said}

    async def _download(self, request: Request) -> Response:
        path = request.path_params["path"]
        self.downloads.append(path)
        found = self.files.get(path.removeprefix("documents/"))
        if found is None or request.path_params["token"] != TOKEN:
            return JSONResponse({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
        fate = found.downloads.pop(0) if found.downloads else None
        if isinstance(fate, int):
            return JSONResponse({"ok": False, "error_code": fate, "description": "as the test asked"}, fate)
        if fate == "cut":
            raise Cut
        if fate == "slow":
            await asyncio.sleep(3600)
        content = found.content[: len(found.content) // 2] if fate == "short" else found.content
        return Response(content, media_type="application/octet-stream")


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


class _Transport(httpx.ASGITransport):
    """The way to it inside a test; while it is down, no connection can be made."""

    def __init__(self, telegram: FakeTelegram) -> None:
        super().__init__(telegram.app)
        self._telegram = telegram

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._telegram.is_down:
            raise httpx.ConnectError("Telegram is down, as the test asked.", request=request)
        try:
            return await super().handle_async_request(request)
        except Cut as error:
            raise httpx.ReadError("The connection was cut, as the test asked.", request=request) from error


def create_app() -> Starlette:
    """The fake by itself, for uvicorn."""
    return FakeTelegram().app
