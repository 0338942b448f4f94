/** <desk-reports>: what the desk did, for leads: a card per section; range and filters stand in the address. */
import { el } from "../../shared/dom.js";
import { QUEUES } from "../model/inbox.js";
import { pageHref } from "../model/route.js";
import { label, t } from "../words/i18n.js";
import "./reports-card.js";
import { SECTIONS } from "./reports-sections.js";
import { make, View } from "./view.js";

const DATES = ["from", "to"];
const CHOICES = { queue: QUEUES, language: ["en", "zh"], channel: ["web", "telegram"] };

export default class DeskReports extends View {
  #filters = el("form", { class: "toolbar", "aria-label": t("reports.filters") });
  #cards = [];
  #inputs = new Map();

  /** @type {import("../model/desk.js").Desk} */
  desk;
  place;

  connectedCallback() {
    this.#filters.addEventListener("change", () => this.#choose());
    this.#filters.addEventListener("submit", (event) => event.preventDefault());
    this.#filters.replaceChildren(...DATES.map((name) => this.#date(name)), ...Object.keys(CHOICES).map((name) => this.#choice(name)));
    this.#cards = Object.keys(SECTIONS).map((name) => make("desk-report-card", { desk: this.desk, name }));
    this.replaceChildren(this.#filters, el("div", { class: "report-cards" }, this.#cards));
    for (const card of this.#cards) this.listen(card, "range", (event) => this.#showRange(event.detail));
    this.#show();
  }

  moved(place) {
    this.place = place;
    this.#show();
  }

  #show() {
    const query = new URLSearchParams();
    for (const [name, input] of this.#inputs) {
      const asked = this.place.query.get(name) ?? "";
      if (input.value !== asked) input.value = asked;
      if (asked) query.set(name, asked);
    }
    for (const card of this.#cards) card.show(query);
  }

  #choose() {
    const asked = [...this.#inputs].map(([name, input]) => [name, input.value]).filter(([, value]) => value);
    location.hash = pageHref("reports", Object.fromEntries(asked));
  }

  /** Without dates the desk says which days it took. */
  #showRange({ from, to }) {
    for (const [name, value] of [["from", from], ["to", to]]) {
      const input = this.#inputs.get(name);
      if (!input.value) input.value = value;
    }
  }

  #date(name) {
    return this.#field(name, el("input", { type: "date", name }));
  }

  #choice(name) {
    const options = CHOICES[name].map((value) => el("option", { value }, label(name, value)));
    return this.#field(name, el("select", { name }, el("option", { value: "" }, t("reports.all")), options));
  }

  #field(name, input) {
    input.id = `reports-${name}`;
    this.#inputs.set(name, input);
    return el("div", { class: "field" }, el("label", { for: input.id }, t(`reports.${name}`)), input);
  }
}

customElements.define("desk-reports", DeskReports);
