/**
 * Server-sent events through fetch(): unlike EventSource it can carry an Authorization header, sees the status of a
 * refusal, and reconnects when the page wakes.
 */
import { Backoff, onWake, pause } from "./backoff.js";
import { retryAfterMs } from "./http.js";

/** Silence of two heartbeats of 20 s: the connection is dead. */
const DEAD_AFTER_MS = 45_000;
/** On waking, silence of one heartbeat is enough to doubt it. */
const DOUBTFUL_AFTER_MS = 22_000;

/** Cuts a text stream into events; comments (heartbeats) leave no trace. */
export class EventParser {
  #rest = "";
  #fields = {};

  /** Return the events `{ id?, event, data }` completed by this piece of text. */
  feed(text) {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop();
    return lines.flatMap((line) => this.#line(line.replace(/\r$/, "")));
  }

  #line(line) {
    if (line === "") return this.#finish();
    const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (name === "data") this.#fields.data = "data" in this.#fields ? `${this.#fields.data}\n${value}` : value;
    else if (name === "id" || name === "event") this.#fields[name] = value;
    return [];
  }

  #finish() {
    const fields = this.#fields;
    this.#fields = {};
    return "data" in fields ? [{ event: "message", ...fields }] : [];
  }
}

/** A stream that reconnects by itself and resumes after the last id it saw. */
export class EventStream {
  #url;
  #options;
  #lastId;
  #backoff = new Backoff();
  #closed = new AbortController();
  #connection = null;
  #heardAt = 0;
  #silent = 0;

  /**
   * Options: `headers`, `lastEventId`, `onEvents(events)`, `onOpen()`, and `onTrouble({ status, retryAfter, silent })`,
   * which hears of every lost or refused connection (status 0: none was made; `silent`: how many in a row brought
   * nothing) and ends the stream by returning false.
   */
  constructor(url, options) {
    this.#url = url;
    this.#options = options;
    this.#lastId = options.lastEventId ?? null;
  }

  async open() {
    const stopListening = onWake(() => {
      if (Date.now() - this.#heardAt > DOUBTFUL_AFTER_MS) this.#connection?.abort();
    });
    while (!this.#closed.signal.aborted) {
      const { status, retryAfter } = await this.#connect();
      if (this.#closed.signal.aborted) break;
      if (this.#options.onTrouble?.({ status, retryAfter, silent: this.#silent }) === false) break;
      await pause(retryAfter ?? this.#backoff.next(), { signal: this.#closed.signal, patient: retryAfter !== null });
    }
    stopListening();
  }

  close() {
    this.#closed.abort();
    this.#connection?.abort();
  }

  async #connect() {
    const connection = (this.#connection = new AbortController());
    const guard = setInterval(() => Date.now() - this.#heardAt > DEAD_AFTER_MS && connection.abort(), 5_000);
    const outcome = { status: 0, retryAfter: null };
    this.#heardAt = Date.now();
    this.#silent += 1;
    try {
      const resume = this.#lastId === null ? {} : { "Last-Event-ID": String(this.#lastId) };
      const headers = { Accept: "text/event-stream", ...this.#options.headers, ...resume };
      const response = await fetch(this.#url, { headers, cache: "no-store", signal: connection.signal });
      outcome.status = response.status;
      outcome.retryAfter = retryAfterMs(response);
      if (response.ok && response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
        this.#options.onOpen?.();
        await this.#read(response.body.getReader());
      }
    } catch {
      // Every cause looks the same from here: the loop waits and tries again.
    } finally {
      clearInterval(guard);
      connection.abort();
    }
    return outcome;
  }

  async #read(reader) {
    const parser = new EventParser();
    const decoder = new TextDecoder();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      this.#heardAt = Date.now();
      this.#silent = 0;
      this.#backoff.reset();
      const events = parser.feed(decoder.decode(part.value, { stream: true }));
      for (const { id } of events) this.#lastId = id ?? this.#lastId;
      if (events.length) this.#options.onEvents(events);
    }
  }
}
