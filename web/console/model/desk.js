/**
 * Everything the console knows: who is signed in, the inbox, the open ticket and the live line between them.
 * Emits `session` (signed in, out or expired), `connection`, `open` (another ticket is looked at).
 */
import { DeskApi } from "./api.js";
import { Attached } from "./attached.js";
import { Company } from "./company.js";
import { DraftSync } from "./draft-sync.js";
import { Drafts } from "./drafts.js";
import { Evidence } from "./evidence.js";
import { Inbox } from "./inbox.js";
import { Live } from "./live.js";
import { OpenTicket } from "./open-ticket.js";
import { Outgoing } from "./outgoing.js";
import { Presence } from "./presence.js";
import { isOver, isMine } from "./rights.js";
import { Seen } from "./seen.js";
import { Selection } from "./selection.js";

const HINTS_SETTLE_MS = 250;
const SAFETY_REFETCH_MS = 60_000;

export class Desk extends EventTarget {
  #listTimer = 0;

  api = new DeskApi();
  inbox = new Inbox(this.api);
  live = new Live();
  presence = new Presence(this.api);
  seen = new Seen();
  selection = new Selection(this.api, this.inbox);

  /** `mustEnrol`: they must set up a second factor before anything else. */
  /** @type {{id: string, login: string, name: string, role: string, mustEnrol: boolean}|null} */
  agent = null;
  /** The session ended by itself, not by signing out. */
  hasExpired = false;
  /** @type {Drafts} */
  drafts;
  /** What goes with a reply besides its text. @type {Attached} */
  attached;
  /** @type {DraftSync} */
  draftSync;
  /** @type {Outgoing} */
  outgoing;
  /** @type {OpenTicket|null} */
  open = null;
  /** Who else is at the open ticket. @type {Company|null} */
  company = null;
  /** The open ticket's evidence. @type {Evidence|null} */
  evidence = null;

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

  async signIn(login, password, code) {
    this.#begin(await this.api.signIn(login, password, code));
  }

  async signOut() {
    if (!this.agent.mustEnrol) await this.presence.leave();
    await this.api.signOut();
    this.#end(false);
  }

  /** Look at a ticket, or at none. */
  look(number) {
    if ((this.open?.number ?? null) === (number || null)) return;
    this.company?.stop();
    this.open = number ? new OpenTicket(this.api, number) : null;
    this.company = this.open && new Company(this.api, this.open);
    this.evidence = this.open && new Evidence(this.api, number);
    this.open?.addEventListener("change", () => this.#markSeen());
    this.dispatchEvent(new Event("open"));
    if (!this.agent || !this.open) return;
    this.open.refresh();
    this.company.start();
    this.draftSync.load(number);
  }

  refetch() {
    if (!this.agent || this.agent.mustEnrol) return;
    this.inbox.refresh();
    this.open?.refresh();
  }

  /** Change the open ticket. The body says the `version` the agent saw; a stale page is an error with `changes`. */
  async act(verb, body) {
    const { open } = this;
    try {
      await open?.act(verb, body);
    } finally {
      this.#refetchListSoon();
    }
  }

  /**
   * Take the open ticket. When only the page was old, and nobody else has it, it is taken all the same:
   * what was decided is who answers, and that has not changed.
   */
  async take(force) {
    const { open } = this;
    const take = () => this.act("take", { version: open.ticket.version, force });
    try {
      await take();
    } catch (error) {
      const { ticket } = open;
      const isFree = error.code === "stale_page" && !isOver(ticket) && (!ticket.assignee || isMine(ticket, this.agent));
      if (!isFree) throw error;
      await take();
    }
  }

  /** @returns {Promise<object|null>} the ticket that is mine now, or null when none waits for me */
  async claimNext() {
    try {
      return await this.api.claimNext();
    } finally {
      this.#refetchListSoon();
    }
  }

  async send(mode, text) {
    if (!this.open) return false;
    const { number } = this.open;
    const isReply = mode === "reply";
    const more = isReply ? { ...this.attached.body(number), mark: this.attached.mark(number) } : {};
    const isSent = await this.outgoing.send(this.open, mode, text, more);
    if (isSent && isReply) this.attached.clear(number);
    this.company?.rested();
    this.#refetchListSoon();
    return isSent;
  }

  #begin(agent) {
    if (this.agent?.id !== agent.id) {
      this.drafts = new Drafts(agent.id);
      this.attached = new Attached(agent.id);
      this.selection.clear();
      this.draftSync = new DraftSync(this.api, this.drafts);
      this.outgoing = new Outgoing(this.drafts, this.draftSync);
      this.inbox.clear();
    }
    this.agent = agent;
    this.hasExpired = false;
    this.dispatchEvent(new Event("session"));
    if (agent.mustEnrol) return;
    this.live.start();
    this.presence.start();
    this.refetch();
  }

  #end(hasExpired) {
    if (hasExpired && !this.agent) return;
    this.live.stop();
    this.presence.stop();
    this.company?.stop();
    this.agent = null;
    this.hasExpired = hasExpired;
    this.inbox.clear();
    Object.assign(this, { open: null, company: null, evidence: null });
    this.dispatchEvent(new Event("session"));
  }

  #hint({ ticket, last_event_id: eventId }) {
    this.seen.hear(ticket, eventId);
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
