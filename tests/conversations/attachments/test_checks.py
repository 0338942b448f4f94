"""What a file is and what it is called: decided by its bytes."""

from __future__ import annotations

import pytest

from conversations.attachments import checks
from conversations.attachments.checks import UnsupportedType, check_name, media_type, shown_name
from tests.conversations.attachments.files import GOOD


@pytest.mark.parametrize("kind", GOOD)
def test_content_decides_what_a_file_is(kind: str) -> None:
    data, type = GOOD[kind]

    assert media_type(data) == type


def test_text_may_speak_of_markup() -> None:
    assert media_type(b"The page said: <html><body>502 Bad Gateway</body></html>") == checks.TEXT


@pytest.mark.parametrize("start", [b"<svg/>", b"  <SVG ", b"<!-- x --><svg/>", b"<?xml?>", b"</p>"])
def test_text_that_is_markup_is_refused(start: bytes) -> None:
    with pytest.raises(UnsupportedType, match="SVG, HTML and XML"):
        media_type(start + b" 1234567890")


@pytest.mark.parametrize("name", ["chart.png", "chart.JPG", "chart", "", "order.log.webp", "chart.exe"])
def test_picture_may_have_the_name_of_another_kind_of_picture(name: str) -> None:
    check_name(name, checks.JPEG)


def test_refusal_names_what_was_promised_and_what_came() -> None:
    with pytest.raises(UnsupportedType, match="called a PNG picture but is plain text"):
        check_name("chart.PNG. ", checks.TEXT)


@pytest.mark.parametrize(
    ("name", "type", "shown"),
    [
        pytest.param("chart.png", checks.PNG, "chart.png", id="plain"),
        pytest.param("截图 1.JPG", checks.JPEG, "截图 1.JPG", id="chinese"),
        pytest.param("../../etc/passwd", checks.TEXT, "passwd.txt", id="folders"),
        pytest.param("..\\..\\boot.ini", checks.PNG, "boot.ini.png", id="backslashes"),
        pytest.param("/etc/", checks.PDF, "file.pdf", id="folder-alone"),
        pytest.param("..", checks.PDF, "file.pdf", id="parent"),
        pytest.param("", checks.PNG, "file.png", id="none"),
        pytest.param(".png", checks.PNG, "file.png", id="extension-alone"),
        pytest.param("invoice.exe", checks.PDF, "invoice.exe.pdf", id="false-extension"),
        pytest.param("cod\u202egnp.exe", checks.PNG, "codgnp.exe.png", id="reversed-extension"),
        pytest.param("a\x00b\r\nSet-Cookie: x.png", checks.PNG, "abSet-Cookie: x.png", id="control-characters"),
        pytest.param("\ud800.png", checks.PNG, "file.png", id="surrogate"),
        pytest.param("x" * 5000 + ".png", checks.PNG, "x" * 80 + ".png", id="long"),
        pytest.param("a." + "y" * 5000, checks.PNG, "a." + "y" * 78 + ".png", id="long-extension"),
    ],
)
def test_name_is_harmless_and_tells_the_kind(name: str, type: str, shown: str) -> None:
    assert shown_name(name, type) == shown
