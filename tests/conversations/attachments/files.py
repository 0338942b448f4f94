"""Files as customers send them, good and bad, made here byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
TEXT = "2026-11-22 03:12 order rejected\r\n下单失败：余额不足\n".encode()
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
#: Where the photo was taken, and by whom: must not survive.
PLACE, AUTHOR = "48/1 51/1 30/1", "Satoshi of Shibuya"
_ORIENTATION, _ARTIST, _GPS = 0x0112, 0x013B, 0x8825


def picture(format: str = "PNG", size: tuple[int, int] = (8, 4), mode: str = "RGB", **options: Any) -> bytes:
    """A picture whose top left corner is red, the rest blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    output = io.BytesIO()
    image.convert(mode).save(output, format, **options)
    return output.getvalue()


def photo(format: str = "JPEG", orientation: int = 1) -> bytes:
    """A picture that says where, by whom and how it was taken, in every way its format knows."""
    exif = Image.Exif()
    exif[_ORIENTATION], exif[_ARTIST] = orientation, AUTHOR
    exif.get_ifd(_GPS).update({1: "N", 2: (48.0, 51.0, 30.0), 29: PLACE})
    options: dict[str, Any] = {"exif": exif, "icc_profile": AUTHOR.encode()}
    if format == "PNG":
        info = PngInfo()
        info.add_text("Author", AUTHOR)
        info.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{AUTHOR}</x:xmpmeta>")
        options["pnginfo"] = info
    else:
        options["xmp"] = f"<x:xmpmeta>{AUTHOR}</x:xmpmeta>".encode()
    if format == "JPEG":
        options["comment"] = AUTHOR.encode()
    return picture(format, (64, 32), **options)


def archive() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("run.js", "alert(1)" * 100)
    return output.getvalue()


def _chunk(type: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + type + data + struct.pack(">I", zlib.crc32(type + data))


def huge_png(width: int = 30_000, height: int = 30_000) -> bytes:
    """A few hundred kilobytes that would be 112 MB of pixels."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(height * (width // 8 + 1)), 1)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def huge_jpeg() -> bytes:
    """A small JPEG whose frame header says 30,000 x 30,000."""
    data = bytearray(picture("JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", 30_000, 30_000)
    return bytes(data)


def huge_webp() -> bytes:
    """A small lossless WebP whose header says 16,384 x 16,384, the most there is."""
    data = bytearray(picture("WEBP", lossless=True))
    at = data.index(b"VP8L") + 9
    data[at : at + 4] = (int.from_bytes(data[at : at + 4], "little") | 0x0FFFFFFF).to_bytes(4, "little")
    return bytes(data)


GOOD = {
    "png": (picture("PNG"), "image/png"),
    "jpeg": (picture("JPEG"), "image/jpeg"),
    "webp": (picture("WEBP"), "image/webp"),
    "pdf": (PDF, "application/pdf"),
    "txt": (TEXT, "text/plain"),
}

#: name -> content, file name, status
BAD: dict[str, tuple[bytes, str, int]] = {
    "zip named .png": (archive(), "chart.png", 415),
    "SVG with script": (SVG, "chart.svg", 415),
    "SVG after blanks and a mark": (b"\xef\xbb\xbf \n" + SVG, "notes.txt", 415),
    "HTML": (b"<!DOCTYPE html><script>alert(1)</script>", "page.txt", 415),
    "PNG that is a zip too": (picture() + archive(), "chart.png", 415),
    "JPEG that is a zip too": (picture("JPEG") + archive(), "chart.jpg", 415),
    "PDF that is a zip too": (PDF + archive() + b"%%EOF", "statement.pdf", 415),
    "PDF that is a RAR too": (PDF + b"Rar!\x1a\x07\x00" + b"%%EOF", "statement.pdf", 415),
    "JPEG that is a PDF too": (picture("JPEG", comment=PDF), "chart.jpg", 415),
    "text that is a PDF too": (b"hello\n" + PDF, "notes.txt", 415),
    "program": (b"\x7fELF\x02\x01\x01" + bytes(100) + b"\xff\xfe", "chart.png", 415),
    "GIF": (picture("GIF"), "chart.png", 415),
    "TIFF": (picture("TIFF"), "chart.png", 415),
    "text named .png": (b"PK, and nothing but words", "chart.PNG", 415),
    "text named .pdf": (TEXT, "statement.pdf ", 415),
    "picture named .txt": (picture(), "notes.txt", 415),
    "text with NUL": (b"balance\x00", "notes.txt", 415),
    "text in UTF-16": ("balance".encode("utf-16"), "notes.txt", 415),
    "text in GBK": ("余额不足".encode("gbk"), "notes.txt", 415),
    "nothing": (b"", "chart.png", 422),
    "PNG cut short": (picture(size=(640, 480))[:-200], "chart.png", 422),
    "JPEG cut short": (picture("JPEG", size=(640, 480))[:400], "chart.jpg", 422),
    "WebP cut short": (picture("WEBP", size=(640, 480))[:-20], "chart.webp", 422),
    "PNG without a picture": (b"\x89PNG\r\n\x1a\n" + b"rubbish" * 10, "chart.png", 422),
    "PDF cut short": (PDF[:30], "statement.pdf", 422),
    "30,000 x 30,000 PNG": (huge_png(), "chart.png", 413),
    "30,000 x 30,000 JPEG": (huge_jpeg(), "chart.jpg", 413),
    "16,384 x 16,384 WebP": (huge_webp(), "chart.webp", 413),
    "10 MB and a byte": (b"x" * (10 * 2**20 + 1), "notes.txt", 413),
}
