/** <desk-side>: what an agent must know beside the conversation: facts, gaps, the clock, the customer, history. */
import { el } from "../../shared/dom.js";
import { dateAndTime, languageName, timeInZone } from "../words/format.js";
import { label, t } from "../words/i18n.js";
import { isDispute } from "../model/evidence.js";
import { href } from "../model/route.js";
import { everyTick } from "./clock.js";
import "./clocks.js";
import "./evidence.js";
import { facts, missing } from "./facts.js";
import { glance } from "./glance.js";
import { history } from "./history.js";
import "./tags.js";
import { make, View } from "./view.js";

class DeskSide extends View {
  #shown = "";
  #zone = el("span", {});
  #clocks = null;
  #evidence = null;
  #tags = null;
  #brief = null;
  #briefOf = "";

  /** @type {import("../model/desk.js").Desk} */
  desk;
  /** @type {import("../model/open-ticket.js").OpenTicket} */
  open;

  connectedCallback() {
    this.listen(this.open, "change", () => this.#render());
    everyTick(this, () => this.#tick());
    this.#render();
  }

  /** Nothing is rebuilt when nothing changed: an agent may be selecting a transaction hash to copy. */
  #render() {
    const { ticket } = this.open;
    if (!ticket) return;
    const { desk } = this;
    const { clocks, viewers, ...rest } = ticket;
    this.#look(ticket);
    this.#clocks ??= make("desk-clocks", { desk, ticket });
    this.#clocks.ticket = ticket;
    const shown = JSON.stringify(rest);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#tick();
    this.#tags ??= make("desk-tags", { desk, open: this.open });
    const focused = this.#tags.contains(document.activeElement) && document.activeElement;
    if (isDispute(ticket)) this.#evidence ??= el("section", {}, make("desk-evidence", { desk }));
    this.replaceChildren(
      el(
        "aside",
        { class: "side" },
        this.#brief && section(t("glance.heading"), this.#glance(ticket)),
        section(t("side.facts"), facts(ticket, this.#sources(), this.#show), missing(ticket)),
        section(t("clocks.heading"), this.#clocks),
        this.#evidence,
        section(t("side.case"), this.#case(ticket), decision(ticket), this.#related(ticket)),
        section(t("side.tags"), this.#tags),
        section(t("side.customer"), this.#customer(ticket)),
        section(t("side.history"), history(ticket, this.desk.agent)),
      ),
    );
    if (focused && this.contains(focused)) focused.focus();
  }

  /** Fetch the case at a glance, anew whenever facts came; the side works without it. */
  async #look({ number, fields, missing: gaps }) {
    const about = JSON.stringify([number, fields, gaps]);
    if (about === this.#briefOf) return;
    this.#briefOf = about;
    try {
      this.#brief = await this.desk.api.get(`/tickets/${number}/brief`);
    } catch {
      return;
    }
    this.#shown = "";
    this.#render();
  }

  #glance(ticket) {
    return glance(this.#brief, { show: this.#show, inbox: this.desk.inbox, lang: ticket.language });
  }

  /** Fact name -> event id of the message it was said in. */
  #sources() {
    return new Map((this.#brief?.facts ?? []).map(({ name, event_id: id }) => [name, id]));
  }

  #show = (eventId) => this.open.show(eventId);

  #case(ticket) {
    return pairs([
      ["side.status", label("status", ticket.status)],
      ["side.assignee", assignee(ticket, this.desk.agent)],
      ["side.queue", label("queue", ticket.queue)],
      ["side.priority", label("priority", ticket.priority)],
      ["side.opened", dateAndTime(ticket.created_at)],
      ["side.root_cause", ticket.root_cause && label("cause", ticket.root_cause)],
    ]);
  }

  /** Tickets linked to this one, and those merged into it. */
  #related({ related }) {
    if (!related.length) return null;
    const { view, filters } = this.desk.inbox;
    const line = ({ number, case: name, status }) =>
      el(
        "li",
        {},
        el("a", { href: href({ view, number, filters }) }, number),
        ` ${label("case", name)}, ${label("status", status)}`,
      );
    return el("div", { class: "related" }, el("h4", {}, t("side.related")), el("ul", {}, related.map(line)));
  }

  #customer(ticket) {
    const isVerified = ticket.customer_verified;
    const identity = el(
      "span",
      { "data-verified": String(Boolean(isVerified)) },
      t(isVerified ? "side.verified" : "side.anonymous"),
    );
    return pairs([
      ["side.identity", identity],
      ["side.language", ticket.locale && languageName(ticket.locale)],
      ["side.zone", ticket.timezone && this.#zone],
      ["side.channel", ticket.channel && label("channel", ticket.channel)],
    ]);
  }

  #tick() {
    const zone = this.open.ticket?.timezone;
    if (!zone) return;
    const time = timeInZone(zone, this.desk.api.now());
    this.#zone.textContent = time ? t("side.zone_at", { time, zone }) : zone;
  }
}

function assignee(ticket, agent) {
  if (!ticket.assignee) return t("inbox.unassigned");
  return ticket.assignee.id === agent?.id ? t("inbox.you") : ticket.assignee.name;
}

/** What the customer of a complaint was told. */
const decision = ({ decision: text, locale }) =>
  text &&
  el("div", { class: "decision" }, el("h4", {}, t("side.decision")), el("p", { lang: locale, dir: "auto" }, text));

const section = (heading, ...content) => el("section", {}, el("h3", {}, heading), content);

const pairs = (rows) =>
  el(
    "dl",
    { class: "pairs" },
    rows.filter(([, value]) => value).map(([key, value]) => el("div", {}, el("dt", {}, t(key)), el("dd", {}, value))),
  );

customElements.define("desk-side", DeskSide);
