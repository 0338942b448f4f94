/** Who the customer is talking to, and the way out. Asks before it gives a conversation up. */
import { el, icon } from "../../shared/dom.js";
import { openTicket } from "../store.js";

const CLOSE = "M6 6l12 12M18 6L6 18";
const NEW = "M12 4.5H6A1.5 1.5 0 0 0 4.5 6v12A1.5 1.5 0 0 0 6 19.5h12a1.5 1.5 0 0 0 1.5-1.5v-6M18 3l3 3-8.5 8.5-3.5.5.5-3.5z";
export const LIGHT = "M10 21l1-11h2l1 11zM9 10h6M12 3v3M5 5.5l3 2M19 5.5l-3 2M4 21h16";

export class Header {
  #context;
  #who;
  #about;
  #face;
  #restart;
  #ask;
  #state;

  /** @param {{ t: Function, dates: object, on: Record<string, Function> }} context */
  constructor(context) {
    const { t, on } = context;
    this.#context = context;
    this.#face = el("span", { class: "face", "aria-hidden": "true" });
    this.#who = el("h2", { id: "who" });
    this.#about = el("p", { class: "about" });
    this.#restart = this.#button("restart", NEW, t("restart"), () => this.#askRestart());
    this.#ask = el("div", { part: "confirm", role: "alertdialog", "aria-label": t("restart") });
    this.#ask.hidden = true;
    this.#ask.addEventListener("keydown", (event) => event.key === "Escape" && this.#keep(event));
    const names = el("div", { class: "names", role: "status" }, this.#who, this.#about);
    const close = this.#button("close", CLOSE, t("close"), on.close);
    const bar = el("div", { class: "bar" }, this.#face, names, this.#restart, close);
    this.node = el("header", { part: "header" }, bar, this.#ask);
  }

  update(state) {
    const { t, dates } = this.#context;
    const ticket = openTicket(state);
    const isPerson = state.holder === "agent";
    const who = isPerson && state.agent ? state.agent : t(`who.${state.holder}`);
    const due = ticket?.due_at && t("about.ticket", { due: dates.moment(ticket.due_at) });
    this.#state = state;
    set(this.#who, who);
    set(this.#about, (state.holder === "queue" && due) || t(`about.${state.holder}`));
    if (this.#face.dataset.holder !== state.holder + who) {
      this.#face.dataset.holder = state.holder + who;
      this.#face.replaceChildren(isPerson ? [...who][0] : icon(LIGHT));
    }
    this.#restart.hidden = !state.events.length && !state.pending.length;
  }

  #button(part, path, label, onclick) {
    return el("button", { type: "button", part, title: label, "aria-label": label, onclick }, icon(path));
  }

  #askRestart() {
    const { t, on } = this.#context;
    const ticket = openTicket(this.#state);
    const restart = () => {
      this.#ask.hidden = true;
      on.restart();
    };
    const no = el("button", { type: "button", part: "keep", onclick: (event) => this.#keep(event) }, t("restartNo"));
    const yes = el("button", { type: "button", part: "restart-yes", onclick: restart }, t("restartYes"));
    const question = ticket ? t("restartAskTicket", ticket) : t("restartAsk");
    this.#ask.replaceChildren(el("p", {}, question), yes, no);
    this.#ask.hidden = false;
    no.focus();
  }

  #keep(event) {
    event.preventDefault();
    event.stopPropagation();
    this.#ask.hidden = true;
    this.#restart.focus();
  }
}

/** Same text, no change: a status region speaks only when there is something new. */
function set(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
