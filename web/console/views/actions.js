/** <desk-actions>: Take, Hand back, Resolve. One that is not allowed stays, says why, and does nothing. */
import { rights } from "../model/rights.js";
import { attribute, el } from "../../shared/dom.js";
import { t } from "../words/i18n.js";
import { announce } from "./announcer.js";
import { confirm } from "./confirm.js";
import { View } from "./view.js";

const VERBS = ["take", "hand-back", "resolve"];

class DeskActions extends View {
  #buttons = new Map();
  #reason = el("p", { class: "reason", id: "action-reason" });

  /** @type {import("../model/desk.js").Desk} */
  desk;
  /** @type {import("../model/open-ticket.js").OpenTicket} */
  open;
  /** Shows what was refused. @type {{complain: (error: Error) => void, calm: () => void}} */
  ticketView;

  connectedCallback() {
    for (const verb of VERBS) {
      const attributes = {
        type: "button",
        name: verb,
        "aria-describedby": "action-reason",
        onclick: () => this.#press(verb),
      };
      this.#buttons.set(verb, el("button", attributes, t(`action.${verb}`)));
    }
    const group = { class: "buttons", role: "group", "aria-label": t("action.label") };
    this.replaceChildren(el("div", group, [...this.#buttons.values()]), this.#reason);
    this.listen(this.open, "change", () => this.#render());
    this.#render();
  }

  #why(verb) {
    return this.open.busy ? "why.busy" : rights(this.open.ticket, this.desk.agent)[verb];
  }

  #render() {
    const { ticket, busy } = this.open;
    if (!ticket || !this.desk.agent) return;
    const may = rights(ticket, this.desk.agent);
    for (const [verb, button] of this.#buttons)
      attribute(button, "aria-disabled", Boolean(may[verb] || busy) && "true");
    const take = this.#buttons.get("take");
    take.textContent = t(may.takesOver ? "action.take_over" : "action.take");
    take.classList.toggle("primary", !may.take && !may.takesOver);
    const reasons = new Set(VERBS.map((verb) => may[verb]).filter(Boolean));
    this.#reason.textContent = [...reasons].map((key) => t(key)).join(" ");
  }

  async #press(verb) {
    const why = this.#why(verb);
    if (why) return announce(t(why));
    this.ticketView.calm();
    const { ticket } = this.open;
    const isOver = verb === "take" && rights(ticket, this.desk.agent).takesOver;
    if ((verb === "resolve" || isOver) && !(await ask(verb, ticket))) return undefined;
    try {
      await this.desk.act(verb, verb === "take" ? { version: ticket.version, force: isOver || undefined } : {});
      announce(t(`done.${verb}`));
    } catch (error) {
      this.ticketView.complain(error);
    }
    return undefined;
  }
}

function ask(verb, ticket) {
  const name = ticket.assignee?.name;
  if (verb === "resolve") {
    return confirm(t("confirm.resolve", { number: ticket.number }), t("confirm.resolve_text"), t("action.resolve"));
  }
  return confirm(t("confirm.take_over", { name }), t("confirm.take_over_text", { name }), t("action.take_over"));
}

customElements.define("desk-actions", DeskActions);
