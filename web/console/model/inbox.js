/** The list of tickets in one view. Emits `change`, and `arrived` (detail: count) when cases appear by themselves. */
import { coalesce } from "./coalesce.js";

export const VIEWS = ["open", "mine", "unassigned", "resolved", "all"];

export class Inbox extends EventTarget {
  #api;
  #pages = 1;
  #refresh;

  view = "open";
  /** @type {object[]} */
  rows = [];
  /** @type {Record<string, number>} */
  counts = {};
  /** @type {string|null} */
  next = null;
  isLoaded = false;
  /** @type {import("./api.js").ApiError|null} */
  error = null;

  constructor(api) {
    super();
    this.#api = api;
    this.#refresh = coalesce(() => this.#fetch());
  }

  /** Switch to another view; rows of the old one never stand under the new one's name. */
  show(view) {
    if (view === this.view && this.isLoaded) return;
    this.view = view;
    this.#pages = 1;
    this.rows = [];
    this.isLoaded = false;
    this.#changed();
    this.refresh();
  }

  refresh() {
    return this.#refresh();
  }

  more() {
    this.#pages += 1;
    return this.refresh();
  }

  clear() {
    this.rows = [];
    this.counts = {};
    this.isLoaded = false;
    this.error = null;
  }

  async #fetch() {
    const view = this.view;
    try {
      const fetched = await this.#fetchPages(view);
      if (view !== this.view) return;
      const arrived = this.#countArrived(fetched.rows);
      Object.assign(this, fetched, { isLoaded: true, error: null });
      this.#changed();
      if (arrived) this.dispatchEvent(new CustomEvent("arrived", { detail: arrived }));
    } catch (error) {
      if (view !== this.view) return;
      this.error = error;
      this.#changed();
    }
  }

  async #fetchPages(view) {
    const rows = new Map();
    let next = null;
    let counts = {};
    for (let page = 0; page < this.#pages && (page === 0 || next); page += 1) {
      const answer = await this.#api.tickets(view, next);
      for (const row of answer.tickets) rows.set(row.number, row);
      next = answer.next;
      counts = answer.counts;
    }
    return { rows: [...rows.values()], next, counts };
  }

  #countArrived(rows) {
    if (!this.isLoaded || this.next) return 0;
    const known = new Set(this.rows.map((row) => row.number));
    return rows.filter((row) => !known.has(row.number)).length;
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
