/**
 * The message list: greeting, lines, typing sign. Keeps its place while one reads, follows when one is at the end.
 * What draws the lines is loaded when the first is about to be needed.
 */
import { tryAgain } from "../../shared/backoff.js";
import { el, icon } from "../../shared/dom.js";

/** This near to the end is at the end. */
const NEAR_PX = 24;
const DOWN = "M12 5v14M6 13l6 6 6-6";

export class Log {
  #context;
  #state;
  #lines = null;
  #loading = null;
  #list = el("div", { class: "rows" });
  #typing = el("div", { part: "typing", role: "status" });
  #topics;
  #newest;
  #scroller;

  constructor(context) {
    const { t } = context;
    this.#context = context;
    this.#topics = this.#renderTopics();
    const newest = { type: "button", part: "newest", onclick: () => this.toEnd() };
    this.#newest = el("button", newest, icon(DOWN), t("newest"));
    this.#newest.hidden = true;
    const inner = el("div", { class: "inner" }, this.#greeting(), this.#topics, this.#list, this.#typing);
    const live = { role: "log", "aria-live": "polite", "aria-label": t("log") };
    this.#scroller = el("div", { part: "log", tabindex: 0, ...live }, inner);
    this.#keepEnd();
    this.node = el("div", { class: "log-frame" }, this.#scroller, this.#newest);
  }

  load() {
    this.#loading ??= tryAgain(() => import("./lines.js"), Infinity).then(({ Lines }) => {
      this.#lines = new Lines(this.#list, this.#context);
      this.update(this.#state);
    });
  }

  update(state) {
    this.#state = state;
    const isBegun = state.events.length + state.pending.length > 0 || state.isContinued;
    if (isBegun && !this.#lines) this.load();
    const wasAtEnd = this.#isAtEnd();
    const added = this.#lines?.update(state) ?? [];
    this.#topics.hidden = isBegun;
    this.#showTyping(state);
    this.#scroll(added, wasAtEnd);
  }

  toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /** Follow to the end, but not past the beginning of what just arrived: a long answer is read from its top. */
  #scroll(added, wasAtEnd) {
    if (added.some((line) => line.author === "customer")) this.toEnd();
    else if (wasAtEnd && added.length) this.#scroller.scrollTop = added[0].node.offsetTop - 12;
    else if (wasAtEnd) this.toEnd();
    if (added.length) this.#newest.hidden = this.#isAtEnd();
  }

  /** Who was at the end stays there when the composer grows or the keyboard opens. */
  #keepEnd() {
    let isAtEnd = true;
    const scrolled = () => {
      isAtEnd = this.#isAtEnd();
      if (isAtEnd) this.#newest.hidden = true;
    };
    this.#scroller.addEventListener("scroll", scrolled, { passive: true });
    new ResizeObserver(() => isAtEnd && this.toEnd()).observe(this.#scroller);
  }

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  #showTyping({ typing, agent }) {
    const { t } = this.#context;
    const name = typing && ((typing.author === "agent" && agent) || t("author")[typing.author]);
    const text = typing ? t("typing", { name }) : "";
    if (this.#typing.textContent === text) return;
    const dots = [el("i"), el("i"), el("i"), el("span", { class: "unseen" }, text)];
    this.#typing.replaceChildren(...(typing ? dots : []));
  }

  #greeting() {
    const { t } = this.#context;
    const title = el("h3", {}, t("greetingTitle"));
    const warning = el("p", { class: "quiet" }, t("warning"));
    return el("div", { part: "greeting" }, title, el("p", {}, t("greeting")), warning);
  }

  #renderTopics() {
    const { t, on } = this.#context;
    const chip = (text) => el("button", { type: "button", part: "topic", onclick: () => on.send({ text }) }, text);
    const group = { class: "topics", role: "group", "aria-label": t("topicsLabel"), onpointerover: () => this.load() };
    return el("div", group, t("topics").map(chip));
  }
}
