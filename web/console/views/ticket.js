/** <desk-ticket>: one case: its heading and actions, the conversation with the composer, the facts beside it. */
import { isHeld, isMine, isOver } from "../model/rights.js";
import { href } from "../model/route.js";
import { el } from "../../shared/dom.js";
import { label, t } from "../words/i18n.js";
import "./actions.js";
import { announce } from "./announcer.js";
import "./clock.js";
import "./company.js";
import "./composer.js";
import { problem } from "./explain.js";
import "./side.js";
import { language, priority } from "./ticket-row.js";
import "./transcript.js";
import { make, View } from "./view.js";

class DeskTicket extends View {
  #heading = el("h2", { tabindex: -1, id: "ticket-heading" });
  #facts = el("p", { class: "ticket-facts" });
  #summary = el("p", { class: "ticket-summary" });
  #notice = el("div", { class: "notice", role: "alert", hidden: true });
  #side = null;
  #toggle = null;
  #shown = "";

  /** @type {import("../model/desk.js").Desk} */
  desk;
  /** @type {import("../model/open-ticket.js").OpenTicket} */
  open;

  connectedCallback() {
    this.listen(this.open, "change", () => this.#render());
    this.listen(this.open, "arrived", (event) => speak(event.detail));
    this.listen(this.open, "show", () => this.#showSide(false));
    this.#render();
  }

  /** Say in the ticket that something was refused; it goes away with the next action. */
  complain(error) {
    this.#notice.hidden = error.status === 401;
    this.#notice.replaceChildren(...problem(error, this.desk.agent));
  }

  calm() {
    this.#notice.hidden = true;
  }

  #render() {
    const { ticket, error } = this.open;
    if (!ticket) return this.#renderState(error);
    if (!this.#side) this.#build();
    const shown = JSON.stringify(ticket);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#renderHead(ticket);
  }

  #renderState(error) {
    const back = this.#back();
    const again = el("button", { type: "button", onclick: () => this.open.refresh() }, t("app.try_again"));
    const canRetry = error && error.status !== 404;
    this.replaceChildren(
      el(
        "div",
        { class: "blank" },
        el("p", { role: "status" }, state(error, this.open.number)),
        canRetry && again,
        el("p", {}, back),
      ),
    );
  }

  #back() {
    const { view, filters } = this.desk.inbox;
    return el("a", { class: "back", href: href({ view, filters }) }, t("ticket.back"));
  }

  #build() {
    const { desk, open } = this;
    this.#side = make("desk-side", { desk, open });
    const about = { type: "button", class: "facts-toggle", name: "facts", "aria-expanded": "false" };
    this.#toggle = el("button", about, t("ticket.facts_toggle"));
    this.#toggle.addEventListener("click", () => this.#showSide(!this.#side.classList.contains("is-shown")));
    this.replaceChildren(
      el(
        "article",
        { class: "ticket", "aria-labelledby": "ticket-heading" },
        el(
          "header",
          { class: "ticket-head" },
          this.#back(),
          el("div", { class: "ticket-title" }, this.#heading, this.#facts),
          this.#summary,
          el("div", { class: "ticket-tools" }, make("desk-actions", { desk, open, ticketView: this }), this.#toggle),
          this.#notice,
        ),
        el(
          "div",
          { class: "ticket-body" },
          el(
            "div",
            { class: "ticket-main" },
            make("desk-transcript", { desk, open }),
            make("desk-company", { company: desk.company }),
            make("desk-composer", { desk, open }),
          ),
          this.#side,
        ),
      ),
    );
    this.#heading.focus({ preventScroll: true });
  }

  /** On a narrow screen the side covers the conversation. */
  #showSide(isShown) {
    this.#side.classList.toggle("is-shown", isShown);
    this.#toggle.setAttribute("aria-expanded", String(isShown));
  }

  #renderHead(ticket) {
    const { desk } = this;
    this.#heading.replaceChildren(priority(ticket), " ", label("case", ticket.case));
    this.#facts.replaceChildren(
      el("span", { class: "number" }, ticket.number),
      language(ticket),
      RESTING.has(ticket.status) ? el("span", { class: "badge" }, label("status", ticket.status)) : "",
      make("desk-clock", { desk, ticket }),
      el("span", { class: "holder", "data-mine": isHeld(ticket, desk.agent) }, holder(ticket, desk.agent)),
      ticket.merged_into ? mergedInto(ticket, desk.inbox) : "",
    );
    this.#summary.textContent = ticket.summary;
    this.#summary.lang = ticket.language;
  }
}

/** Statuses in which it is not the desk's turn. */
const RESTING = new Set(["waiting_on_customer", "on_hold"]);

function state(error, number) {
  if (!error) return t("ticket.loading");
  return error.status === 404 ? t("ticket.missing", { number }) : t("ticket.failed");
}

/** Who answers the customer, or whose turn it is. */
function holder(ticket, agent) {
  if (isOver(ticket)) return "";
  const group = ticket.held_by === "queue" && ticket.assignee ? "assigned" : ticket.held_by;
  if (group === "queue" || group === "bot") return t(`holder.${group}`);
  if (isMine(ticket, agent)) return t(`holder.${group}_you`);
  return t(`holder.${group}`, { name: ticket.assignee?.name ?? t("event.an_agent") });
}

const mergedInto = ({ merged_into: number }, { view, filters }) =>
  el("a", { href: href({ view, number, filters }) }, t("ticket.merged_into", { number }));

function speak(events) {
  const said = events.filter((event) => event.type === "message.created" && event.data.author === "customer");
  if (said.length) announce(said.map((event) => t("transcript.customer_says", { text: event.data.text })).join(" "));
}

customElements.define("desk-ticket", DeskTicket);
