/** <desk-list-tools>: take the next case, search and narrow the list; what is asked for stands in the address. */
import { FILTERS } from "../model/inbox.js";
import { href, parse } from "../model/route.js";
import { attribute, el } from "../../shared/dom.js";
import { languageName } from "../words/format.js";
import { counted, label, t } from "../words/i18n.js";
import { announce, tell } from "./announcer.js";
import { explain } from "./explain.js";
import { View } from "./view.js";

const NAMES = { priority: (value) => value, queue: (value) => label("queue", value), language: languageName };

/** Typing rests this long before it is searched for. */
const TYPING_RESTS_MS = 250;

class DeskListTools extends View {
  #query = el("input", { type: "search", name: "q", autocomplete: "off", spellcheck: "false", maxlength: "400" });
  #typing = 0;
  /** The search whose result was told. */
  #told = "";
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
    this.#clear.addEventListener("click", () => this.#go([]));
    this.#clear.textContent = t("filter.clear");
    for (const [name, values] of Object.entries(FILTERS)) this.#selects.set(name, this.#select(name, values));
    this.#filters.replaceChildren(...this.#selects.values(), this.#clear);
    this.#query.placeholder = t("search.placeholder");
    attribute(this.#query, "aria-label", t("search.label"));
    attribute(this.#query, "aria-keyshortcuts", "/");
    this.#query.addEventListener("input", () => this.#typed());
    const form = el("form", { class: "search", role: "search" }, this.#query);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#find();
    });
    this.replaceChildren(
      form,
      el("div", { class: "list-tools" }, this.#toggle, this.#uncovered, this.#claim),
      this.#filters,
    );
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

  /** Go to the search box; what stands in it is typed over. */
  search() {
    this.#query.focus();
    this.#query.select();
  }

  disconnectedCallback() {
    clearTimeout(this.#typing);
    super.disconnectedCallback();
  }

  #typed() {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#find(), TYPING_RESTS_MS);
  }

  /** Search for what is typed; a search that goes on typing is one step back, not one for each letter. */
  #find() {
    clearTimeout(this.#typing);
    this.#typing = 0;
    const { q: _, ...filters } = this.desk.inbox.filters;
    const q = this.#query.value.trim();
    const { view, number } = parse(location.hash);
    location.replace(href({ view, number, filters: q ? { ...filters, q } : filters }));
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
    this.#go(chosen);
  }

  #go(chosen) {
    const { view, number, filters } = parse(location.hash);
    const searched = filters.q ? { q: filters.q } : {};
    location.hash = href({ view, number, filters: { ...Object.fromEntries(chosen), ...searched } });
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
    if (!this.#typing && document.activeElement !== this.#query) this.#query.value = filters.q ?? "";
    this.#tellFound();
    const set = Object.entries(filters)
      .filter(([name]) => name !== "q")
      .map(([name, value]) => NAMES[name](value));
    this.#toggle.textContent = set.length ? t("filter.set", { names: set.join(" · ") }) : t("filter.button");
    this.#toggle.toggleAttribute("data-set", set.length > 0);
    this.#toggle.setAttribute("aria-expanded", String(this.#isShown));
    this.#filters.hidden = !this.#isShown;
    this.#clear.hidden = !set.length;
  }

  /** Say once how many cases a search found. */
  #tellFound() {
    const { filters, view, rows, next, isLoaded } = this.desk.inbox;
    const asked = JSON.stringify([view, filters]);
    if (!isLoaded || asked === this.#told) return;
    this.#told = asked;
    if (filters.q) announce(next ? t("search.found_more", { n: rows.length }) : counted("search.found", rows.length));
  }
}

customElements.define("desk-list-tools", DeskListTools);
