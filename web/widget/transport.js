/**
 * The conversation with the service: opens it, sends what the customer says in order and exactly once, follows what
 * happens. Knows no DOM; everything it learns goes to `notify` as an action of store.js.
 */
import { Backoff, pause, tryAgain } from "../shared/backoff.js";
import { request, retryAfterMs } from "../shared/http.js";
import { Outbox } from "./outbox.js";

/** What became of an entry: settled, or to be tried again after a while; `patient` waits are never cut short. */
const DONE = null;
const LATER = (ms, patient = false) => ({ ms, patient });

export class Transport {
  #api;
  #locale;
  #identity;
  #storage;
  #notify;
  #outbox;
  #session;
  #feed = null;
  #backoff = new Backoff();
  #draining = false;
  #suspended = false;
  #nap = new AbortController();

  /**
   * @param {{
   *   api: string, locale: string, storage: import("./storage.js").SafeStorage,
   *   notify: (action: object) => void, identity?: () => Promise<string | null> | string | null,
   * }} options
   */
  constructor({ api, locale, storage, notify, identity = () => null }) {
    this.#api = `${api}/api/v1/conversations`;
    this.#locale = locale;
    this.#identity = identity;
    this.#storage = storage;
    this.#notify = notify;
    this.#outbox = new Outbox(storage);
    this.#session = storage.get("session");
  }

  /** Take up the stored conversation, if any, and send what was left unsent. */
  start() {
    for (const entry of this.#outbox.entries) this.#notify({ type: "queued", entry });
    this.#follow();
    this.#drain();
  }

  /** @param {{ text: string, button?: string }} content a button's text is its label */
  send({ text, button }) {
    const origin = button ? { button, conversation: this.#session?.conversation_id } : {};
    this.#notify({ type: "queued", entry: this.#outbox.add({ text, ...origin }) });
    this.#drain();
  }

  retry(clientId) {
    const entry = this.#outbox.update(clientId, { status: "sending", error: undefined });
    if (entry) this.#notify({ type: "queued", entry });
    this.#drain();
  }

  discard(clientId) {
    this.#outbox.remove(clientId);
    this.#notify({ type: "dropped", clientId });
  }

  /** Leave this conversation; the next message opens another. */
  restart() {
    this.#outbox.clear();
    this.#leave();
    this.#notify({ type: "reset" });
  }

  /** Another tab may have opened or left a conversation: go where it went. */
  refresh() {
    const stored = this.#storage.get("session");
    if (stored?.conversation_id === this.#session?.conversation_id) return;
    this.#feed?.stop();
    this.#session = stored;
    this.#notify({ type: "reset" });
    this.start();
  }

  /** Let the connection go while nobody looks; resume() takes it up behind the last event seen. */
  suspend() {
    this.#suspended = true;
    this.#feed?.stop();
  }

  resume() {
    if (!this.#suspended) return;
    this.#suspended = false;
    this.#feed?.start();
  }

  get #base() {
    return `${this.#api}/${encodeURIComponent(this.#session.conversation_id)}`;
  }

  async #follow() {
    const session = this.#session;
    if (!session) return;
    const { Feed } = await tryAgain(() => import("./feed.js"), Infinity);
    if (session !== this.#session) return;
    this.#feed = new Feed(this.#base, this.#session.token, {
      onEvents: (events) => this.#take(events),
      onGone: () => this.#gone(),
      onLink: (up) => this.#linked(up),
    });
    if (!this.#suspended) this.#feed.start();
  }

  /** Once the service answers again, what waits to be sent need not wait longer. */
  #linked(up) {
    if (up) this.#nap.abort();
    this.#notify({ type: "link", up });
  }

  #take(events) {
    for (const { data } of events) if (data.client_id) this.#outbox.remove(data.client_id);
    this.#notify({ type: "events", events, now: Date.now() });
  }

  /** The server knows this conversation no longer. What was not sent is kept for the next one. */
  #gone() {
    this.#leave();
    this.#notify({ type: "reset", ended: true });
    for (const entry of this.#outbox.entries) this.#notify({ type: "queued", entry });
    this.#drain();
  }

  #leave() {
    this.#feed?.stop();
    this.#feed = null;
    this.#session = null;
    this.#storage.remove("session");
  }

  /** Send the outbox, oldest first, one at a time: the order of saying is the order of arriving. */
  async #drain() {
    if (this.#draining) return;
    this.#draining = true;
    for (let entry = this.#outbox.next(); entry; entry = this.#outbox.next()) {
      const later = await this.#deliver(entry);
      if (later) await this.#wait(later);
    }
    this.#draining = false;
  }

  #wait({ ms, patient }) {
    this.#nap = new AbortController();
    return pause(ms, patient ? { patient } : { signal: this.#nap.signal });
  }

  async #deliver(entry) {
    try {
      if (!this.#session) {
        const refusal = await this.#open();
        if (refusal) return this.#refused(entry, refusal);
      }
      const { conversation_id: conversation, token } = this.#session;
      const button = entry.button && entry.conversation === conversation ? { button: entry.button } : null;
      const response = await request(`${this.#base}/messages`, {
        headers: { Authorization: `Bearer ${token}` },
        json: { client_id: entry.clientId, ...(button ?? { text: entry.text }) },
      });
      if (response.ok) return this.#accepted(entry, (await response.json()).event_id);
      if (response.status !== 401 && response.status !== 404) return this.#refused(entry, response);
      if (this.#session?.conversation_id === conversation) this.#gone();
      return LATER(this.#backoff.next());
    } catch {
      this.#notify({ type: "link", up: false });
      return LATER(this.#backoff.next());
    }
  }

  #accepted(entry, eventId) {
    this.#backoff.reset();
    this.#outbox.remove(entry.clientId);
    this.#notify({ type: "sent", clientId: entry.clientId, eventId });
    this.#notify({ type: "link", up: true });
    this.#feed?.expect(eventId);
    return DONE;
  }

  /** What may pass is tried again; what the server will never take is marked with the server's own sentence. */
  async #refused(entry, response) {
    const wait = retryAfterMs(response);
    if (wait !== null) return LATER(wait, true);
    if (response.status >= 500 || [401, 404, 408, 429].includes(response.status)) return LATER(this.#backoff.next());
    const { detail } = await response.json().catch(() => ({}));
    const error = typeof detail === "string" ? detail : "";
    this.#outbox.update(entry.clientId, { status: "failed", error });
    this.#notify({ type: "refused", clientId: entry.clientId, error });
    return DONE;
  }

  /** Open a conversation. @returns {Promise<Response | null>} the refusal, if it was refused */
  async #open() {
    const identity = await Promise.resolve().then(this.#identity).catch(() => null);
    const { timeZone: timezone } = new Intl.DateTimeFormat().resolvedOptions();
    const ask = (extra) => request(this.#api, { json: { locale: this.#locale, timezone, ...extra } });
    let response = await ask(identity ? { identity } : {});
    if (response.status === 401 && identity) response = await ask({});
    if (!response.ok) return response;
    const { conversation_id, token } = await response.json();
    this.#session = { conversation_id, token };
    this.#storage.set("session", this.#session);
    this.#follow();
    return null;
  }
}
