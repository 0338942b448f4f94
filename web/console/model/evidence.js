/**
 * The public record collected for a dispute: its packs, the newest first. Emits `change`.
 * The desk collects by itself and says nothing when it is done, so the list is asked for again now and then.
 */

const DISPUTES = ["liquidation_appeal", "trade_dispute", "settlement_dispute"];
const LEAST_MS = 8_000;

export const isDispute = (ticket) => DISPUTES.includes(ticket.case);

export class Evidence extends EventTarget {
  #api;
  #number;
  #askedAt = 0;
  #lang = "";

  /** @type {object[]} */
  packs = [];
  /** What the case's facts say now: {symbol, at, price}. */
  subject = {};
  isLoaded = false;
  /** @type {import("./api.js").ApiError|null} */
  error = null;

  constructor(api, number) {
    super();
    this.#api = api;
    this.#number = number;
  }

  async refresh(lang) {
    if (lang === this.#lang && Date.now() - this.#askedAt < LEAST_MS) return;
    this.#askedAt = Date.now();
    this.#lang = lang;
    try {
      const { packs, subject } = await this.#api.evidence(this.#number, lang);
      Object.assign(this, { packs, subject, isLoaded: true, error: null });
    } catch (error) {
      this.error = error;
    }
    this.dispatchEvent(new Event("change"));
  }

  /** Ask the exchange again; the packs there are stay. Throws what the desk refused. */
  async collect(lang, subject) {
    const pack = await this.#api.collect(this.#number, lang, subject);
    this.packs = [pack, ...this.packs.filter(({ id }) => id !== pack.id)];
    this.dispatchEvent(new Event("change"));
  }
}
