/** The round button with the number of messages behind it, and the window it opens: a panel, or a phone's whole screen. */
import { el, icon } from "../../shared/dom.js";

const SMALL = "(max-width: 479px)";
const BUBBLE = "M4 5h16v11H10l-4 4v-4H4zM8 9h8M8 12.5h5";

export class Launcher {
  #t;
  #badge = el("span", { part: "badge", "aria-hidden": "true" });

  constructor({ t, locale, on }) {
    this.#t = t;
    const button = { type: "button", part: "launcher", lang: locale, onclick: on.toggle };
    this.node = el("button", button, icon(BUBBLE), this.#badge);
  }

  update({ isOpen, unread }) {
    const label = isOpen ? "close" : unread ? "openUnread" : "open";
    this.#badge.textContent = unread > 9 ? "9+" : String(unread);
    this.#badge.hidden = unread === 0;
    this.node.setAttribute("aria-label", this.#t(label, { n: unread }));
    this.node.setAttribute("aria-expanded", String(isOpen));
  }
}

export class Panel {

  constructor({ t, locale, on }, children) {
    const about = { part: "panel", "aria-labelledby": "who", tabindex: -1, lang: locale };
    const drop = el("p", { class: "drop", "aria-hidden": "true" }, t("drop"));
    this.node = el("dialog", { ...about, onclose: on.closed, onkeydown: (event) => this.#key(event) }, children, drop);
    this.#takeDrops(on.files);
    window.visualViewport?.addEventListener("resize", () => this.#fitKeyboard());
  }

  get isOpen() {
    return this.node.open;
  }

  open() {
    if (matchMedia(SMALL).matches) this.node.showModal();
    else this.node.show();
  }

  close() {
    this.node.close();
  }

  #key(event) {
    if (event.key === "Escape" && !event.isComposing) this.close();
  }

  #takeDrops(take) {
    const isFiles = (event) => event.dataTransfer?.types.includes("Files");
    const mark = (isOver) => this.node.classList.toggle("dropping", isOver);
    this.node.addEventListener("dragover", (event) => isFiles(event) && (event.preventDefault(), mark(true)));
    this.node.addEventListener("dragleave", (event) => this.node.contains(event.relatedTarget) || mark(false));
    this.node.addEventListener("drop", (event) => {
      mark(false);
      if (!isFiles(event)) return;
      event.preventDefault();
      take([...event.dataTransfer.files]);
    });
  }

  /** On a phone the keyboard covers the page without shrinking it: the panel takes what is left to see. */
  #fitKeyboard() {
    this.node.style.setProperty("--_seen", `${window.visualViewport.height}px`);
  }
}
