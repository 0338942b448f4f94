/** Remembers how far this browser has looked at each ticket, so that the list can mark what is new since then. */

const KEY = "pharos.seen";
const MOST = 500;

export class Seen extends EventTarget {
  /** @type {Map<string, [string, number]>} number -> updated_at, last_event_id */
  #at = new Map(read());
  /** number -> the last event hinted at */
  #heard = new Map();

  mark(ticket) {
    const [at, eventId] = this.#at.get(ticket.number) ?? [];
    if (at === ticket.updated_at && eventId === ticket.last_event_id) return;
    this.#at.delete(ticket.number);
    this.#at.set(ticket.number, [ticket.updated_at, ticket.last_event_id]);
    const latest = [...this.#at].slice(-MOST);
    try {
      localStorage.setItem(KEY, JSON.stringify(latest));
    } catch {
      // Forgotten with the page, then.
    }
    this.dispatchEvent(new Event("change"));
  }

  /** The stream says that something happened; the list shows it when it is drawn next. */
  hear(number, eventId) {
    this.#heard.set(number, eventId);
  }

  /** Something happened since the ticket was looked at; false for one never opened here. */
  isNews(row) {
    const [at, eventId] = this.#at.get(row.number) ?? [];
    return at !== undefined && ((this.#heard.get(row.number) ?? 0) > eventId || row.updated_at > at);
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]").filter(([, seen]) => Array.isArray(seen));
  } catch {
    return [];
  }
}
