/**
 * What the customer said and the server has not yet confirmed. An *entry* is
 * `{ clientId, at, order, text, button?, conversation?, status: "sending" | "failed", error? }`.
 * It survives reloads and keeps its client id, so sending it again can never say anything twice.
 * One storage item per entry: two tabs never overwrite each other's.
 */
const START = "outbox.";

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

  /** The oldest entry still to be sent. */
  next() {
    return this.#entries.find((entry) => entry.status === "sending");
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
    this.#entries = this.#entries.filter((entry) => entry.clientId !== clientId);
    this.#storage.remove(START + clientId);
  }

  clear() {
    for (const entry of this.entries) this.remove(entry.clientId);
  }

  #save(entry) {
    this.#storage.set(START + entry.clientId, entry);
  }
}

/** crypto.randomUUID exists only on https and localhost. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
