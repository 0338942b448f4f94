/**
 * What the customer said and the server has not yet confirmed. An *entry* is
 * `{ clientId, at, order, text, button?, ticket?, conversation?, file?, status: "sending" | "failed",
 * error?: { code, detail } }`; `button` and `ticket` hold in that conversation only;
 * `file` describes what uploads.js keeps under that id. It survives reloads, so sending again can never say anything
 * twice. One storage item per entry: two tabs never overwrite each other's.
 */
import { pause } from "../shared/backoff.js";

const START = "outbox.";

/** What became of an entry: settled, or to be tried again after a while; `patient` waits are never cut short. */
export const DONE = null;
export const LATER = (ms, patient = false) => ({ ms, patient });


export class Outbox {
  #storage;
  #entries;

  constructor(storage) {
    this.#storage = storage;
    const saved = storage.names(START).map((name) => storage.get(name));
    this.#entries = saved.filter(Boolean).sort((a, b) => a.order - b.order);
  }

  get entries() {
    return [...this.#entries];
  }

  nextText() {
    return this.#entries.find((entry) => entry.status === "sending" && !entry.file);
  }

  nextFile() {
    return this.#entries.find((entry) => entry.status === "sending" && entry.file);
  }

  has(clientId) {
    return this.#entries.some((entry) => entry.clientId === clientId);
  }

  add(content) {
    const order = Math.max(Date.now(), (this.#entries.at(-1)?.order ?? 0) + 1);
    const entry = { clientId: newId(), at: new Date().toISOString(), order, status: "sending", ...content };
    this.#entries.push(entry);
    this.#save(entry);
    return entry;
  }

  update(clientId, change) {
    const entry = this.#entries.find((each) => each.clientId === clientId);
    if (entry) this.#save(Object.assign(entry, change));
    return entry;
  }

  remove(clientId) {
    const entry = this.#entries.find((each) => each.clientId === clientId);
    this.#entries = this.#entries.filter((each) => each !== entry);
    this.#storage.remove(START + clientId);
    return entry;
  }

  #save(entry) {
    this.#storage.set(START + entry.clientId, entry);
  }
}

/**
 * Delivers entries one at a time, oldest first: the order of saying is the order of arriving. Text and files each have
 * a lane, so that a word need not wait behind a picture on a slow line.
 */
export class Lane {
  #next;
  #deliver;
  #isRunning = false;
  #nap = new AbortController();

  constructor(next, deliver) {
    this.#next = next;
    this.#deliver = deliver;
  }

  async run() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let entry = this.#next(); entry; entry = this.#next()) {
      const later = await this.#deliver(entry);
      if (later) await this.#wait(later);
    }
    this.#isRunning = false;
  }

  /** What waits to be tried again need not wait longer. */
  wake() {
    this.#nap.abort();
  }

  #wait({ ms, patient }) {
    this.#nap = new AbortController();
    return pause(ms, patient ? { patient } : { signal: this.#nap.signal });
  }
}

/** crypto.randomUUID exists only on https and localhost. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
