/** The list of tickets in one view. Emits `change`, and `arrived` (detail: count) when cases appear by themselves. */
import { coalesce } from "./coalesce.js";

export const VIEWS = ["open", "mine", "unassigned", "no_skill", "due", "waiting", "resolved", "all"];

export const QUEUES = ["accounts", "api", "complaints", "compliance", "general", "payments", "risk", "security"];
export const PRIORITIES = ["P1", "P2", "P3", "P4"];

/** What a list can be narrowed by, and to which values. */
export const FILTERS = { priority: PRIORITIES, queue: QUEUES, language: ["en", "zh"] };

const PAGE = 50;

export class Inbox extends EventTarget {
  #api;
  #pages = 1;
  #refresh;

  view = "open";
  /** By name, and `q`: what is searched for. @type {Record<string, string>} */
  filters = {};
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

  /** Switch to another view or filter; rows of the old one never stand under the new one's name. */
  show(view, filters = {}) {
    const isSame = view === this.view && JSON.stringify(filters) === JSON.stringify(this.filters);
    if (isSame && this.isLoaded) return;
    this.view = view;
    this.filters = filters;
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
    const { view, filters } = this;
    const isOld = () => view !== this.view || filters !== this.filters;
    try {
      const fetched = await this.#fetchPages(view, filters);
      if (isOld()) return;
      const arrived = this.#countArrived(fetched.rows);
      Object.assign(this, fetched, { isLoaded: true, error: null });
      this.#changed();
      if (arrived) this.dispatchEvent(new CustomEvent("arrived", { detail: arrived }));
    } catch (error) {
      if (isOld()) return;
      this.error = error;
      this.#changed();
    }
  }

  async #fetchPages(view, filters) {
    const rows = new Map();
    let next = null;
    let counts = {};
    for (let page = 0; rows.size < this.#pages * PAGE && (page === 0 || next); page += 1) {
      const answer = await this.#api.tickets(view, next, filters);
      for (const row of answer.tickets) rows.set(row.number, row);
      next = answer.next;
      counts = answer.counts;
    }
    return { rows: [...rows.values()], next, counts };
  }

  #countArrived(rows) {
    if (!this.isLoaded || this.next || this.filters.q) return 0;
    const known = new Set(this.rows.map((row) => row.number));
    return rows.filter((row) => !known.has(row.number)).length;
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
