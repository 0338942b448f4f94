/** <desk-side>: what an agent must know beside the conversation: facts, gaps, the clock, the customer, history. */
import { el } from "../../shared/dom.js";
import { dateAndTime, languageName, timeInZone } from "../words/format.js";
import { label, t } from "../words/i18n.js";
import { everyTick } from "./clock.js";
import { facts, missing } from "./facts.js";
import { history } from "./history.js";
import { make, View } from "./view.js";

class DeskSide extends View {
  #shown = "";
  #zone = el("span", {});

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
    const shown = JSON.stringify(ticket);
    if (!ticket || shown === this.#shown) return;
    this.#shown = shown;
    this.#tick();
    this.replaceChildren(
      el(
        "aside",
        { class: "side" },
        section(t("side.facts"), facts(ticket), missing(ticket)),
        section(t("side.case"), this.#case(ticket)),
        section(t("side.customer"), this.#customer(ticket)),
        section(t("side.history"), history(ticket, this.desk.agent)),
      ),
    );
  }

  #case(ticket) {
    const { desk } = this;
    return pairs([
      ["side.clock", make("desk-clock", { desk, ticket })],
      ["side.due", ticket.due_at && t("side.due_at", { at: dateAndTime(ticket.due_at) })],
      ["side.first_answer", !ticket.due_at && ticket.is_breached && t("side.was_late")],
      ["side.status", label("status", ticket.status)],
      ["side.assignee", assignee(ticket, desk.agent)],
      ["side.queue", label("queue", ticket.queue)],
      ["side.priority", label("priority", ticket.priority)],
      ["side.opened", dateAndTime(ticket.created_at)],
    ]);
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

const section = (heading, ...content) => el("section", {}, el("h3", {}, heading), content);

const pairs = (rows) =>
  el(
    "dl",
    { class: "pairs" },
    rows.filter(([, value]) => value).map(([key, value]) => el("div", {}, el("dt", {}, t(key)), el("dd", {}, value))),
  );

customElements.define("desk-side", DeskSide);
