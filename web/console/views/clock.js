/** <desk-clock>: a ticket's target in words, kept true every 15 seconds. All clocks tick together. */
import { dueWords } from "../words/format.js";
import { View } from "./view.js";

const TICK_MS = 15_000;

const ticks = new EventTarget();
const tick = () => ticks.dispatchEvent(new Event("tick"));
setInterval(tick, TICK_MS);
document.addEventListener("visibilitychange", tick);

/** Call `work` at every tick while the view is on the page. */
export const everyTick = (view, work) => view.listen(ticks, "tick", work);

class DeskClock extends View {
  #ticket = null;

  /** @type {import("../model/desk.js").Desk} */
  desk;

  set ticket(ticket) {
    this.#ticket = ticket;
    if (this.isConnected) this.#show();
  }

  connectedCallback() {
    this.classList.add("clock");
    everyTick(this, () => this.#show());
    this.#show();
  }

  #show() {
    const { kind, text } = dueWords(this.#ticket, this.desk.api.now());
    this.dataset.kind = kind;
    if (this.textContent !== text) this.textContent = text;
  }
}

customElements.define("desk-clock", DeskClock);
