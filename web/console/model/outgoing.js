/**
 * Sends replies and notes. A passing failure is tried again by itself with the same client_id, so a message that
 * did arrive is not doubled; after that the draft stays and the agent decides. Emits `change` (detail: number).
 */
import { ApiError } from "./api.js";

const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 8_000, 8_000];

export class Outgoing extends EventTarget {
  #drafts;
  #sync;
  #states = new Map();

  constructor(drafts, sync) {
    super();
    this.#drafts = drafts;
    this.#sync = sync;
  }

  /** @returns {{isSending: boolean, attempt: number, error: ApiError|null}} */
  state(number, mode) {
    return this.#states.get(`${number}.${mode}`) ?? { isSending: false, attempt: 0, error: null };
  }

  forget(number, mode) {
    if (this.state(number, mode).error) this.#set(number, mode, null);
  }

  /**
   * @param {import("./open-ticket.js").OpenTicket} open
   * @param {"reply"|"note"} mode
   * @param {{mark?: string, quotes?: object[], tags?: string[], status?: string}} [more] what goes with the text; `mark`
   *   tells messages of the same words apart by what they quote
   * @returns {Promise<boolean>} whether the desk has it
   */
  async send(open, mode, text, { mark = "", ...more } = {}) {
    const { number } = open;
    if (this.state(number, mode).isSending) return false;
    const body = { client_id: this.#drafts.clientId(number, mode, text) + mark, text: text.trim(), ...more };
    this.#set(number, mode, { isSending: true, attempt: 1, error: null });
    await this.#sync.settle(number, mode);
    try {
      await this.#try(open, mode, body);
    } catch (error) {
      this.#set(number, mode, { isSending: false, attempt: 0, error });
      return false;
    }
    this.#drafts.clear(number, mode);
    this.#set(number, mode, null);
    return true;
  }

  async #try(open, mode, body) {
    for (let attempt = 1; ; attempt += 1) {
      this.#set(open.number, mode, { isSending: true, attempt, error: null });
      try {
        return await open.act(mode, body);
      } catch (error) {
        const pause = PAUSES_MS[attempt - 1];
        if (!(error instanceof ApiError) || !error.isTransient || !pause) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.max(pause, error.retryAfterMs)));
      }
    }
  }

  #set(number, mode, state) {
    const key = `${number}.${mode}`;
    if (state) this.#states.set(key, state);
    else this.#states.delete(key);
    this.dispatchEvent(new CustomEvent("change", { detail: number }));
  }
}
