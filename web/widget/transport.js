/**
 * The conversation with the service: sends what the customer says in order and exactly once, follows what happens.
 * Knows no DOM; everything it learns goes to `notify` as an action of store.js.
 */
import { Backoff, tryAgain } from "../shared/backoff.js";
import { request, retryAfterMs } from "../shared/http.js";
import { DONE, LATER, Lane, Outbox } from "./outbox.js";
import { Sessions } from "./sessions.js";

const uploads = () => tryAgain(() => import("./uploads.js"));

export class Transport {
  #notify;
  #outbox;
  #sessions;
  #feed = null;
  #backoff = new Backoff();
  #isSuspended = false;
  #seen = "";
  #cancels = new Map();
  #lanes = [
    new Lane(() => this.#outbox.nextText(), (entry) => this.#deliver(entry, () => this.#post(entry))),
    new Lane(() => this.#outbox.nextFile(), (entry) => this.#deliver(entry, () => this.#upload(entry))),
  ];

  /** `options` are those of Sessions. */
  constructor({ notify, ...options }) {
    this.#notify = notify;
    this.#outbox = new Outbox(options.storage);
    this.#sessions = new Sessions(options);
  }

  get isVerified() {
    return Boolean(this.#sessions.current?.is_verified);
  }

  get earlier() {
    return this.#sessions.earlier;
  }

  /** Take up the stored conversation, if any, and send what was left unsent. */
  start() {
    for (const entry of this.#outbox.entries) this.#notify({ type: "queued", entry });
    this.#follow();
    this.#drain();
  }

  /** A button's text is its label; what is for a ticket, by its number, is read by people only. */
  send({ text, button, ticket }) {
    this.#queue({ text, button, ticket, conversation: this.#sessions.id });
  }

  /** Ask for, or with `json` change, something of the customer's cases. A refusal is thrown, `{ code, detail? }`. */
  async cases(path = "", json) {
    const { headers, url } = this.#sessions;
    const response = await request(`${url}/tickets${path}`, { headers, json }).catch(() => null);
    const said = (await response?.json().catch(() => null)) ?? { error: "offline" };
    if (!response?.ok) throw Object.assign(new Error(said.error), { code: said.error, detail: said.detail });
    return said;
  }

  /** Send `{ blob, about }`, each as a message of its own. */
  async sendFiles(chosen) {
    const { keepFile } = await uploads();
    for (const { blob, about } of chosen)
      this.#queue({ text: "", file: about }, ({ clientId }) => keepFile(clientId, blob));
  }

  retry(clientId) {
    const entry = this.#outbox.update(clientId, { status: "sending", error: undefined });
    if (entry) this.#notify({ type: "queued", entry });
    this.#drain();
  }

  discard(clientId) {
    this.#remove(clientId);
    this.#notify({ type: "dropped", clientId });
  }

  /** Return a file of this conversation, from this page or from the server. */
  async file({ clientId, id }) {
    const own = clientId && (await (await uploads()).fileOf(clientId));
    if (own) return own;
    const url = `${this.#sessions.url}/attachments/${encodeURIComponent(id)}`;
    const response = await request(url, { headers: this.#sessions.headers, timeoutMs: 60_000 });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return response.blob();
  }

  restart(about, earlierId = null) {
    this.#removeAll();
    this.#stop();
    this.#sessions.leave(about);
    if (earlierId) this.#sessions.goBack(earlierId);
    this.#notify({ type: "reset" });
    this.#follow();
  }

  /** Forget all about the customer: somebody logged out. */
  async forget() {
    this.#removeAll();
    this.#stop();
    this.#sessions.forget();
    this.#notify({ type: "reset" });
    (await uploads()).forgetFiles();
  }

  /** Go where another tab went. */
  refresh() {
    if (!this.#sessions.reload()) return;
    this.#stop();
    this.#notify({ type: "reset" });
    this.start();
  }

  /** Let the connection go while nobody looks; resume() takes it up behind the last event seen. */
  suspend() {
    this.#isSuspended = true;
    this.#feed?.stop();
  }

  resume() {
    if (!this.#isSuspended) return;
    this.#isSuspended = false;
    this.#feed?.start();
  }

  /** Say that this answer of a person's was read: what was not is mailed after a while. */
  see(eventId) {
    const mark = `${this.#sessions.id}:${eventId}`;
    if (!eventId || mark === this.#seen) return;
    this.#seen = mark;
    const { headers, url } = this.#sessions;
    request(`${url}/seen`, { headers, json: { event_id: eventId } }).catch(() => (this.#seen = ""));
  }

  #queue(content, before = () => {}) {
    const entry = this.#outbox.add(content);
    before(entry);
    this.#notify({ type: "queued", entry });
    this.#drain();
  }

  #drain() {
    for (const lane of this.#lanes) lane.run();
  }

  async #follow() {
    const session = this.#sessions.current;
    if (!session) return;
    const { Feed } = await tryAgain(() => import("./feed.js"), Infinity);
    if (session !== this.#sessions.current || this.#feed) return;
    this.#feed = new Feed(this.#sessions.url, session.token, {
      onEvents: (events) => this.#heard(events),
      onGone: () => this.#gone(),
      onLink: (up) => this.#linked(up),
    });
    if (!this.#isSuspended) this.#feed.start();
  }

  #stop() {
    this.#feed?.stop();
    this.#feed = null;
  }

  #linked(up) {
    if (up) for (const lane of this.#lanes) lane.wake();
    this.#notify({ type: "link", up });
  }

  #heard(events) {
    for (const { data } of events) if (data.client_id) this.#remove(data.client_id);
    this.#notify({ type: "events", events, now: Date.now() });
  }

  /** The server knows this conversation no longer. What was not sent is kept for the next one. */
  #gone() {
    this.#stop();
    this.#sessions.leave();
    this.#notify({ type: "reset", ended: true });
    for (const entry of this.#outbox.entries) this.#notify({ type: "queued", entry });
    this.#drain();
  }

  #removeAll() {
    for (const { clientId } of this.#outbox.entries) this.#remove(clientId);
  }

  async #remove(clientId) {
    const entry = this.#outbox.remove(clientId);
    this.#cancels.get(clientId)?.abort();
    if (entry?.file) (await uploads()).settleFile(clientId);
  }

  async #deliver(entry, post) {
    try {
      if (!this.#sessions.current) {
        const refusal = await this.#sessions.open();
        if (refusal) return this.#refused(entry, refusal);
      }
      if (!this.#feed) this.#follow();
      const conversation = this.#sessions.id;
      const response = await post();
      if (response.ok) return this.#accepted(entry, (await response.json()).event_id);
      if (response.status !== 401 && response.status !== 404) return this.#refused(entry, response);
      if (this.#sessions.id === conversation) this.#gone();
    } catch {
      if (!this.#outbox.has(entry.clientId)) return DONE;
      this.#notify({ type: "link", up: false });
    }
    return LATER(this.#backoff.next());
  }

  #post({ clientId, text, button, ticket, conversation }) {
    const { id, headers, url } = this.#sessions;
    const isHere = conversation === id;
    const said = button && isHere ? { button } : { text };
    return request(`${url}/${ticket && isHere ? `tickets/${ticket}/facts` : "messages"}`, { headers, json: { client_id: clientId, ...said } });
  }

  async #upload({ clientId, file }) {
    const { fileOf, upload } = await uploads();
    const blob = await fileOf(clientId);
    if (!blob) return new Response('{"error": "file_gone"}', { status: 410 });
    const cancel = new AbortController();
    this.#cancels.set(clientId, cancel);
    const url = `${this.#sessions.url}/attachments?${new URLSearchParams({ client_id: clientId, name: file.name })}`;
    const onProgress = (share) => this.#notify({ type: "progress", clientId, share });
    const call = upload(url, { blob, headers: this.#sessions.headers, onProgress, signal: cancel.signal });
    return call.finally(() => this.#cancels.delete(clientId));
  }

  #accepted(entry, eventId) {
    this.#backoff.reset();
    this.#cancels.delete(entry.clientId);
    this.#remove(entry.clientId);
    this.#notify({ type: "sent", clientId: entry.clientId, eventId, ticket: entry.ticket });
    this.#notify({ type: "link", up: true });
    this.#feed?.expect(eventId);
    return DONE;
  }

  /** What may pass is tried again; what the server will never take is marked with the server's own reason. */
  async #refused(entry, response) {
    const wait = retryAfterMs(response);
    if (wait !== null) return LATER(wait, true);
    if (response.status >= 500 || [401, 404, 408, 429].includes(response.status)) return LATER(this.#backoff.next());
    const { error: code = "", detail } = await response.json().catch(() => ({}));
    const error = { code, detail: typeof detail === "string" ? detail : "" };
    this.#outbox.update(entry.clientId, { status: "failed", error });
    this.#notify({ type: "refused", clientId: entry.clientId, error });
    return DONE;
  }
}
