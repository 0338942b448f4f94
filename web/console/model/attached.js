/**
 * What goes with a reply besides its text: passages quoted from articles, tags, and what the case becomes afterwards.
 * Kept per ticket in localStorage like the draft it belongs to. Emits `change` (detail: number).
 *
 * @typedef {{article_id: string, language: string, version: string, passage_id: string, title: string}} Quote
 * @typedef {{quotes: Quote[], tags: string[], status: string}} Extras
 */

const PREFIX = "pharos.attached";
const MAX_QUOTES = 3;
const MAX_TAGS = 20;

/** @type {() => Extras} */
const nothing = () => ({ quotes: [], tags: [], status: "" });

export class Attached extends EventTarget {
  #owner;
  #store;
  /** @type {Map<string, Extras>} */
  #held = new Map();

  /** @param {string} owner the agent's id */
  constructor(owner, store = globalThis.localStorage) {
    super();
    this.#owner = owner;
    this.#store = store;
  }

  /** @returns {Extras} */
  of(number) {
    if (!this.#held.has(number)) this.#held.set(number, this.#read(number));
    return this.#held.get(number);
  }

  /** Add what a macro does; its status replaces another's. */
  addEffects(number, { tags, status }) {
    const held = this.of(number);
    const all = [...new Set([...held.tags, ...tags])].slice(0, MAX_TAGS);
    this.#keep(number, { ...held, tags: all, status: status || held.status });
  }

  /** @returns {boolean} false when there is no room for another */
  addQuote(number, quote) {
    const held = this.of(number);
    const others = held.quotes.filter(({ passage_id: id }) => id !== quote.passage_id);
    if (others.length >= MAX_QUOTES) return false;
    this.#keep(number, { ...held, quotes: [...others, quote] });
    return true;
  }

  dropQuote(number, passageId) {
    const held = this.of(number);
    this.#keep(number, { ...held, quotes: held.quotes.filter(({ passage_id: id }) => id !== passageId) });
  }

  dropTag(number, tag) {
    const held = this.of(number);
    this.#keep(number, { ...held, tags: held.tags.filter((other) => other !== tag) });
  }

  dropStatus(number) {
    this.#keep(number, { ...this.of(number), status: "" });
  }

  clear(number) {
    this.#keep(number, nothing());
  }

  /** What the desk is sent; empty parts are left out. */
  body(number) {
    const { quotes, tags, status } = this.of(number);
    const sent = quotes.map(({ title, ...quote }) => quote);
    return {
      ...(sent.length ? { quotes: sent } : {}),
      ...(tags.length ? { tags } : {}),
      ...(status ? { status } : {}),
    };
  }

  /** A short text that changes with the quotes: they are what is said, so another set is another message. */
  mark(number) {
    const { quotes } = this.of(number);
    const said = quotes.map(({ passage_id: id, version }) => `${id}@${version}`).join("\n");
    let hash = 0;
    for (const character of said) hash = (hash * 31 + character.codePointAt(0)) >>> 0;
    return said && `.${hash.toString(36)}`;
  }

  #keep(number, extras) {
    this.#held.set(number, extras);
    const isEmpty = !extras.quotes.length && !extras.tags.length && !extras.status;
    try {
      if (isEmpty) this.#store.removeItem(this.#key(number));
      else this.#store.setItem(this.#key(number), JSON.stringify(extras));
    } catch {
      // Full or forbidden storage: the memory copy remains.
    }
    this.dispatchEvent(new CustomEvent("change", { detail: number }));
  }

  #read(number) {
    try {
      return { ...nothing(), ...JSON.parse(this.#store.getItem(this.#key(number)) ?? "{}") };
    } catch {
      return nothing();
    }
  }

  #key = (number) => `${PREFIX}.${this.#owner}.${number}`;
}
