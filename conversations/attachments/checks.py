"""Which files are taken, and as what: their bytes decide, and a name that promises another kind is refused.

Pure functions over bytes. A *polyglot* is one file that programs read as two kinds: some
formats are found from their end or anywhere in the first kilobytes, so a picture or a page
can carry an archive. Such a file is refused even where cleaning would remove the second kind.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile

from kit.errors import InvalidRequest

#: Largest file, in bytes.
MAX_BYTES = 10 * 2**20
#: Longest stem of a name that is shown, in characters.
MAX_STEM = 80

PNG, JPEG, WEBP, PDF, TEXT = "image/png", "image/jpeg", "image/webp", "application/pdf", "text/plain"
PICTURES = (PNG, JPEG, WEBP)
#: Extensions a name may keep; the first is given to a name that has none of them.
EXTENSIONS = {PNG: (".png",), JPEG: (".jpg", ".jpeg"), WEBP: (".webp",), PDF: (".pdf",), TEXT: (".txt", ".log")}

#: How people are told what a file is.
_KINDS = {PNG: "a PNG picture", JPEG: "a JPEG picture", WEBP: "a WebP picture", PDF: "a PDF", TEXT: "plain text"}

#: Archives that programs look for anywhere in a file: RAR, 7z.
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
#: A PDF reader takes a header this near to the start, and an end mark this near to the end, in bytes.
_PDF_REACH = 1024
_PDF_HEADER, _PDF_END = b"%PDF-", b"%%EOF"
#: A text that opens like this is SVG, HTML or XML: a program for a browser, not words for a person.
_MARKUP = re.compile(r"\s*<[a-z!?/]", re.IGNORECASE)


class UnsupportedType(InvalidRequest):
    """The content is none of the kinds that are taken."""

    status_code = 415


def media_type(data: bytes) -> str:
    """Return what a file is.

    Raises:
        InvalidRequest: the file is empty.
        UnsupportedType: it is of another kind, or of two kinds at once.
    """
    if not data:
        raise InvalidRequest("The file is empty. Choose another one.")
    type = _by_signature(data)
    if _is_also_something_else(data, type):
        raise UnsupportedType("The file holds another file. Send a plain screenshot or document.")
    return type


def _by_signature(data: bytes) -> str:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith(_PDF_HEADER):
        if _PDF_END not in data[-_PDF_REACH:]:
            raise InvalidRequest("The PDF is cut short: its end is missing. Save it again and send that.")
        return PDF
    decode_text(data)
    return TEXT


def _is_also_something_else(data: bytes, type: str) -> bool:
    return (
        zipfile.is_zipfile(io.BytesIO(data))
        or any(archive in data for archive in _ARCHIVES)
        or (type != PDF and _PDF_HEADER in data[:_PDF_REACH])
    )


def decode_text(data: bytes) -> str:
    """Return a text file's words.

    Raises:
        UnsupportedType: not UTF-8, with a NUL in it, or markup.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnsupportedType(
            "This kind of file is not taken. Send PNG, JPEG, WebP, PDF, or text saved as UTF-8."
        ) from error
    if "\x00" in text:
        raise UnsupportedType("The file contains NUL characters, so it is no text. Send PNG, JPEG, WebP, PDF or text.")
    if _MARKUP.match(text):
        raise UnsupportedType("SVG, HTML and XML are not taken. Send a screenshot, or the text without the markup.")
    return text


def check_name(name: str, type: str) -> None:
    """Raise UnsupportedType when a name promises another kind of file than its content is.

    A picture under another picture's extension is common and harmless: it is taken, and shown under its own.
    """
    promised = next((kind for kind, endings in EXTENSIONS.items() if name.lower().rstrip(". ").endswith(endings)), type)
    if _family(promised) != _family(type):
        raise UnsupportedType(
            f"The file is called {_KINDS[promised]} but is {_KINDS[type]}. Save it again as what it is, and send that."
        )


def _family(type: str) -> str:
    return "picture" if type in PICTURES else type


def shown_name(name: str, type: str) -> str:
    """Return a customer's file name as people may see it: no folder, nothing invisible, no false extension."""
    last = re.split(r"[/\\]", name)[-1]
    visible = "".join(character for character in last if not unicodedata.category(character).startswith("C"))
    stem, dot, extension = visible.rstrip(". ").rpartition(".")
    if f"{dot}{extension}".lower() not in EXTENSIONS[type]:
        stem, extension = f"{stem}{dot}{extension}", EXTENSIONS[type][0].removeprefix(".")
    return f"{stem.strip('. ')[:MAX_STEM] or 'file'}.{extension}"
