"""Files in the bubble: chosen, pasted or dropped, sent once, seen again, and refused with a reason."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.bubble import Bubble
from tests.e2e.conftest import wait_until
from tests.e2e.site import BubbleSite

pytest_plugins = ["tests.e2e.site"]
pytestmark = pytest.mark.e2e


@pytest.fixture
def bubble(site: BubbleSite, page: Page) -> Bubble:
    return Bubble(page).open(site.url)


@pytest.fixture
def screenshot(tmp_path: Path) -> Path:
    path = tmp_path / "liquidation.png"
    Image.new("RGB", (900, 450), "#c0392b").save(path)
    return path


def files_of(site: BubbleSite) -> list[Path]:
    folder = site.data_dir / "attachments"
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def colour(canvas: Locator) -> list[int]:
    """The colour in the middle of a drawn picture."""
    pixel: list[int] = canvas.evaluate(
        "c => [...c.getContext('2d').getImageData(c.width / 2, c.height / 2, 1, 1).data].slice(0, 3)"
    )
    return pixel


def hold(page: Page, pattern: str = "**/attachments?*") -> list[Route]:
    """Let requests, by themselves uploads, wait on the line; returns those that do."""
    held: list[Route] = []
    page.route(pattern, lambda route: held.append(route))
    return held


def kept_files(page: Page) -> int:
    """How many files the browser keeps for after a reload."""
    kept: int = page.evaluate("async () => (await (await caches.open('pharos-files')).keys()).length")
    return kept


def wait_until_held(page: Page, held: list[Route]) -> Route:
    while not held:
        page.wait_for_timeout(20)
    return held[0]


def test_screenshot_is_sent_with_its_words_and_seen_again_after_a_reload(
    site: BubbleSite, bubble: Bubble, screenshot: Path
) -> None:
    bubble.attach(screenshot)
    expect(bubble.page.locator("[part=tray] li")).to_contain_text("liquidation.png")
    bubble.send("This is my position")

    picture = bubble.messages("customer").locator("button[part=picture] canvas")
    expect(picture).to_be_visible()
    wait_until(lambda: len(files_of(site)) == 1, "the file to be stored")
    expect(bubble.messages("bot").first).to_be_visible()
    bubble.page.reload()
    bubble.page.locator("button[part=launcher]").click()

    wait_until(lambda: colour(picture) == [0xC0, 0x39, 0x2B], "the picture to be drawn")
    box = picture.bounding_box()
    assert box
    assert (box["width"], box["height"]) == (240, 120)


def test_place_of_a_picture_is_kept_before_it_is_there(bubble: Bubble, screenshot: Path) -> None:
    bubble.attach(screenshot)
    bubble.page.locator("button[part=send]").click()
    expect(bubble.messages("bot")).to_have_count(1)
    held = hold(bubble.page, "**/attachments/*")

    bubble.page.emulate_media(reduced_motion="reduce")  # the panel stands where it will stand
    bubble.page.reload()
    bubble.page.locator("button[part=launcher]").click()
    picture = bubble.page.locator("button[part=picture] canvas")
    asked = wait_until_held(bubble.page, held)
    before = picture.bounding_box()
    assert asked.request.headers["authorization"].startswith("Bearer ")
    asked.continue_()
    wait_until(lambda: colour(picture) == [0xC0, 0x39, 0x2B], "the picture to be drawn")

    assert picture.bounding_box() == before


def test_picture_is_enlarged_and_closed_by_escape_without_closing_the_chat(bubble: Bubble, screenshot: Path) -> None:
    bubble.attach(screenshot)
    bubble.page.locator("button[part=send]").click()
    bubble.page.locator("button[part=picture]").click()

    whole = bubble.page.locator("[part=viewer] canvas")
    expect(whole).to_be_visible()
    assert whole.evaluate("c => [c.width, c.height]") == [900, 450]
    bubble.page.keyboard.press("Escape")

    expect(whole).to_have_count(0)
    expect(bubble.page.locator("textarea[part=input]")).to_be_visible()
    expect(bubble.page.locator("button[part=picture]")).to_be_focused()


def test_document_is_saved_again_as_it_was_sent(bubble: Bubble, tmp_path: Path) -> None:
    document = tmp_path / "fills.txt"
    document.write_text("XBTUSD 84210.5 filled\n")
    bubble.attach(document)
    bubble.page.locator("button[part=send]").click()
    expect(bubble.messages("bot")).to_have_count(1)

    bubble.page.reload()
    bubble.page.locator("button[part=launcher]").click()
    with bubble.page.expect_download() as download:
        bubble.page.locator("button[part=file]").click()

    assert download.value.suggested_filename == "fills.txt"
    assert Path(download.value.path()).read_text() == "XBTUSD 84210.5 filled\n"


def test_pasted_and_dropped_pictures_are_taken(bubble: Bubble, screenshot: Path) -> None:
    give = """([node, kind, name, data]) => {
      const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], name, { type: "image/png" }));
      const event = kind === "paste"
        ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true })
        : new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
      node.dispatchEvent(event);
    }"""
    data = base64.b64encode(screenshot.read_bytes()).decode()

    for part, kind, name in [("textarea[part=input]", "paste", "pasted.png"), ("[part=log]", "drop", "dropped.png")]:
        node = bubble.page.locator(part).element_handle()
        bubble.page.evaluate(give, [node, kind, name, data])
        expect(bubble.page.locator("[part=tray] li").filter(has_text=name)).to_have_count(1)

    bubble.page.locator("button[part=send]").click()
    expect(bubble.messages("customer").locator("button[part=picture]")).to_have_count(2)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "setup.exe: only PNG, JPEG, WebP, PDF and plain text can be sent."),
        ("zh", "setup.exe：仅支持 PNG、JPEG、WebP、PDF 和纯文本文件。"),
    ],
)
def test_file_of_another_kind_is_refused_before_it_is_sent(
    site: BubbleSite, page: Page, tmp_path: Path, language: str, said: str
) -> None:
    bubble = Bubble(page).open(f"{site.url}/?lang={language}")
    program = tmp_path / "setup.exe"
    program.write_bytes(b"MZ")

    bubble.attach(program)

    expect(page.locator("[part=tray] [role=alert]")).to_have_text(said)
    expect(page.locator("button[part=send]")).to_be_disabled()


@pytest.mark.parametrize(("language", "said"), [("en", "This kind of file is not taken."), ("zh", "不支持此类文件")])
def test_file_that_the_server_refuses_says_why_and_can_be_removed(
    site: BubbleSite, page: Page, tmp_path: Path, language: str, said: str
) -> None:
    bubble = Bubble(page).open(f"{site.url}/?lang={language}")
    archive = tmp_path / "archive.png"
    archive.write_bytes(b"PK\x03\x04\xff\xfe not a picture")

    bubble.attach(archive)
    page.locator("button[part=send]").click()

    expect(page.locator(".failure")).to_contain_text(said)
    page.locator("button[part=remove]").click()
    expect(bubble.messages("customer")).to_have_count(0)
    assert not files_of(site)


def test_upload_is_cancelled(site: BubbleSite, bubble: Bubble, screenshot: Path) -> None:
    held = hold(bubble.page)
    bubble.attach(screenshot)
    bubble.page.locator("button[part=send]").click()
    expect(bubble.page.get_by_role("progressbar", name="Uploading")).to_be_visible()
    wait_until_held(bubble.page, held)

    bubble.page.locator("button[part=cancel]").click()
    expect(bubble.messages("customer")).to_have_count(0)
    bubble.page.unroute("**/attachments?*")
    bubble.ask("still here?")

    assert not files_of(site)
    assert bubble.messages("customer").count() == 1


def test_files_are_sent_in_the_order_they_were_chosen(bubble: Bubble, screenshot: Path, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("what happened")
    hold(bubble.page)

    bubble.attach(screenshot, note)
    expect(bubble.page.locator("[part=tray] li")).to_have_count(2)
    bubble.page.locator("button[part=send]").click()

    expect(bubble.messages("customer")).to_have_count(2)
    expect(bubble.messages("customer").first.locator("button[part=picture]")).to_be_visible()
    expect(bubble.messages("customer").last).to_contain_text("note.txt")


def test_words_do_not_wait_behind_a_picture(bubble: Bubble, screenshot: Path) -> None:
    hold(bubble.page)
    bubble.attach(screenshot)
    bubble.page.locator("button[part=send]").click()

    assert "help me" in bubble.ask("help me")


def test_picture_on_its_way_survives_a_reload(site: BubbleSite, bubble: Bubble, screenshot: Path) -> None:
    bubble.ask("hello")
    held = hold(bubble.page)
    bubble.attach(screenshot)
    bubble.page.locator("button[part=send]").click()
    expect(bubble.page.get_by_role("progressbar")).to_be_visible()
    wait_until_held(bubble.page, held)
    wait_until(lambda: kept_files(bubble.page) == 1, "the browser to have kept the file")

    bubble.page.unroute("**/attachments?*")
    bubble.page.reload()

    bubble.page.locator("button[part=launcher]").click()
    expect(bubble.messages("bot")).to_have_count(2)
    assert len(files_of(site)) == 1
    expect(bubble.messages("customer").locator("button[part=picture]")).to_have_count(1)
    wait_until(lambda: kept_files(bubble.page) == 0, "the browser to let go of a file that was sent")
