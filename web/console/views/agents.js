/** <desk-agents>: everybody who works or worked here. Leads set what they can work on, admins do the rest. */
import { el } from "../../shared/dom.js";
import { QUEUES } from "../model/inbox.js";
import { isLead } from "../model/rights.js";
import { languageBadge } from "../words/format.js";
import { counted, label, t } from "../words/i18n.js";
import { editAccount, inviteAgent } from "./agents-dialog.js";
import { explain } from "./explain.js";
import { View } from "./view.js";

const COLUMNS = ["name", "role", "queues", "languages", "load", "second_factor", "status"];

export default class DeskAgents extends View {
  #accounts = [];
  #rows = el("tbody");
  #count = el("p", { class: "muted", role: "status" });
  #search = el("input", { type: "search", name: "search", id: "agents-search" });
  #all = el("input", { type: "checkbox", name: "all", id: "agents-all" });

  /** @type {import("../model/desk.js").Desk} */
  desk;

  connectedCallback() {
    const isAdmin = this.desk.agent.role === "admin";
    const ask = () => this.#change(inviteAgent(this.desk));
    const invite = { type: "button", class: "primary", name: "invite", onclick: ask };
    this.replaceChildren(
      el(
        "div",
        { class: "toolbar" },
        el("p", { class: "field" }, el("label", { for: "agents-search" }, t("agents.search")), this.#search),
        el("label", { class: "check" }, this.#all, t("agents.show_all")),
        el("span", { class: "spacer" }),
        isAdmin && el("button", invite, t("agents.invite")),
      ),
      this.#count,
      el(
        "div",
        { class: "table-box", tabindex: 0, role: "region", "aria-label": t("page.agents") },
        el("table", { class: "table agents" }, head(), this.#rows),
      ),
    );
    for (const input of [this.#search, this.#all]) input.addEventListener("input", () => this.#render());
    this.#load();
  }

  async #load() {
    try {
      this.#accounts = (await this.desk.api.get("/accounts")).accounts;
      this.#render();
    } catch (error) {
      this.#count.textContent = explain(error);
    }
  }

  /** Whatever a dialog did or did not do, the list is fetched anew, and the focus stays where it was. */
  async #change(dialog) {
    await dialog;
    await this.#load();
  }

  #render() {
    const asked = this.#search.value.trim().toLowerCase();
    const isShown = ({ name, login, status }) =>
      (this.#all.checked || status !== "deactivated") && `${name} ${login}`.toLowerCase().includes(asked);
    const shown = this.#accounts.filter(isShown);
    const focused = document.activeElement?.dataset?.agent;
    this.#rows.replaceChildren(...shown.map((account) => this.#row(account)));
    this.#count.textContent = counted("agents.count", shown.length);
    if (focused) this.querySelector(`[data-agent="${focused}"]`)?.focus();
  }

  #row(account) {
    const { id, name, login, role, queues, languages, load, capacity, status } = account;
    const edit = () => this.#change(editAccount(this.desk, account));
    const open = { type: "button", class: "link", "data-agent": id, onclick: edit };
    return el(
      "tr",
      { "data-status": status },
      el(
        "th",
        { scope: "row" },
        isLead(this.desk.agent) ? el("button", open, name) : name,
        el("span", { class: "muted" }, login),
      ),
      el("td", {}, label("role", role)),
      el("td", {}, queueNames(queues)),
      el("td", {}, languages.map(languageBadge).join(", ")),
      el("td", { class: "figure" }, `${load} / ${capacity}`),
      el("td", {}, t(account.has_second_factor ? "agents.has_factor" : "agents.no_factor")),
      el("td", {}, standing(account)),
    );
  }
}

const queueNames = (queues) =>
  queues.length === QUEUES.length ? t("agents.all_queues") : queues.map((queue) => label("queue", queue)).join(", ");

const head = () =>
  el(
    "thead",
    {},
    el(
      "tr",
      {},
      COLUMNS.map((name) => el("th", { scope: "col", class: name === "load" && "figure" }, t(`agents.${name}`))),
    ),
  );

function standing({ status, presence, link }) {
  if (status === "active" && !link) return t(`agents.is_${presence}`);
  return el("span", { class: "badge" }, t(link?.kind === "reset" ? "agents.reset_open" : `agents.${status}`));
}

customElements.define("desk-agents", DeskAgents);
