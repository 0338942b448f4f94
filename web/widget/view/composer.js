/** Where the customer writes. Enter sends, unless an input method uses it for itself. */
import { tryAgain } from "../../shared/backoff.js";
import { el, icon, tool } from "../../shared/dom.js";
import { isOpen } from "../store.js";

/** Longest message in code points, and from where on the counter shows. */
export const LIMIT = 4000;
const NEAR_LIMIT = 3600;
/** What the file dialog offers; files.js says what can be sent. */
const ACCEPT = "image/png,image/jpeg,image/webp,application/pdf,text/plain,.log";
const TALLEST_PX = 144;
const SEND = "M5 12l15-8-5 16-3.5-6.5z";
const CLIP = "M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8L10 17.1a1.7 1.7 0 0 1-2.4-2.4L15 7.3";
const STOP = "M7 7l10 10M17 7L7 17";
const PERSON = "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c1-4 4-6 8-6s7 2 8 6";

export class Composer {
  #context;
  #input;
  #chooser;
  #send;
  #count = el("p", { part: "count", id: "count", role: "status" });
  #person;
  #waiting;
  #adding = el("p", { part: "adding", role: "status" });
  #ticket = null;
  #tray = null;

  constructor(context) {
    const { t, on } = context;
    const submit = (event) => (event.preventDefault(), this.#submit());
    this.#context = context;
    this.#input = this.#textarea();
    this.#chooser = el("input", { type: "file", multiple: true, accept: ACCEPT, hidden: true, tabindex: -1 });
    this.#chooser.addEventListener("change", () => this.#chosen());
    const attach = tool(CLIP, t("attach"), { part: "attach", onclick: () => this.#chooser.click() });
    this.#send = tool(SEND, t("send"), { type: "submit", part: "send" });
    this.#person = el("button", { type: "button", part: "person", onclick: on.person }, icon(PERSON), t("person"));
    this.#waiting = el("p", { class: "waiting" }, t("personWaiting"));
    const foot = el("div", { class: "foot" }, this.#person, this.#waiting, this.#count);
    const box = el("div", { class: "box" }, this.#input, attach, this.#send, this.#chooser);
    this.node = el("form", { part: "composer", onsubmit: submit }, this.#adding, box, foot);
    this.#input.value = context.draft;
    this.#changed();
  }

  update({ holder, tickets }) {
    if (this.#ticket && !isOpen(tickets.get(this.#ticket) ?? { status: "closed" })) this.addTo(null);
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

  /** What is written next goes to the case of this number, for people to read; null for an ordinary message. */
  addTo(ticket) {
    const { t } = this.#context;
    const stop = () => (this.addTo(null), this.focus());
    this.#ticket = ticket;
    this.#adding.replaceChildren();
    if (!ticket) return;
    this.#adding.append(t("adding", { number: ticket }), tool(STOP, t("addingStop"), { onclick: stop }));
    this.focus();
  }

  clear() {
    this.addTo(null);
    this.#input.value = "";
    this.#tray?.take();
    this.#changed();
  }

  /** Files go with the next message. */
  async stage(files) {
    const { Tray } = await tryAgain(() => import("./files.js"));
    this.#tray ??= new Tray({ t: this.#context.t, onchange: () => this.#changed() });
    this.node.prepend(this.#tray.node);
    await this.#tray.add(files);
    this.focus();
  }

  #textarea() {
    const { t } = this.#context;
    return el("textarea", {
      part: "input",
      rows: 1,
      "aria-label": t("input"),
      "aria-describedby": "count",
      placeholder: t("placeholder"),
      enterkeyhint: "send",
      oninput: () => this.#changed(),
      onkeydown: (event) => this.#key(event),
      onpaste: (event) => this.#paste(event),
    });
  }

  #chosen() {
    const files = [...this.#chooser.files];
    this.#chooser.value = "";
    this.stage(files);
  }

  /** A picture is taken; a text that comes with a picture of itself stays a text. */
  #paste(event) {
    const { files, types } = event.clipboardData;
    if (!files.length || types.includes("text/plain")) return;
    event.preventDefault();
    this.stage([...files]);
  }

  #key(event) {
    const isComposing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || isComposing) return;
    event.preventDefault();
    this.#submit();
  }

  /** What was written stays in its place until something is there that sends it. */
  async #submit() {
    await this.#context.on.ready();
    const text = this.#input.value.trim();
    if ((!text && !this.#tray?.size) || [...text].length > LIMIT) return this.focus();
    const files = this.#tray?.take() ?? [];
    const ticket = this.#ticket;
    this.clear();
    this.focus();
    this.#context.on.send({ text, files, ticket });
  }

  #changed() {
    const { t, on } = this.#context;
    const text = this.#input.value;
    const length = text.length < NEAR_LIMIT ? text.length : [...text.trim()].length;
    const left = LIMIT - length;
    this.#count.textContent = length < NEAR_LIMIT ? "" : t(left < 0 ? "over" : "left", { n: Math.abs(left) });
    this.#count.classList.toggle("over", left < 0);
    this.#input.setAttribute("aria-invalid", String(left < 0));
    this.#send.disabled = left < 0 || (!text.trim() && !this.#tray?.size);
    this.fit();
    on.draft(text);
  }

  fit() {
    this.#input.style.height = "";
    const { scrollHeight } = this.#input;
    if (scrollHeight) this.#input.style.height = `${Math.min(scrollHeight, TALLEST_PX)}px`;
  }
}
