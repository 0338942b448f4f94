"""Customers of the fake Telegram: what their phones send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.telegram import FakeTelegram

Update = dict[str, Any]


@dataclass
class Customer:
    """Somebody with a phone. Every method returns the update that Telegram has for the bot."""

    telegram: FakeTelegram
    id: int
    language: str

    @property
    def user(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": False, "first_name": "Wei", "language_code": self.language}

    def message(self, **content: Any) -> Update:
        return self.telegram.update("message", self._message(next(self.telegram.message_ids), **content))

    def write(self, text: str) -> Update:
        return self.message(text=text)

    def send_file(
        self, content: bytes, name: str = "chart.png", *, size: int | None = None, downloads: Any = (), **more: Any
    ) -> Update:
        """Send a document; `size` is what Telegram says of it, its own by default."""
        file_id = self._upload(content, size, downloads)
        document = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_name": name, "file_size": size}
        return self.message(document=_said({**document, "file_size": len(content) if size is None else size}), **more)

    def send_photo(self, content: bytes, *, downloads: Any = (), **more: Any) -> Update:
        """Send a photo: Telegram offers it in two sizes, and only the larger one is the photo."""
        small, large = self._upload(b"a thumbnail", None, ()), self._upload(content, None, downloads)
        sizes = [
            {"file_id": small, "file_unique_id": "s", "width": 90, "height": 45, "file_size": 11},
            {"file_id": large, "file_unique_id": "l", "width": 800, "height": 400, "file_size": len(content)},
        ]
        return self.message(photo=sizes, **more)

    def _upload(self, content: bytes, size: int | None, downloads: Any) -> str:
        return self.telegram.keep_file(content, len(content) if size is None else size, list(downloads))

    def edit(self, update: Update, text: str, *, at: int = 1_800_000_000) -> Update:
        """Change the text of a message that was sent."""
        message_id = update["message"]["message_id"]
        return self.telegram.update("edited_message", self._message(message_id, text=text, edit_date=at))

    def press(self, label: str) -> Update:
        """Press a button under the bot's newest message that has it."""
        sent = next(sent for sent in reversed(self.telegram.chats[self.id]) if label in sent.buttons)
        return self.press_token(sent.buttons[label], sent.message_id)

    def press_token(self, token: str, message_id: int) -> Update:
        query = {
            "id": str(next(self.telegram.callback_ids)),
            "from": self.user,
            "chat_instance": "1",
            "data": token,
            "message": self._message(message_id, text="..."),
        }
        return self.telegram.update("callback_query", query)

    def block(self) -> Update:
        self.telegram.blocked.add(self.id)
        return self._member("kicked")

    def unblock(self) -> Update:
        self.telegram.blocked.discard(self.id)
        return self._member("member")

    def _member(self, status: str) -> Update:
        bot = {"id": 110201543, "is_bot": True, "first_name": "Pharos"}
        states = {"old_chat_member": _member(bot, "member"), "new_chat_member": _member(bot, status)}
        return self.telegram.update("my_chat_member", {"chat": self._chat, "from": self.user, "date": 1, **states})

    @property
    def _chat(self) -> dict[str, Any]:
        return {"id": self.id, "type": "private", "first_name": "Wei"}

    def _message(self, message_id: int, **content: Any) -> dict[str, Any]:
        return {"message_id": message_id, "date": 1_790_000_000, "chat": self._chat, "from": self.user, **content}


def _member(user: dict[str, Any], status: str) -> dict[str, Any]:
    return {"user": user, "status": status, **({"until_date": 0} if status == "kicked" else {})}


def _said(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if value is not None}
