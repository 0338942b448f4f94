/**
 * The events of one conversation, in order, whatever the network does: a stream where it works,
 * long polling where something on the way swallows streams.
 */
import { Backoff, pause } from "../shared/backoff.js";
import { request, retryAfterMs } from "../shared/http.js";
import { EventStream } from "../shared/sse.js";

/** Connections in a row that brought nothing before long polling takes over. */
const SILENT_STREAMS = 4;
/** Polls that worked before the stream gets another chance. */
const POLLS = 4;
const POLL_SECONDS = 25;
/** An event known to exist and not here by then is fetched. */
const OVERDUE_MS = 3_000;

export class Feed {
  #base;
  #headers;
  #after = 0;
  #hooks;
  #stopped = new AbortController();
  #stream = null;
  #isPolling = false;

  /** `base` is the conversation's address; hooks are onEvents(events), onGone() and onLink(isUp). */
  constructor(base, token, hooks) {
    this.#base = base;
    this.#headers = { Authorization: `Bearer ${token}` };
    this.#hooks = hooks;
  }

  start() {
    this.#stopped = new AbortController();
    this.#isPolling = false;
    this.#openStream();
  }

  stop() {
    this.#stopped.abort();
    this.#stream?.close();
  }

  /** This event exists: if nothing brings it soon, the stream is not to be trusted. */
  expect(eventId) {
    setTimeout(() => {
      if (this.#after >= eventId || this.#isPolling || this.#stopped.signal.aborted) return;
      this.#stream?.close();
      this.#poll();
    }, OVERDUE_MS);
  }

  #openStream() {
    this.#stream = new EventStream(`${this.#base}/stream`, {
      headers: this.#headers,
      lastEventId: this.#after,
      onOpen: () => this.#hooks.onLink(true),
      onEvents: (events) => this.#take(events.map((event) => JSON.parse(event.data))),
      onTrouble: (trouble) => this.#trouble(trouble),
    });
    this.#stream.open();
  }

  #trouble({ status, silent }) {
    if (status === 401 || status === 404) return this.#gone();
    this.#hooks.onLink(false);
    if (silent < SILENT_STREAMS) return true;
    this.#poll();
    return false;
  }

  async #poll() {
    const { signal } = this.#stopped;
    const backoff = new Backoff();
    this.#isPolling = true;
    for (let good = 0; good < POLLS && !signal.aborted; ) {
      const wait = await this.#pollOnce(signal);
      if (wait === false) break;
      if (wait === 0) {
        good += 1;
        backoff.reset();
      } else {
        this.#hooks.onLink(false);
        await pause(wait ?? backoff.next(), { signal, patient: wait !== null });
      }
    }
    if (signal !== this.#stopped.signal) return;
    this.#isPolling = false;
    if (!signal.aborted) this.#openStream();
  }

  /** Return 0: it worked; false: all is over; else how long to wait, null when the server does not say. */
  async #pollOnce(signal) {
    try {
      const url = `${this.#base}/events?after=${this.#after}&wait=${POLL_SECONDS}`;
      const response = await request(url, { headers: this.#headers, signal, timeoutMs: (POLL_SECONDS + 15) * 1000 });
      if (response.status === 401 || response.status === 404) return this.#gone();
      if (!response.ok) return retryAfterMs(response);
      const { events } = await response.json();
      this.#hooks.onLink(true);
      this.#take(events);
      return 0;
    } catch {
      return signal.aborted ? false : null;
    }
  }

  #gone() {
    this.stop();
    this.#hooks.onGone();
    return false;
  }

  #take(events) {
    if (this.#stopped.signal.aborted || !events.length) return;
    for (const { id } of events) this.#after = Math.max(this.#after, id ?? 0);
    this.#hooks.onEvents(events);
  }
}
