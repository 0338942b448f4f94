"""Times what a hand feels: from the click to the painted panel, from Enter to the painted message. `make bench-widget`.

Each run is a new browser context, so nothing is kept from the run before; Enter is pressed once the panel is at rest.
Times are taken in the page, from the input event's own stamp to the task after the frame that first shows the change.
The assistant answers from a table.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.e2e.browser import CHROMIUM_FLAGS
from tests.e2e.site import running_site
from tests.fakes.assistant import FakeAssistant

RUNS = 20
#: Milliseconds at most, in the median, on a machine that does nothing else.
PANEL_LIMIT, ECHO_LIMIT = 100, 50

_WATCH = """() => {
  const root = document.querySelector("pharos-chat").shadowRoot;
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now());
    port2.postMessage(0);
  }));
  const watch = (type, isShown) => new Promise((done) => addEventListener(type, (event) => {
    const look = async () => {
      const at = await painted();
      if (isShown()) done(at - event.timeStamp);
      else look();
    };
    look();
  }, { capture: true, once: true }));
  window.panel = watch("click", () => root.querySelector("[part=panel]").getBoundingClientRect().height > 0);
  window.echo = watch("keydown", () => root.querySelector("[part~=message-customer]"));
}"""

#: The panel has come to rest and the page has nothing left to do, as it is long before anybody has written a word.
_AT_REST = """async () => {
  const root = document.querySelector("pharos-chat").shadowRoot;
  await Promise.all(root.getAnimations().map((each) => each.finished.catch(() => {})));
  await new Promise(requestIdleCallback);
}"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        with running_site(Path(folder), FakeAssistant()) as site:
            times = [measure(browser, site.url) for _ in range(RUNS)]
        browser.close()
    load, cores = os.getloadavg()[0], os.cpu_count()
    print(f"{RUNS} runs, load {load:.1f} on {cores} cores")
    for name, limit, found in zip(("panel", "echo"), (PANEL_LIMIT, ECHO_LIMIT), zip(*times, strict=True), strict=True):
        print(f"{name:6} median {statistics.median(found):5.0f} ms, worst {max(found):5.0f} ms, at most {limit} ms")


def measure(browser: Browser, url: str) -> tuple[float, float]:
    """Return the milliseconds to the panel and to the message, in a browser that saw neither before."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(url)
    page.locator("button[part=launcher]").wait_for()
    page.wait_for_load_state("networkidle")
    page.evaluate(_WATCH)
    page.locator("button[part=launcher]").click()
    panel: float = page.evaluate("window.panel")
    page.wait_for_load_state("networkidle")
    page.evaluate(_AT_REST)
    page.evaluate("document.querySelector('pharos-chat').shadowRoot.querySelector('textarea').value = 'hello'")
    page.keyboard.press("Enter")
    echo: float = page.evaluate("window.echo")
    page.locator("[part~=message-bot]").wait_for()
    context.close()
    return panel, echo


if __name__ == "__main__":
    main()
