"""What is left of a file when it is kept.

Pictures are decoded and written anew, upright, without anything but their pixels: no place, no
device, no time, nothing hidden behind the end; of an animation, the first frame. Text is decoded
strictly and its secrets are masked as in a message (kit.masking). A PDF is kept as it came.

Secrets are NOT masked in pictures or PDFs: nobody here reads what a screenshot shows. Agents see
it as the customer sent it, and it can be erased.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

from PIL import Image, ImageOps

from conversations.attachments import checks
from kit.errors import InvalidRequest, TooLarge
from kit.masking import mask

#: Most pixels of a picture. The largest photos of phones have 50 million; decoded, 4 bytes each.
MAX_PIXELS = 51_000_000

#: Pillow's name of each kind, the pixel modes it can be written in, and how it is written.
_FORMATS = {
    checks.PNG: ("PNG", ("1", "L", "LA", "I;16", "RGB", "RGBA"), {}),
    checks.JPEG: ("JPEG", ("L", "RGB"), {"quality": 90}),
    checks.WEBP: ("WEBP", ("RGB", "RGBA"), {"quality": 90}),
}
#: What Pillow raises at a picture that is broken, besides OSError.
_BROKEN = (SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, AttributeError, ArithmeticError)
#: `mask` is made for messages: its time grows with the square of the length. A file is masked in pieces of so many
#: characters, each with the end of the one before, so that nothing hides where they meet.
_PIECE, _OVERLAP = 20_000, 1_000


@dataclass(frozen=True)
class Cleaned:
    """A file as it is kept; `width` and `height` in pixels for a picture, `secrets` the kinds masked in a text."""

    data: bytes
    type: str
    width: int | None = None
    height: int | None = None
    secrets: tuple[str, ...] = ()


def clean(data: bytes) -> Cleaned:
    """Check a file and return what may be kept of it. Takes seconds for a large picture: run it in a thread.

    Raises:
        InvalidRequest: empty, or damaged.
        UnsupportedType: not of a kind that is taken.
        TooLarge: a picture of too many pixels; it was not decoded.
    """
    type = checks.media_type(data)
    if type in checks.PICTURES:
        return _clean_picture(data, type)
    if type == checks.TEXT:
        text, secrets = _mask_all(checks.decode_text(data))
        return Cleaned(text.encode(), type, secrets=tuple(secrets))
    return Cleaned(data, type)


def _clean_picture(data: bytes, type: str) -> Cleaned:
    format, modes, options = _FORMATS[type]
    try:
        with Image.open(io.BytesIO(data), formats=[format]) as image:  # reads the header, decodes nothing
            _check_size(image)
            upright = ImageOps.exif_transpose(image)
        if upright.mode not in modes:
            has_alpha = "RGBA" in modes and upright.has_transparency_data
            upright = upright.convert("RGBA" if has_alpha else "RGB")
        upright.info = {}  # Pillow writes comments and colour profiles it finds here
        output = io.BytesIO()
        upright.save(output, format, **options)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (OSError, struct.error, *_BROKEN) as error:
        raise InvalidRequest("The picture is damaged or cut short. Make the screenshot again and send that.") from error
    return Cleaned(output.getvalue(), type, *upright.size)


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> TooLarge:
    return TooLarge(f"The picture has more than {MAX_PIXELS // 10**6} million pixels. Crop it or make it smaller.")


def _mask_all(text: str) -> tuple[str, list[str]]:
    safe, rest, kinds = [], "", set()
    for start in range(0, len(text), _PIECE):
        masked, found = mask(rest + text[start : start + _PIECE])
        safe.append(masked[:-_OVERLAP])
        rest = masked[-_OVERLAP:]
        kinds.update(found)
    return "".join(safe) + rest, sorted(kinds)
