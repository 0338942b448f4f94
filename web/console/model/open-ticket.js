/**
 * One ticket an agent looks at: its facts and its transcript, kept by event id so that a replay is harmless. Emits
 * `change` (ticket, error, busy), `transcript` (events grew), `redacted` (detail: messages that read otherwise now) `arrived` (detail: events that came by themselves) and `show` (detail: id of the message to look at).
 */
import { ApiError } from "./api.js";
import { coalesce } from "./coalesce.js";

export class OpenTicket extends EventTarget {
  #api;
  #events = new Map();
  #lastEventId = 0;
  #isFilled = false;
  #refresh;

  /** @type {object|null} */
  ticket = null;
  /** @type {ApiError|null} */
  error = null;
  /** The verb under way, or "". */
  busy = "";

  constructor(api, number) {
    super();
    this.#api = api;
    this.number = number;
    this.#refresh = coalesce(() => this.#fetch());
  }

  /** Everything said and done so far, oldest first. */
  get events() {
    return [...this.#events.values()].sort((a, b) => a.id - b.id);
  }

  get isFilled() {
    return this.#isFilled;
  }

  /** Let the transcript show a message. */
  show(eventId) {
    this.dispatchEvent(new CustomEvent("show", { detail: eventId }));
  }

  refresh() {
    return this.#refresh();
  }

  /**
   * Do something with the ticket, as it was at `body.version` where the verb asks for one. A conflict means that
   * page was out of date: it is fetched again, and the error, thrown either way, carries in `changes` the history
   * entries made since that version.
   */
  async act(verb, body = {}) {
    this.busy = verb;
    this.#changed();
    try {
      this.#keep(await this.#api.act(this.number, verb, body));
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) {
        await this.refresh();
        error.changes = this.changesSince(body.version ?? this.ticket?.version);
      }
      throw error;
    } finally {
      this.busy = "";
      this.#changed();
    }
    await this.refresh();
  }

  /** Every change of a ticket adds one to its version and one entry to its history. */
  changesSince(version) {
    const { ticket } = this;
    const news = ticket ? ticket.version - version : 0;
    return news > 0 ? ticket.history.slice(-news) : [];
  }

  async #fetch() {
    try {
      const [ticket] = await Promise.all([this.#api.ticket(this.number), this.#fetchTranscript()]);
      this.#keep(ticket);
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    this.#changed();
  }

  async #fetchTranscript() {
    const arrived = [];
    const redacted = [];
    for (;;) {
      const answer = await this.#api.transcript(this.number, this.#lastEventId);
      for (const event of answer.events) {
        if (!this.#events.has(event.id)) arrived.push(event);
        this.#events.set(event.id, event);
        if (event.type === "message.redacted") redacted.push(this.#redact(event.data));
        this.#lastEventId = Math.max(this.#lastEventId, event.id);
      }
      if (!answer.events.length || this.#lastEventId >= answer.last_event_id) break;
    }
    const wasFilled = this.#isFilled;
    this.#isFilled = true;
    if (arrived.length || !wasFilled) this.dispatchEvent(new Event("transcript"));
    if (redacted.length && wasFilled) this.dispatchEvent(new CustomEvent("redacted", { detail: redacted }));
    if (arrived.length && wasFilled) this.dispatchEvent(new CustomEvent("arrived", { detail: arrived }));
  }

  /** A message reads as its last redaction says. @returns {object|undefined} the message */
  #redact({ event_id: id, message }) {
    const event = this.#events.get(id);
    if (event) this.#events.set(id, { ...event, data: { ...event.data, ...message } });
    return this.#events.get(id);
  }

  /** Keep the newer of two answers: a slow GET may come in after the POST that overtook it. */
  #keep(ticket) {
    const held = this.ticket;
    if (held && (ticket.version < held.version || ticket.epoch < held.epoch)) return;
    this.ticket = ticket;
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
