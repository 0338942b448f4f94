"""What is left of a file: its pixels or words, upright, and nothing else."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image

from conversations.attachments import cleaning
from conversations.attachments.cleaning import clean
from kit.errors import InvalidRequest, TooLarge
from kit.masking import mask
from tests.conversations.attachments.files import AUTHOR, PDF, huge_png, photo, picture

SEED = "abandon ability able about above absent absorb abstract absurd abuse access accident"


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_pixels_is_kept(format: str) -> None:
    sent = photo(format)
    assert AUTHOR.encode() in sent

    kept = clean(sent).data

    image = opened(kept)
    assert AUTHOR.encode() not in kept
    assert b"Exif" not in kept
    assert not dict(image.getexif())
    assert not {"exif", "xmp", "comment", "icc_profile", "Author"} & set(image.info)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_picture_is_turned_upright(format: str) -> None:
    cleaned = clean(photo(format, orientation=6))  # taken with the phone on its side

    image = opened(cleaned.data).convert("RGB")
    assert image.size == (cleaned.width, cleaned.height) == (32, 64)
    red, _, blue = image.getpixel((28, 4))  # type: ignore[misc]  # three bands, so three numbers
    assert red > 200 > 50 > blue


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGB", "RGBA"])
def test_every_kind_of_png_is_taken(mode: str) -> None:
    image = Image.new("I;16", (8, 4)) if mode == "I;16" else Image.new("RGBA", (8, 4), (9, 9, 9, 99)).convert(mode)
    output = io.BytesIO()
    image.save(output, "PNG")

    assert clean(output.getvalue()).width == 8


def test_transparency_of_a_palette_stays() -> None:
    output = io.BytesIO()
    palette = Image.new("RGB", (8, 4), "red").quantize()
    palette.save(output, "PNG", transparency=palette.getpixel((0, 0)))

    assert opened(clean(output.getvalue()).data).getpixel((0, 0))[3] == 0  # type: ignore[index]  # four bands


@pytest.mark.parametrize("mode", ["L", "CMYK", "YCbCr"])
def test_every_kind_of_jpeg_is_taken(mode: str) -> None:
    assert clean(picture("JPEG", mode=mode)).width == 8


def test_animation_is_kept_as_its_first_frame() -> None:
    frames = [Image.new("RGB", (8, 4), colour) for colour in ("red", "blue")]
    output = io.BytesIO()
    frames[0].save(output, "WEBP", save_all=True, append_images=frames[1:], duration=100)

    assert getattr(opened(clean(output.getvalue()).data), "n_frames", 1) == 1


def test_what_hides_behind_a_pictures_end_is_gone() -> None:
    assert b"the cropped part" not in clean(picture() + b"the cropped part").data


def test_huge_picture_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("it was decoded"))

    for width, height in [(30_000, 30_000), (7_200, 7_200), (60_000_000, 1)]:
        with pytest.raises(TooLarge, match="51 million pixels"):
            clean(huge_png(width, height))


def test_broken_pictures_are_refused_and_nothing_worse() -> None:
    chance = random.Random(1)
    refused = 0
    for number in range(600):
        data = bytearray(photo(["JPEG", "PNG", "WEBP"][number % 3], orientation=6))
        for _ in range(chance.randint(1, 30)):
            data[chance.randrange(12, len(data))] = chance.randrange(256)
        try:
            clean(bytes(data))
        except InvalidRequest:
            refused += 1

    assert refused > 100


def test_pdf_stays_as_it_is() -> None:
    assert clean(PDF).data == PDF


def test_secrets_in_a_text_are_masked() -> None:
    cleaned = clean(f"\ufeffmy words:\n{SEED}\nmy password is hunter2\n".encode())

    assert cleaned.data == b"my words:\n[removed: seed phrase]\nmy password is [removed: secret]\n"
    assert cleaned.secrets == ("secret", "seed phrase")


@pytest.mark.parametrize("offset", range(-120, 20, 7))
def test_secret_does_not_hide_where_pieces_meet(offset: int) -> None:
    before = "x " * ((cleaning._PIECE + offset) // 2)

    cleaned = clean((before + SEED + " y" * 30_000).encode())

    assert b"abandon" not in cleaned.data
    assert b"accident" not in cleaned.data
    assert cleaned.data.count(b"x ") == len(before) // 2
    assert cleaned.data.count(b" y") == 30_000


def test_no_text_is_masked_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """Masking takes time with the square of the length: 10 MB of secrets would take hours."""
    lengths: list[int] = []

    def watched(text: str) -> tuple[str, list[str]]:
        lengths.append(len(text))
        return mask(text)

    monkeypatch.setattr(cleaning, "mask", watched)

    assert b"hunter22" not in clean(b"password: hunter22\n" * 20_000).data
    assert max(lengths) <= 21_000
