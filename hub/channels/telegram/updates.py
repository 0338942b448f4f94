"""Reads an update of the Bot API into what it means for us, without a database or a clock.

A *happening* is one of the small classes below; anything else an update may carry means nothing here. Every happening
that is stored has an external id that is unique for ever: update ids restart at random after an idle week.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery, ChatMemberUpdated, Document, Message, MessageEntity, PhotoSize, Update, User
from telegram.constants import ChatMemberStatus, ChatType, MessageEntityType

from conversations.attachments import checks
from kit.errors import InvalidRequest
from kit.text import visible

#: What we ask Telegram for.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

#: Telegram keeps chat ids within 52 bits; nobody needs a callback id longer than this.
_MAX_CHAT_ID = 2**52
_MAX_CALLBACK_ID = 128
_MAX_FILE_ID = 256
#: Addresses behind words of one message that are kept.
_MAX_HIDDEN = 10

#: Attributes of a message that is no text, and what it is to us. The first that is set counts: an animation is a
#: document too, a venue a location too.
_KINDS = {
    "animation": "sticker",
    "sticker": "sticker",
    "dice": "sticker",
    "voice": "voice",
    "audio": "voice",
    "video_note": "voice",
    "video": "voice",
    "photo": "file",
    "document": "file",
    "venue": "location",
    "location": "location",
    "contact": "other",
    "poll": "other",
    "game": "other",
    "story": "other",
}


@dataclass(frozen=True)
class Sender:
    """The chat something came from, and its customer's language tag."""

    chat_id: int
    language: str


@dataclass(frozen=True)
class Text:
    sender: Sender
    message_id: int
    text: str

    @property
    def external_id(self) -> str:
        return f"{self.sender.chat_id}:{self.message_id}:0"


@dataclass(frozen=True)
class File:
    """A file as Telegram offers it; `size` in bytes, None where it is not said."""

    id: str
    name: str
    size: int | None


@dataclass(frozen=True)
class Media:
    """A message that is no text; `kind` is file, voice, sticker, location or other, `name` Telegram's own word.

    `file` is there for the kind file alone; an album is such messages, one after the other.
    """

    sender: Sender
    message_id: int
    kind: str
    name: str
    caption: str
    file: File | None = None

    @property
    def external_id(self) -> str:
        return f"{self.sender.chat_id}:{self.message_id}:0"

    @property
    def file_external_id(self) -> str:
        """The file is a message of its own: the words beside it do not wait until it is fetched."""
        return f"{self.sender.chat_id}:{self.message_id}:file"


@dataclass(frozen=True)
class Edit:
    """A text or caption that was changed; `edited_at` in seconds since 1970."""

    sender: Sender
    message_id: int
    edited_at: int
    text: str

    @property
    def message_prefix(self) -> str:
        """How the external ids of all versions of the message begin."""
        return f"{self.sender.chat_id}:{self.message_id}:"

    @property
    def external_id(self) -> str:
        return f"{self.message_prefix}{self.edited_at}"


@dataclass(frozen=True)
class Press:
    """A button was pressed; `message_id` is the message it stands under, None when that is too old."""

    sender: Sender
    callback_id: str
    token: str
    message_id: int | None

    @property
    def external_id(self) -> str:
        return f"cb:{self.callback_id}"


@dataclass(frozen=True)
class Membership:
    """The customer blocked the bot, or let it in again."""

    sender: Sender
    is_blocked: bool


@dataclass(frozen=True)
class Group:
    """Something from a group or channel, where we do not stay."""

    sender: Sender


Happening = Text | Media | Edit | Press | Membership | Group


def update_id(raw: dict[str, Any]) -> int:
    """Return an update's id, or raise InvalidRequest if this is no update."""
    found = raw.get("update_id")
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 2**63:
        raise InvalidRequest("This is no update of the Bot API: 'update_id' is missing or not a number.")
    return found


def read(raw: dict[str, Any]) -> Happening | None:
    """Return what an update means, or None when that is nothing.

    Raises:
        InvalidRequest: it does not have the shape of an update.
    """
    try:
        update = Update.de_json(raw, None)
        return _happening(update)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise InvalidRequest(f"Update {raw.get('update_id')} cannot be read: {type(error).__name__}.") from error


def _happening(update: Update) -> Happening | None:
    if update.message is not None:
        return _message(update.message)
    if update.edited_message is not None:
        return _edit(update.edited_message)
    if update.callback_query is not None:
        return _press(update.callback_query)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    return None


def _message(message: Message) -> Happening | None:
    sender = _sender(message.chat.id, message.from_user)
    if message.chat.type != ChatType.PRIVATE:
        return None if message.left_chat_member else Group(sender)
    if message.text is not None:
        return Text(sender, message.message_id, _words(message.text, message.entities))
    name = next((name for name in _KINDS if getattr(message, name)), None)
    if name is None:
        return None  # a service message: something was pinned, a timer set
    caption = _words(message.caption or "", message.caption_entities)
    file = _file(message) if _KINDS[name] == "file" else None
    return Media(sender, message.message_id, _KINDS[name], name, caption, file)


def _file(message: Message) -> File:
    """Return a document, or the largest form of a photo that may be taken."""
    found: Document | PhotoSize
    if message.document is not None:
        found, name = message.document, visible(clean(message.document.file_name or "file"))
    else:
        sizes = sorted(message.photo, key=lambda size: size.width * size.height)
        fitting = [size for size in sizes if (size.file_size or 0) <= checks.MAX_BYTES]
        found, name = (fitting or sizes)[-1], "photo.jpg"
    if len(found.file_id) > _MAX_FILE_ID:
        raise ValueError("no file id is this long")
    return File(found.file_id, name, found.file_size)


def _edit(message: Message) -> Happening | None:
    text = _words(message.text or message.caption or "", message.entities or message.caption_entities)
    if message.chat.type != ChatType.PRIVATE or not text or message.edit_date is None:
        return None  # a live location moves by edits
    sender = _sender(message.chat.id, message.from_user)
    return Edit(sender, message.message_id, int(message.edit_date.timestamp()), text)


def _press(query: CallbackQuery) -> Happening | None:
    chat = query.message.chat if query.message else None
    if (chat is not None and chat.type != ChatType.PRIVATE) or len(query.id) > _MAX_CALLBACK_ID:
        return None
    chat_id = chat.id if chat else query.from_user.id  # a private chat has its customer's id
    message_id = query.message.message_id if query.message else None
    return Press(_sender(chat_id, query.from_user), query.id, query.data or "", message_id)


def _membership(change: ChatMemberUpdated) -> Happening | None:
    sender = _sender(change.chat.id, change.from_user)
    status = change.new_chat_member.status
    if change.chat.type == ChatType.PRIVATE:
        return Membership(sender, status == ChatMemberStatus.BANNED)
    is_gone = status in (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)
    return None if is_gone else Group(sender)


def _sender(chat_id: int, user: User | None) -> Sender:
    if abs(chat_id) > _MAX_CHAT_ID:
        raise ValueError("a chat id has 52 bits at most")
    return Sender(chat_id, str((user and user.language_code) or "en").lower()[:16])


def _words(text: str, entities: Sequence[MessageEntity]) -> str:
    """Return what somebody wrote, and below it the addresses behind its words: people must see where a link leads."""
    hidden = [entity.url for entity in entities if entity.type == MessageEntityType.TEXT_LINK and entity.url]
    return clean("\n".join([text, *[url for url in dict.fromkeys(hidden) if url not in text][:_MAX_HIDDEN]]))


def clean(text: str) -> str:
    """Drop what no store takes: NUL and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
