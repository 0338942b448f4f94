/** <desk-list-tools>: take the next case, and narrow the list; the filters stand in the address. */
import { FILTERS } from "../model/inbox.js";
import { href, parse } from "../model/route.js";
import { attribute, el } from "../../shared/dom.js";
import { languageName } from "../words/format.js";
import { label, t } from "../words/i18n.js";
import { tell } from "./announcer.js";
import { explain } from "./explain.js";
import { View } from "./view.js";

const NAMES = { priority: (value) => value, queue: (value) => label("queue", value), language: languageName };

class DeskListTools extends View {
  #toggle = el("button", { type: "button", class: "quiet", name: "filter", "aria-controls": "filters" });
  #claim = el("button", { type: "button", name: "claim-next" });
  #clear = el("button", { type: "button", class: "quiet", name: "clear-filters" });
  /** Cases nobody can work on are an exception, and stand out when there are any. */
  #uncovered = el("a", { class: "uncovered", "data-view": "no_skill" });
  #filters = el("div", { class: "filters", id: "filters" });
  /** @type {Map<string, HTMLSelectElement>} */
  #selects = new Map();
  #isShown = false;

  /** @type {import("../model/desk.js").Desk} */
  desk;

  connectedCallback() {
    this.#claim.replaceChildren(t("claim.button"));
    this.#toggle.addEventListener("click", () => this.toggle());
    this.#claim.addEventListener("click", () => this.claim());
    this.#clear.addEventListener("click", () => this.#go({}));
    this.#clear.textContent = t("filter.clear");
    for (const [name, values] of Object.entries(FILTERS)) this.#selects.set(name, this.#select(name, values));
    this.#filters.replaceChildren(...this.#selects.values(), this.#clear);
    this.replaceChildren(el("div", { class: "list-tools" }, this.#toggle, this.#uncovered, this.#claim), this.#filters);
    this.listen(this.desk.inbox, "change", () => this.#render());
    this.#render();
  }

  /** Show the filters, or hide them; hidden ones that are set still count and are named. */
  toggle() {
    this.#isShown = !this.#isShown;
    this.#render();
    if (this.#isShown) this.#selects.get("priority").focus();
    else this.#toggle.focus();
  }

  /** Take the case whose turn it is, and go to it. */
  async claim() {
    if (this.#claim.getAttribute("aria-disabled")) return;
    attribute(this.#claim, "aria-disabled", "true");
    try {
      const ticket = await this.desk.claimNext();
      if (ticket) this.#open(ticket.number);
      tell(ticket ? t("claim.done", { number: ticket.number }) : t("claim.none"));
    } catch (error) {
      tell(explain(error));
    } finally {
      attribute(this.#claim, "aria-disabled", null);
    }
  }

  #open(number) {
    const { view, filters } = this.desk.inbox;
    location.hash = href({ view, number, filters });
  }

  #select(name, values) {
    const all = el("option", { value: "" }, t(`filter.${name}`));
    const options = values.map((value) => el("option", { value }, NAMES[name](value)));
    const attributes = { name: `filter-${name}`, "aria-label": t(`filter.${name}`), onchange: () => this.#changed() };
    return el("select", attributes, all, options);
  }

  #changed() {
    const chosen = [...this.#selects].map(([name, { value }]) => [name, value]).filter(([, value]) => value);
    this.#go(Object.fromEntries(chosen));
  }

  #go(filters) {
    const { view, number } = parse(location.hash);
    location.hash = href({ view, number, filters });
  }

  #render() {
    const { filters, view, counts } = this.desk.inbox;
    const isHere = view === "no_skill";
    this.#uncovered.hidden = !counts.no_skill && !isHere;
    this.#uncovered.textContent = `${t("view.no_skill")} ${counts.no_skill ?? ""}`;
    this.#uncovered.title = t("view.no_skill_title");
    this.#uncovered.href = href({ view: "no_skill", number: parse(location.hash).number, filters });
    attribute(this.#uncovered, "aria-current", isHere && "page");
    for (const [name, select] of this.#selects) select.value = filters[name] ?? "";
    const set = Object.entries(filters).map(([name, value]) => NAMES[name](value));
    this.#toggle.textContent = set.length ? t("filter.set", { names: set.join(" · ") }) : t("filter.button");
    this.#toggle.toggleAttribute("data-set", set.length > 0);
    this.#toggle.setAttribute("aria-expanded", String(this.#isShown));
    this.#filters.hidden = !this.#isShown;
    this.#clear.hidden = !set.length;
  }
}

customElements.define("desk-list-tools", DeskListTools);
