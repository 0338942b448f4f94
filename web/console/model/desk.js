/**
 * Everything the console knows: who is signed in, the inbox, the open ticket and the live line between them.
 * Emits `session` (signed in, out or expired), `connection`, `open` (another ticket is looked at).
 */
import { DeskApi } from "./api.js";
import { Drafts } from "./drafts.js";
import { Inbox } from "./inbox.js";
import { Live } from "./live.js";
import { OpenTicket } from "./open-ticket.js";
import { Outgoing } from "./outgoing.js";
import { Seen } from "./seen.js";

const HINTS_SETTLE_MS = 250;
const SAFETY_REFETCH_MS = 60_000;

export class Desk extends EventTarget {
  #listTimer = 0;

  api = new DeskApi();
  inbox = new Inbox(this.api);
  live = new Live();
  seen = new Seen();

  /** @type {{id: string, login: string, name: string, role: string}|null} */
  agent = null;
  /** The session ended by itself, not by signing out. */
  hasExpired = false;
  /** @type {Drafts} */
  drafts;
  /** @type {Outgoing} */
  outgoing;
  /** @type {OpenTicket|null} */
  open = null;

  constructor() {
    super();
    this.api.onSessionEnd = () => this.#end(true);
    this.live.onSessionEnd = () => this.#end(true);
    this.live.addEventListener("hint", (event) => this.#hint(event.detail));
    this.live.addEventListener("up", () => this.refetch());
    for (const type of ["up", "down"]) {
      this.live.addEventListener(type, () => this.dispatchEvent(new Event("connection")));
    }
    setInterval(() => this.#refetchIfSeen(), SAFETY_REFETCH_MS);
    document.addEventListener("visibilitychange", () => this.#refetchIfSeen());
  }

  /** Take up the session of an earlier visit. Throws when the desk cannot be reached. */
  async resume() {
    try {
      this.#begin(await this.api.session());
    } catch (error) {
      if (error.status !== 401) throw error;
      this.#end(false);
    }
  }

  async signIn(login, password) {
    this.#begin(await this.api.signIn(login, password));
  }

  async signOut() {
    await this.api.signOut();
    this.#end(false);
  }

  /** Look at a ticket, or at none. */
  look(number) {
    if ((this.open?.number ?? null) === (number || null)) return;
    this.open = number ? new OpenTicket(this.api, number) : null;
    this.open?.addEventListener("change", () => this.#markSeen());
    this.dispatchEvent(new Event("open"));
    if (this.agent) this.open?.refresh();
  }

  refetch() {
    if (!this.agent) return;
    this.inbox.refresh();
    this.open?.refresh();
  }

  /** @param {"take"|"hand-back"|"resolve"} verb */
  async act(verb, body = {}) {
    const { open } = this;
    try {
      await open?.act(verb, body);
    } finally {
      this.#refetchListSoon();
    }
  }

  async send(mode, text) {
    if (!this.open) return false;
    const isSent = await this.outgoing.send(this.open, mode, text);
    this.#refetchListSoon();
    return isSent;
  }

  #begin(agent) {
    if (this.agent?.id !== agent.id) {
      this.drafts = new Drafts(agent.id);
      this.outgoing = new Outgoing(this.drafts);
      this.inbox.clear();
    }
    this.agent = agent;
    this.hasExpired = false;
    this.dispatchEvent(new Event("session"));
    this.live.start();
    this.refetch();
  }

  #end(hasExpired) {
    if (hasExpired && !this.agent) return;
    this.live.stop();
    this.agent = null;
    this.hasExpired = hasExpired;
    this.inbox.clear();
    this.open = null;
    this.dispatchEvent(new Event("session"));
  }

  #hint({ ticket }) {
    this.seen.hear(ticket);
    if (ticket === this.open?.number) this.open.refresh();
    this.#refetchListSoon();
  }

  #refetchListSoon() {
    clearTimeout(this.#listTimer);
    this.#listTimer = setTimeout(() => this.agent && this.inbox.refresh(), HINTS_SETTLE_MS);
  }

  #refetchIfSeen() {
    if (document.visibilityState !== "visible") return;
    this.refetch();
    this.#markSeen();
  }

  #markSeen() {
    const ticket = this.open?.ticket;
    if (ticket && document.visibilityState === "visible") this.seen.mark(ticket);
  }
}
