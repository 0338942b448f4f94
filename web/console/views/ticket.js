/** <desk-ticket>: one case: its heading and actions, the conversation with the composer, the facts beside it. */
import { href } from "../model/route.js";
import { el } from "../../shared/dom.js";
import { label, t } from "../words/i18n.js";
import "./actions.js";
import { announce } from "./announcer.js";
import "./clock.js";
import "./composer.js";
import { explain } from "./explain.js";
import "./side.js";
import { language, priority } from "./ticket-row.js";
import "./transcript.js";
import { make, View } from "./view.js";

class DeskTicket extends View {
  #heading = el("h2", { tabindex: -1, id: "ticket-heading" });
  #facts = el("p", { class: "ticket-facts" });
  #summary = el("p", { class: "ticket-summary" });
  #notice = el("p", { class: "notice", role: "alert", hidden: true });
  #side = null;
  #shown = "";

  /** @type {import("../model/desk.js").Desk} */
  desk;
  /** @type {import("../model/open-ticket.js").OpenTicket} */
  open;

  connectedCallback() {
    this.listen(this.open, "change", () => this.#render());
    this.listen(this.open, "arrived", (event) => speak(event.detail));
    this.#render();
  }

  /** Say in the ticket that something was refused; it goes away with the next action. */
  complain(error) {
    this.#notice.hidden = error.status === 401;
    this.#notice.textContent = explain(error);
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
    const { view } = this.desk.inbox;
    const back = el("a", { class: "back", href: href({ view }) }, t("ticket.back"));
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

  #build() {
    const { desk, open } = this;
    this.#side = make("desk-side", { desk, open });
    const toggle = el(
      "button",
      { type: "button", class: "facts-toggle", name: "facts", "aria-expanded": "false" },
      t("ticket.facts_toggle"),
    );
    toggle.addEventListener("click", () =>
      toggle.setAttribute("aria-expanded", String(this.#side.classList.toggle("is-shown"))),
    );
    this.replaceChildren(
      el(
        "article",
        { class: "ticket", "aria-labelledby": "ticket-heading" },
        el(
          "header",
          { class: "ticket-head" },
          el("a", { class: "back", href: href({ view: desk.inbox.view }) }, t("ticket.back")),
          el("div", { class: "ticket-title" }, this.#heading, this.#facts),
          this.#summary,
          el("div", { class: "ticket-tools" }, make("desk-actions", { desk, open, ticketView: this }), toggle),
          this.#notice,
        ),
        el(
          "div",
          { class: "ticket-body" },
          el(
            "div",
            { class: "ticket-main" },
            make("desk-transcript", { desk, open }),
            make("desk-composer", { desk, open }),
          ),
          this.#side,
        ),
      ),
    );
    this.#heading.focus({ preventScroll: true });
  }

  #renderHead(ticket) {
    const { desk } = this;
    this.#heading.replaceChildren(priority(ticket), " ", label("case", ticket.case));
    this.#facts.replaceChildren(
      el("span", { class: "number" }, ticket.number),
      language(ticket),
      make("desk-clock", { desk, ticket }),
      el("span", { class: "holder", "data-mine": isHeldBy(ticket, desk.agent) }, holder(ticket, desk.agent)),
    );
    this.#summary.textContent = ticket.summary;
    this.#summary.lang = ticket.language;
  }
}

function state(error, number) {
  if (!error) return t("ticket.loading");
  return error.status === 404 ? t("ticket.missing", { number }) : t("ticket.failed");
}

const isHeldBy = (ticket, agent) => ticket.holder === "agent" && ticket.assignee?.id === agent?.id;

function holder(ticket, agent) {
  if (ticket.holder !== "agent") return t(`holder.${ticket.holder}`);
  if (isHeldBy(ticket, agent)) return t("holder.agent_you");
  return t("holder.agent", { name: ticket.assignee?.name ?? t("event.an_agent") });
}

function speak(events) {
  const said = events.filter((event) => event.type === "message.created" && event.data.author === "customer");
  if (said.length) announce(said.map((event) => t("transcript.customer_says", { text: event.data.text })).join(" "));
}

customElements.define("desk-ticket", DeskTicket);
