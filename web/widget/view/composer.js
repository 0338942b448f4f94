/** Where the customer writes. Enter sends, Shift+Enter breaks the line, an input method may use Enter for itself. */
import { el, icon } from "../../shared/dom.js";

/** Longest message in code points (customer API), and from where on the counter shows. */
export const LIMIT = 4000;
const NEAR_LIMIT = 3600;
const TALLEST_PX = 144;
const SEND = "M5 12l15-8-5 16-3.5-6.5z";
const PERSON = "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c1-4 4-6 8-6s7 2 8 6";

export class Composer {
  #context;
  #input;
  #send;
  #count;
  #person;
  #waiting;

  /** @param {{ t: Function, on: Record<string, Function>, draft: string }} context */
  constructor(context) {
    const { t, on } = context;
    const submit = (event) => (event.preventDefault(), this.#submit());
    this.#context = context;
    this.#input = this.#textarea();
    this.#send = el("button", { type: "submit", part: "send", "aria-label": t("send"), title: t("send") }, icon(SEND));
    this.#count = el("p", { part: "count", id: "count", role: "status" });
    this.#person = el("button", { type: "button", part: "person", onclick: on.person }, icon(PERSON), t("person"));
    this.#waiting = el("p", { class: "waiting" }, t("personWaiting"));
    const foot = el("div", { class: "foot" }, this.#person, this.#waiting, this.#count);
    const box = el("div", { class: "box" }, this.#input, this.#send);
    this.node = el("form", { part: "composer", onsubmit: submit }, box, foot);
    this.#input.value = context.draft;
    this.#changed();
  }

  update({ holder }) {
    this.#person.hidden = holder === "queue" || holder === "agent";
    this.#waiting.hidden = holder !== "queue";
  }

  focus() {
    this.#input.focus({ preventScroll: true });
  }

  /** Put a refused text back to be changed; what is already written stays. */
  restore(text) {
    this.#input.value = [this.#input.value, text].filter(Boolean).join("\n");
    this.#changed();
    this.focus();
  }

  #textarea() {
    const { t } = this.#context;
    const input = el("textarea", {
      part: "input",
      rows: 1,
      "aria-label": t("input"),
      "aria-describedby": "count",
      placeholder: t("placeholder"),
      enterkeyhint: "send",
      oninput: () => this.#changed(),
      onkeydown: (event) => this.#key(event),
    });
    return input;
  }

  #key(event) {
    const isComposing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || isComposing) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const text = this.#input.value.trim();
    if (!text || [...text].length > LIMIT) return this.focus();
    this.#input.value = "";
    this.#changed();
    this.focus();
    this.#context.on.choose({ text });
  }

  #changed() {
    const { t, on } = this.#context;
    const text = this.#input.value;
    const length = text.length < NEAR_LIMIT ? text.length : [...text.trim()].length;
    const left = LIMIT - length;
    this.#count.textContent = length < NEAR_LIMIT ? "" : t(left < 0 ? "over" : "left", { n: Math.abs(left) });
    this.#count.classList.toggle("over", left < 0);
    this.#input.setAttribute("aria-invalid", String(left < 0));
    this.#send.disabled = left < 0 || !text.trim();
    this.fit();
    on.draft(text);
  }

  /** As tall as the text, once there is a layout to measure. */
  fit() {
    this.#input.style.height = "";
    const { scrollHeight } = this.#input;
    if (scrollHeight) this.#input.style.height = `${Math.min(scrollHeight, TALLEST_PX)}px`;
  }
}
