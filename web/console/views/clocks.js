/** <desk-clocks>: the three targets of a case beside it: what runs, what rests, what was met. */
import { CLOCKS, clockState } from "../model/due.js";
import { el } from "../../shared/dom.js";
import { calendarDate, clockWords, duration, shortMoment } from "../words/format.js";
import { counted, t } from "../words/i18n.js";
import { everyTick } from "./clock.js";
import { View } from "./view.js";

class DeskClocks extends View {
  #ticket = null;

  /** @type {import("../model/desk.js").Desk} */
  desk;

  set ticket(ticket) {
    this.#ticket = ticket;
    if (this.isConnected) this.#show();
  }

  connectedCallback() {
    everyTick(this, () => this.#show());
    this.#show();
  }

  #show() {
    const { clocks } = this.#ticket;
    const now = this.desk.api.now();
    const { late_replies: late, hard_limit_at: limit } = clocks;
    const rows = CLOCKS.map((name) => row(name, clocks[name], now));
    const notes = [
      late > 0 && counted("clocks.late_replies", late),
      limit && t("clocks.hard_limit", { date: calendarDate(limit) }),
    ];
    this.replaceChildren(
      el("dl", { class: "clocks" }, rows),
      ...notes.filter(Boolean).map((text) => el("p", { class: "hint" }, text)),
    );
  }
}

function row(name, clock, now) {
  const state = clockState(clock, now);
  return el(
    "div",
    { "data-clock": name, "data-kind": state.kind },
    el("dt", {}, t(`clocks.${name}`)),
    el("dd", {}, el("strong", {}, clockWords(name, state)), el("span", { class: "muted" }, aside(clock, now))),
    ["due", "soon", "paused"].includes(state.kind) && used(clock),
  );
}

/** By when, or when it was; else how long one would have. */
function aside(clock, now) {
  if (clock.due_at) return t("clocks.by", { at: shortMoment(clock.due_at, now) });
  if (clock.at) return shortMoment(clock.at, now);
  return t("clocks.target", { time: duration(clock.target_seconds * 1000) });
}

/** How much of the target was used when the case was fetched; the words beside it say the same. */
const used = ({ target_seconds: target, remaining_seconds: left }) =>
  el("progress", { max: target, value: target - left, "aria-hidden": "true" });

customElements.define("desk-clocks", DeskClocks);
