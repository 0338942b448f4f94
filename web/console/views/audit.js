/** <desk-audit>: who did what, on what, when; by person, action and day, the filter in the address, as CSV too. */
import { el } from "../../shared/dom.js";
import { pageHref } from "../model/route.js";
import { calendarDate, fullTime, hourAndMinute } from "../words/format.js";
import { hasLabel, label, t } from "../words/i18n.js";
import { explain } from "./explain.js";
import { tableBox } from "./table.js";
import { View } from "./view.js";

const FILTERS = ["person", "action", "from", "to"];
const COLUMNS = ["when", "who", "action", "object", "details"];

export default class DeskAudit extends View {
  #filters = el("form", { class: "toolbar" });
  #rows = el("tbody");
  #state = el("p", { class: "muted", role: "status" });
  #more = el("button", { type: "button", name: "more", hidden: true }, t("audit.more"));
  #export = el("a", { class: "button", download: "audit.csv" }, t("audit.export"));
  #names = new Map();
  #next = null;

  /** @type {import("../model/desk.js").Desk} */
  desk;
  place;

  async connectedCallback() {
    this.#filters.addEventListener("change", () => this.#choose());
    this.#filters.addEventListener("submit", (event) => event.preventDefault());
    this.#more.addEventListener("click", () => this.#fetch());
    const columns = COLUMNS.map((name) => t(`audit.${name}`));
    this.replaceChildren(
      this.#filters,
      tableBox(t("page.audit"), columns, this.#rows, "audit"),
      this.#state,
      el("p", {}, this.#more),
    );
    await this.#begin();
  }

  moved(place) {
    this.place = place;
    this.#restart();
  }

  async #begin() {
    try {
      const { accounts } = await this.desk.api.get("/accounts");
      for (const { id, name } of accounts) this.#names.set(id, name);
    } catch (error) {
      this.#state.textContent = explain(error);
      return;
    }
    this.#restart();
  }

  #restart() {
    this.#next = null;
    this.#rows.replaceChildren();
    this.#export.href = `/desk/v1/audit.csv?${this.#query()}`;
    this.#fetch();
  }

  async #fetch() {
    const asked = this.place;
    this.#state.textContent = t("audit.loading");
    try {
      const query = this.#query();
      if (this.#next) query.set("before", this.#next);
      const page = await this.desk.api.get(`/audit?${query}`);
      if (asked !== this.place) return;
      if (page.actions) this.#renderFilters(page.actions);
      this.#next = page.next;
      this.#rows.append(...page.entries.map((entry) => this.#row(entry)));
      this.#state.textContent = this.#rows.children.length ? "" : t("audit.none");
      this.#more.hidden = !page.next;
    } catch (error) {
      this.#state.textContent = explain(error);
    }
  }

  /** What the desk is asked: whole days of the agent's own zone. */
  #query() {
    const { query } = this.place;
    const since = midnight(query.get("from"), 0);
    const until = midnight(query.get("to"), 1);
    const asked = { person: query.get("person"), action: query.get("action"), since, until };
    return new URLSearchParams(Object.entries(asked).filter(([, value]) => value));
  }

  #choose() {
    const chosen = FILTERS.map((name) => [name, this.#filters.elements[name].value]);
    location.hash = pageHref("audit", Object.fromEntries(chosen));
  }

  #renderFilters(actions) {
    const focused = document.activeElement?.name;
    const people = [...this.#names].map(([id, name]) => [id, name]);
    const all = [["", t("audit.all")]];
    const choice = ([value, text]) => el("option", { value }, text);
    const select = (name, options) => el("select", { name, id: `audit-${name}` }, [...all, ...options].map(choice));
    const day = (name) => el("input", { type: "date", name, id: `audit-${name}` });
    const inputs = {
      person: select("person", people),
      action: select("action", actions.map((action) => [action, label("audit", action)])),
      from: day("from"),
      to: day("to"),
    };
    const field = ([name, input]) =>
      el("p", { class: "field" }, el("label", { for: input.id }, t(`audit.filter.${name}`)), input);
    for (const name of FILTERS) inputs[name].value = this.place.query.get(name) ?? "";
    this.#filters.replaceChildren(
      ...Object.entries(inputs).map(field),
      el("span", { class: "spacer" }),
      this.#export,
    );
    if (focused && inputs[focused]) inputs[focused].focus();
  }

  #row({ at, person, action, object, data }) {
    const time = el("time", { datetime: at, title: fullTime(at) }, `${calendarDate(at)}, ${hourAndMinute(at)}`);
    return el(
      "tr",
      { "data-action": action },
      el("td", { class: "when" }, time),
      el("td", {}, person.id ? person.name : label("audit_person", person.name)),
      el("td", {}, label("audit", action)),
      el("td", {}, this.#object(object)),
      el("td", { class: "details" }, details(data)),
    );
  }

  #object(object) {
    const [kind, id] = object.split(/:(.*)/s);
    if (kind === "agent" && this.#names.has(id)) return this.#names.get(id);
    if (kind === "ticket" && id) return el("a", { href: `#/tickets/${encodeURIComponent(id)}` }, id);
    if (hasLabel("audit_object", object)) return label("audit_object", object);
    if (!hasLabel("audit_object", kind)) return object;
    return el("span", { title: id }, `${label("audit_object", kind)} ${id.slice(0, 10)}`);
  }
}

/** A change is written `[before, after]`, or as `from` and `to`. */
function details({ from, to, ...data }) {
  const shown = (value) => (Array.isArray(value) ? value.join(", ") : String(value ?? "–"));
  const isChange = (value) => Array.isArray(value) && value.length === 2 && value.some(Array.isArray);
  const line = ([name, value]) => {
    const isNumbers = Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === "number");
    const text = isChange(value) || isNumbers ? value.map(shown).join(" → ") : shown(value);
    return `${label("audit_detail", name)}: ${text}`;
  };
  const moved = from !== undefined || to !== undefined ? [`${shown(from)} → ${shown(to)}`] : [];
  return [...moved, ...Object.entries(data).map(line)].join("; ");
}

function midnight(day, later) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day ?? "")) return "";
  const [year, month, date] = day.split("-").map(Number);
  const at = new Date(year, month - 1, date + later);
  return Number.isNaN(at.getTime()) ? "" : at.toISOString();
}

customElements.define("desk-audit", DeskAudit);
