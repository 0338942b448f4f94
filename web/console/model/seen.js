/** Remembers how far this browser has looked at each ticket, so that the list can mark what is new since then. */

const KEY = "pharos.seen";
const MOST = 500;

export class Seen extends EventTarget {
  /** @type {Map<string, string>} number -> updated_at */
  #at = new Map(read());
  /** Numbers hinted at while nobody looked. */
  #heard = new Set();

  mark(ticket) {
    const wasHeard = this.#heard.delete(ticket.number);
    if (!wasHeard && this.#at.get(ticket.number) === ticket.updated_at) return;
    this.#at.delete(ticket.number);
    this.#at.set(ticket.number, ticket.updated_at);
    const latest = [...this.#at].slice(-MOST);
    try {
      localStorage.setItem(KEY, JSON.stringify(latest));
    } catch {
      // Forgotten with the page, then.
    }
    this.dispatchEvent(new Event("change"));
  }

  /** The stream says that something happened; the list shows it when it is drawn next. */
  hear(number) {
    this.#heard.add(number);
  }

  /** Something happened since the ticket was looked at; false for one never opened here. */
  isNews(row) {
    const at = this.#at.get(row.number);
    return at !== undefined && (this.#heard.has(row.number) || row.updated_at > at);
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]");
  } catch {
    return [];
  }
}
