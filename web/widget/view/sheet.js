/** What lies behind the menu: another conversation (it asks first), an earlier one, the transcript. */
import { el, icon } from "../../shared/dom.js";
import { isEmpty, openTicket } from "../store.js";

const NEW = "M12 5v14M5 12h14";
const SAVE = "M12 4v11M7 10.5l5 5 5-5M5 20h14";

export class Sheet {
  #context;
  #opener;

  constructor(context, header) {
    this.#context = context;
    this.#opener = header.menu;
    const { t } = context;
    this.node = el("div", { part: "sheet", id: "sheet", role: "dialog", "aria-label": t("menu"), tabindex: -1 });
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && this.#escape(event));
    this.node.hidden = true;
    header.node.after(this.node);
  }

  toggle(state, earlier) {
    if (this.node.hidden) this.#show(state, earlier);
    else this.close();
  }

  #show(state, earlier) {
    const { t, on } = this.#context;
    const isNew = isEmpty(state);
    const close = (action) => () => (this.close(), action());
    const ways = !isNew && [
      this.#way("restart", NEW, () => this.#ask(state)),
      this.#way("transcript", SAVE, close(on.transcript)),
    ];
    const before = earlier.length > 0 && [el("h3", {}, t("earlier")), this.#list(earlier, close)];
    this.node.replaceChildren(el("div", { class: "ways" }, ways, before));
    this.node.hidden = false;
    this.#opener.setAttribute("aria-expanded", "true");
    (this.node.querySelector("button") ?? this.node).focus();
  }

  close() {
    this.node.hidden = true;
    this.#opener.setAttribute("aria-expanded", "false");
    this.#opener.focus();
  }

  #way(part, path, onclick) {
    return el("button", { type: "button", part, onclick }, icon(path), this.#context.t(part));
  }

  #list(earlier, close) {
    const { t, dates, on } = this.#context;
    const render = ({ conversation_id: id, title, at, number }) => {
      const about = [dates.moment(at), number && t("case", { number })].filter(Boolean).join(" · ");
      const words = el("span", { class: "label" }, el("b", {}, title || t("title")), el("small", {}, about));
      return el("li", {}, el("button", { type: "button", part: "earlier", onclick: close(() => on.goBack(id)) }, words));
    };
    return el("ul", {}, earlier.map(render));
  }

  #ask(state) {
    const { t, on } = this.#context;
    const ticket = openTicket(state);
    const restart = () => (this.close(), on.restart());
    const no = el("button", { type: "button", part: "keep", onclick: () => this.close() }, t("restartNo"));
    const yes = el("button", { type: "button", part: "restart-yes", onclick: restart }, t("restartYes"));
    const question = ticket ? t("restartAskTicket", ticket) : t("restartAsk");
    const ask = { part: "confirm", role: "group", "aria-label": t("restart") };
    this.node.replaceChildren(el("div", ask, el("p", {}, question), yes, no));
    no.focus();
  }

  #escape(event) {
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }
}

/** The conversation as plain text, for the customer to keep. */
export function transcript(state, { t, dates }) {
  const lines = state.events.map((event) => line(event, t, dates)).filter(Boolean);
  return [t("title"), "", ...lines, ""].join("\n");
}

function line({ type, at, data }, t, dates) {
  const when = dates.deadline(at);
  if (type === "message.created") return `[${when}] ${speaker(data, t)}: ${said(data, t)}\n`;
  if (type === "conversation.holder_changed")
    return `[${when}] ${t(`holder.${data.holder}`, { name: data.name || t("who.agent") })}\n`;
  const status = data.status && t(`status.${data.status}`);
  return status ? `[${when}] ${t("ticket.changed", { number: data.number, status })}\n` : null;
}

function speaker({ author, name }, t) {
  return author === "agent" && name ? name : t("author")[author];
}

function said({ text, attachments = [], citations = [] }, t) {
  const files = attachments.map((file) => `[${file.is_erased ? t("fileErased") : file.name}]`);
  const sources = citations.map((citation) => `${t("source")}: ${citation.title}`);
  return [text, ...files, ...sources].filter(Boolean).join("\n");
}
