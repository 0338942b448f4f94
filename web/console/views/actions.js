/** <desk-actions>: the usual moves as buttons, the others in a menu. What is not allowed says why when pressed. */
import { isHeld, isLead, isOver, rights, takesOver } from "../model/rights.js";
import { attribute, el } from "../../shared/dom.js";
import { t } from "../words/i18n.js";
import { announce, tell } from "./announcer.js";
import { confirm } from "./confirm.js";
import { menuButton } from "./menu.js";
import { perform } from "./verbs.js";
import { View } from "./view.js";

const BUTTONS = ["take", "unhold", "reopen", "resolve", "hand-back"];
const MENU = ["hold", "transfer", "release", "assign", "priority", "tags", "merge", "link"];
/** The single key of each verb, for the menu; views/keys.js listens to them. */
const KEYS = { take: "a", resolve: "e", hold: "h", unhold: "h", transfer: "t", assign: "A", priority: "p" };

class DeskActions extends View {
  #buttons = new Map();
  #reason = el("p", { class: "visually-hidden", id: "action-reason" });

  /** @type {import("../model/desk.js").Desk} */
  desk;
  /** @type {import("../model/open-ticket.js").OpenTicket} */
  open;
  /** Shows what was refused. @type {{complain: (error: Error) => void, calm: () => void}} */
  ticketView;

  connectedCallback() {
    for (const verb of BUTTONS) {
      const attributes = {
        type: "button",
        name: verb,
        "aria-describedby": "action-reason",
        onclick: () => this.press(verb),
      };
      this.#buttons.set(verb, el("button", attributes, t(`action.${verb}`)));
    }
    const group = { class: "buttons", role: "group", "aria-label": t("action.label") };
    const more = menuButton(t("action.more"), { name: "more-actions" }, () => this.#items());
    this.replaceChildren(el("div", group, [...this.#buttons.values()], more), this.#reason);
    this.listen(this.open, "change", () => this.#render());
    this.#render();
  }

  /** Do it, or say why not. */
  async press(verb) {
    const why = this.#why(verb);
    if (why) return tell(t(why));
    this.ticketView.calm();
    try {
      if (verb === "take") await this.#take();
      else await perform(this.desk, verb);
    } catch (error) {
      this.ticketView.complain(error);
    }
    return undefined;
  }

  /** One key for both: let the case rest, or go on with it. */
  pressHold() {
    this.press(this.open.ticket?.status === "on_hold" ? "unhold" : "hold");
  }

  openMenu() {
    this.querySelector("button[name=more-actions]").click();
  }

  async #take() {
    const { ticket } = this.open;
    const isOver = takesOver(ticket, this.desk.agent);
    const name = ticket.assignee?.name;
    const text = t("confirm.take_over_text", { name });
    if (isOver && !(await confirm(t("confirm.take_over", { name }), text, t("action.take_over")))) return;
    await this.desk.take(isOver || undefined);
    announce(t("done.take"));
  }

  #why(verb) {
    const { ticket, busy } = this.open;
    if (!ticket || busy) return "why.busy";
    return rights(ticket, this.desk.agent)[verb];
  }

  #items() {
    const { agent } = this.desk;
    const handBack = this.#buttons.get("hand-back");
    const isFolded = !handBack.hidden && !handBack.checkVisibility();
    const verbs = [...(isFolded ? ["hand-back"] : []), ...MENU.filter((verb) => verb !== "assign" || isLead(agent))];
    return verbs.map((verb) => ({
      name: `menu-${verb}`,
      text: t(`action.${verb}`),
      key: KEYS[verb],
      why: this.#why(verb) && t(this.#why(verb)),
      run: () => this.press(verb),
    }));
  }

  #render() {
    const { ticket, busy } = this.open;
    const { agent } = this.desk;
    if (!ticket || !agent) return;
    const may = rights(ticket, agent);
    const isDone = isOver(ticket);
    const hidden = {
      take: isDone || isHeld(ticket, agent),
      unhold: ticket.status !== "on_hold",
      reopen: ticket.status !== "resolved",
      resolve: isDone,
      "hand-back": isDone,
    };
    for (const [verb, button] of this.#buttons) {
      button.hidden = hidden[verb];
      attribute(button, "aria-disabled", Boolean(may[verb] || busy) && "true");
    }
    const take = this.#buttons.get("take");
    take.textContent = t(takesOver(ticket, agent) ? "action.take_over" : "action.take");
    take.classList.toggle("primary", !may.take && !takesOver(ticket, agent));
    const reasons = new Set(BUTTONS.filter((verb) => !hidden[verb]).map((verb) => may[verb]));
    this.#reason.textContent = [...reasons]
      .filter(Boolean)
      .map((key) => t(key))
      .join(" ");
  }
}

customElements.define("desk-actions", DeskActions);
