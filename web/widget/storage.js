/** localStorage that never throws: a browser that forbids it only loses what would have survived a reload. */
export class SafeStorage {
  #prefix;
  #area;

  /** @param {string} prefix keeps apart the conversations of different APIs on one site */
  constructor(prefix, area = areaOrNull()) {
    this.#prefix = `${prefix}:`;
    this.#area = area;
  }

  get(name) {
    return this.#try((area) => JSON.parse(area.getItem(this.#prefix + name))) ?? null;
  }

  set(name, value) {
    this.#try((area) => area.setItem(this.#prefix + name, JSON.stringify(value)));
  }

  remove(name) {
    this.#try((area) => area.removeItem(this.#prefix + name));
  }

  /** Names that start with `start`, without the prefix. */
  names(start) {
    const keys = this.#try((area) => Object.keys(area)) ?? [];
    return keys.filter((key) => key.startsWith(this.#prefix + start)).map((key) => key.slice(this.#prefix.length));
  }

  #try(use) {
    try {
      return this.#area && use(this.#area);
    } catch {
      return null;
    }
  }
}

function areaOrNull() {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
