/**
 * Which rows of the list are selected, and the change made to all of them. What leaves the list is no longer
 * selected. Emits `change`.
 */

export class Selection extends EventTarget {
  #api;
  #inbox;
  /** @type {Set<string>} */
  #numbers = new Set();
  /** Where a range begins. */
  #anchor = "";

  constructor(api, inbox) {
    super();
    this.#api = api;
    this.#inbox = inbox;
    inbox.addEventListener("change", () => this.#prune());
  }

  get size() {
    return this.#numbers.size;
  }

  has = (number) => this.#numbers.has(number);

  /** The selected rows as the list shows them now. */
  get rows() {
    return this.#inbox.rows.filter(({ number }) => this.#numbers.has(number));
  }

  /** Select a row or let it go; as a range, everything from the last one on becomes what this one becomes. */
  toggle(number, isRange = false) {
    const isOn = !this.#numbers.has(number);
    const all = this.#inbox.rows.map((row) => row.number);
    const [from, to] = [all.indexOf(this.#anchor), all.indexOf(number)];
    const range = isRange && from >= 0 && to >= 0 ? all.slice(Math.min(from, to), Math.max(from, to) + 1) : [number];
    for (const each of range) {
      if (isOn || isRange) this.#numbers.add(each);
      else this.#numbers.delete(each);
    }
    this.#anchor = number;
    this.#changed();
  }

  clear() {
    this.#numbers.clear();
    this.#anchor = "";
    this.#changed();
  }

  /**
   * Change these rows, each from the version it showed; what was done is let go, what was refused stays selected.
   * @param {object[]} rows as they were when the agent decided
   * @returns {Promise<{done: string[], refused: {number: string, error: string, detail: string}[]}>}
   */
  async change(rows, action, values = {}) {
    const tickets = rows.map(({ number, version }) => ({ number, version }));
    const answer = { done: [], refused: [] };
    for (let at = 0; at < tickets.length; at += MOST) {
      const body = { action, tickets: tickets.slice(at, at + MOST), ...values };
      const { done, refused } = await this.#api.send("POST", "/tickets/bulk", body);
      answer.done.push(...done);
      answer.refused.push(...refused);
    }
    for (const number of answer.done) this.#numbers.delete(number);
    this.#changed();
    this.#inbox.refresh();
    return answer;
  }

  #prune() {
    const shown = new Set(this.#inbox.rows.map(({ number }) => number));
    const before = this.#numbers.size;
    for (const number of this.#numbers) if (!shown.has(number)) this.#numbers.delete(number);
    if (this.#numbers.size !== before) this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** Tickets the desk takes in one request. */
const MOST = 100;
