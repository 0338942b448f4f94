/** What every element here shares: listeners that end with it, and children made with their properties set. */

export class View extends HTMLElement {
  #gone = new AbortController();

  /** Listen until this element leaves the page. */
  listen(target, type, heard) {
    target.addEventListener(type, heard, { signal: this.#gone.signal });
  }

  disconnectedCallback() {
    this.#gone.abort();
    this.#gone = new AbortController();
  }
}

/** Create a custom element and hand it what it works with before it is connected. */
export function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
