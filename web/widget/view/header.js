/** Who the customer is talking to, whether they are known, and the way to everything else. */
import { el, icon, tool } from "../../shared/dom.js";
import { openTicket } from "../store.js";

const CLOSE = "M6 6l12 12M18 6L6 18";
const MENU = "M5 12h.01M12 12h.01M19 12h.01";
const CHECK = "M5 12.5l4.5 4.5L19 7.5";
const LIGHT = "M10 21l1-11h2l1 11zM9 10h6M12 3v3M5 5.5l3 2M19 5.5l-3 2M4 21h16";

export class Header {
  #context;
  #face = el("span", { class: "face", "aria-hidden": "true" });
  #who = el("h2", { id: "who" });
  #about = el("p", { class: "about" });
  #verified;
  menu;

  constructor(context) {
    const { t, on } = context;
    this.#context = context;
    this.#verified = el("span", { part: "verified", title: t("verifiedHelp") }, icon(CHECK), t("verified"));
    this.menu = tool(MENU, t("menu"), { part: "menu", "aria-expanded": "false", onclick: on.menu });
    const names = el("div", { class: "names", role: "status" }, this.#who, this.#about);
    const close = tool(CLOSE, t("close"), { part: "close", onclick: on.close });
    this.node = el("div", { part: "header" }, this.#face, names, this.#verified, this.menu, close);
  }

  update(state, { isVerified, hasMenu }) {
    const { t, dates } = this.#context;
    const ticket = openTicket(state);
    const isPerson = state.holder === "agent";
    const who = isPerson && state.agent ? state.agent : t(`who.${state.holder}`);
    const due = ticket?.due_at && t("about.ticket", { due: dates.moment(ticket.due_at) });
    set(this.#who, who);
    set(this.#about, (state.holder === "queue" && due) || t(`about.${state.holder}`));
    if (this.#face.dataset.holder !== state.holder + who) {
      this.#face.dataset.holder = state.holder + who;
      this.#face.replaceChildren(isPerson ? [...who][0] : icon(LIGHT));
    }
    this.#verified.hidden = !isVerified;
    this.menu.hidden = !hasMenu;
  }
}

/** Same text, no change: a status region speaks only when there is something new. */
function set(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
