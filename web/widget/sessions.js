/**
 * Which conversation this browser is in, and which it was in before, newest first. A *session* is
 * `{ conversation_id, token, is_verified }`; of an earlier one there is also `{ title, at, number? }`. `identity` gives
 * the site's signed token, or null.
 */
import { request } from "../shared/http.js";

const MOST = 20;

export class Sessions {
  #api;
  #locale;
  #identity;
  #storage;
  #opening = null;
  #current;

  constructor({ api, locale, storage, identity = () => null }) {
    this.#api = `${api}/api/v1/conversations`;
    this.#locale = locale;
    this.#identity = identity;
    this.#storage = storage;
    this.#current = storage.get("session");
  }

  get current() {
    return this.#current;
  }

  get id() {
    return this.#current?.conversation_id;
  }

  get url() {
    return `${this.#api}/${encodeURIComponent(this.id)}`;
  }

  get headers() {
    return { Authorization: `Bearer ${this.#current.token}` };
  }

  get earlier() {
    return this.#storage.get("past") ?? [];
  }

  /** Open a conversation, once however many ask; each gets its own copy of a refusal, or null. */
  async open() {
    this.#opening ??= this.#open().finally(() => (this.#opening = null));
    return (await this.#opening)?.clone() ?? null;
  }

  /** `about` is what an earlier conversation is known by. */
  leave(about = null) {
    const left = this.#current;
    if (left && about) this.#remember([{ ...left, ...about }, ...this.#without(left.conversation_id)]);
    this.#current = null;
    this.#storage.remove("session");
  }

  goBack(id) {
    const { conversation_id, token, is_verified } = this.earlier.find((each) => each.conversation_id === id);
    this.#remember(this.#without(id));
    this.#enter({ conversation_id, token, is_verified });
  }

  /** Take up what another tab stored; return whether that is another conversation. */
  reload() {
    const stored = this.#storage.get("session");
    if (stored?.conversation_id === this.id) return false;
    this.#current = stored;
    return true;
  }

  forget() {
    this.leave();
    this.#storage.remove("past");
  }

  async #open() {
    const identity = await Promise.resolve().then(this.#identity).catch(() => null);
    const { timeZone: timezone } = new Intl.DateTimeFormat().resolvedOptions();
    const ask = (extra) => request(this.#api, { json: { locale: this.#locale, timezone, ...extra } });
    let response = await ask(identity ? { identity } : {});
    const isUnproven = Boolean(identity) && response.status === 401;
    if (isUnproven) response = await ask({});
    if (!response.ok) return response;
    const { conversation_id, token } = await response.json();
    this.#enter({ conversation_id, token, is_verified: Boolean(identity) && !isUnproven });
    return null;
  }

  #enter(session) {
    this.#current = session;
    this.#storage.set("session", session);
  }

  #remember(earlier) {
    this.#storage.set("past", earlier.slice(0, MOST));
  }

  #without(id) {
    return this.earlier.filter((each) => each.conversation_id !== id);
  }
}
