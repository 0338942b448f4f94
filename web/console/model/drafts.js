/**
 * What an agent has begun to write, per ticket and mode ("reply", "note" or "decision"), kept in localStorage so that
 * a closed tab or an ended session loses nothing. A draft that was sent at least once carries the client_id it was sent
 * with: sending the same words again repeats that id, and the server stores them once.
 */

const PREFIX = "pharos.draft";
const KEEP_MS = 14 * 24 * 3600 * 1000;

export class Drafts {
  #owner;
  #store;
  #memory = new Map();

  /** @param {string} owner the agent's id: a shared computer shows nobody another's words */
  constructor(owner, store = globalThis.localStorage) {
    this.#owner = owner;
    this.#store = store;
    this.#dropOld();
  }

  text(number, mode) {
    return this.#get(number, mode)?.text ?? "";
  }

  write(number, mode, text) {
    if (!text) return this.clear(number, mode);
    const held = this.#get(number, mode);
    if (held?.text === text) return;
    const isSame = held?.clientId && held.text.trim() === text.trim();
    this.#put(number, mode, { text, clientId: isSame ? held.clientId : undefined, at: Date.now() });
  }

  /** Take over what the desk keeps. */
  adopt(number, mode, text) {
    this.#put(number, mode, { text, at: Date.now(), isSaved: true });
  }

  /** Whether the desk has the very text. */
  isSaved = (number, mode) => this.#get(number, mode)?.isSaved === true;

  markSaved(number, mode, text) {
    const held = this.#get(number, mode);
    if (held?.text === text) this.#put(number, mode, { ...held, isSaved: true });
  }

  /** The id this very text is sent under, the same each time until the text changes. */
  clientId(number, mode, text) {
    this.write(number, mode, text);
    const draft = this.#get(number, mode);
    draft.clientId ??= newClientId();
    this.#put(number, mode, draft);
    return draft.clientId;
  }

  clear(number, mode) {
    const key = this.#key(number, mode);
    this.#memory.delete(key);
    try {
      this.#store.removeItem(key);
    } catch {
      // Storage may be forbidden; the memory copy is enough for this page.
    }
  }

  has(number) {
    return Boolean(this.text(number, "reply") || this.text(number, "note"));
  }

  #key(number, mode) {
    return `${PREFIX}.${this.#owner}.${number}.${mode}`;
  }

  #get(number, mode) {
    const key = this.#key(number, mode);
    try {
      const stored = JSON.parse(this.#store.getItem(key) ?? "null");
      if (stored) return stored;
    } catch {
      // Fall through to the memory copy.
    }
    return this.#memory.get(key) ?? null;
  }

  #put(number, mode, draft) {
    const key = this.#key(number, mode);
    this.#memory.set(key, draft);
    try {
      this.#store.setItem(key, JSON.stringify(draft));
    } catch {
      // Full or forbidden storage: the memory copy remains.
    }
  }

  #dropOld() {
    try {
      for (const key of Object.keys(this.#store)) {
        if (!key.startsWith(`${PREFIX}.`)) continue;
        const at = JSON.parse(this.#store.getItem(key) ?? "{}").at ?? 0;
        if (Date.now() - at > KEEP_MS) this.#store.removeItem(key);
      }
    } catch {
      // Nothing to tidy when storage is forbidden.
    }
  }
}

/** crypto.randomUUID exists only in secure contexts; getRandomValues exists everywhere. */
function newClientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
