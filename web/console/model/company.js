/**
 * Who else is at the open ticket. Says every ten seconds that this page shows it, and whether something is being
 * written; a page nobody looks at says nothing and is forgotten by the desk. Emits `change`.
 */

const EVERY_MS = 10_000;
const WRITING_LASTS_MS = 8_000;

export class Company extends EventTarget {
  #api;
  #open;
  #timer = 0;
  #typedAt = 0;
  #wasWriting = false;
  #ticket = null;

  /** @type {{id: string, name: string, is_writing: boolean}[]} */
  others = [];

  /** @param {import("./open-ticket.js").OpenTicket} open */
  constructor(api, open) {
    super();
    this.#api = api;
    this.#open = open;
    open.addEventListener("change", () => this.#read(open.ticket));
  }

  start() {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#say(), EVERY_MS);
    this.#say();
  }

  stop() {
    clearInterval(this.#timer);
  }

  /** The agent typed; the others hear of it at once, the first time. */
  typed() {
    this.#typedAt = Date.now();
    if (!this.#wasWriting) this.#say();
  }

  /** What was written is sent. */
  rested() {
    this.#typedAt = 0;
    if (this.#wasWriting) this.#say();
  }

  async #say() {
    if (document.visibilityState !== "visible") return;
    const writing = Date.now() - this.#typedAt < WRITING_LASTS_MS;
    this.#wasWriting = writing;
    try {
      this.#set((await this.#api.act(this.#open.number, "viewing", { writing })).viewers);
    } catch {
      // The next one may get through; nobody is kept from working by it.
    }
  }

  /** A ticket tells who was there when it was fetched, so each counts once. */
  #read(ticket) {
    if (!ticket || ticket === this.#ticket) return;
    this.#ticket = ticket;
    this.#set(ticket.viewers);
  }

  #set(viewers = []) {
    if (JSON.stringify(viewers) === JSON.stringify(this.others)) return;
    this.others = viewers;
    this.dispatchEvent(new Event("change"));
  }
}
