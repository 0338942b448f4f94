/** <desk-inbox>: the views with their counts and the list of tickets; rows are kept, so focus survives a refetch. */
import { VIEWS } from "../model/inbox.js";
import { href, parse } from "../model/route.js";
import { el } from "../../shared/dom.js";
import { t } from "../words/i18n.js";
import "./bulk-bar.js";
import "./list-tools.js";
import { ticketRow } from "./ticket-row.js";
import { make, View } from "./view.js";

class DeskInbox extends View {
  #nav = el("nav", { class: "views" });
  #list = el("ul", { class: "rows" });
  #state = el("div", { class: "list-state" });
  /** @type {Map<string, {item: HTMLElement, mark: string}>} */
  #rows = new Map();
  #current = "";

  /** @type {import("../model/desk.js").Desk} */
  desk;

  connectedCallback() {
    this.#nav.setAttribute("aria-label", t("inbox.views"));
    this.replaceChildren(
      el(
        "section",
        { class: "inbox", "aria-label": t("inbox.label") },
        this.#nav,
        make("desk-list-tools", { desk: this.desk }),
        make("desk-bulk-bar", { desk: this.desk }),
        el("div", { class: "list" }, this.#list, this.#state),
      ),
    );
    for (const target of [this.desk.inbox, this.desk.seen]) this.listen(target, "change", () => this.#render());
    this.listen(this.desk, "open", () => this.#render());
    this.#list.addEventListener("focusin", (event) => this.#note(event.target.closest("[data-ticket]")));
    this.#render();
  }

  /** Move the focus through the rows; from outside it starts at the open case, else at the first. */
  move(step) {
    const links = this.#links();
    const at = links.findIndex((link) => link.dataset.ticket === this.#current);
    const link = at < 0 ? links[0] : links[Math.min(Math.max(at + step, 0), links.length - 1)];
    link?.focus();
    link?.scrollIntoView({ block: "nearest" });
  }

  /** Open the next or previous case without showing the list. */
  openBeside(step) {
    const links = this.#links();
    const at = links.findIndex((link) => link.dataset.ticket === this.desk.open?.number);
    links[at + step]?.click();
  }

  openCurrent() {
    this.#links()
      .find((link) => link.dataset.ticket === this.#current)
      ?.click();
  }

  focusRow(number) {
    this.#links()
      .find((link) => link.dataset.ticket === number)
      ?.focus();
  }

  #links = () => [...this.#list.querySelectorAll("a[data-ticket]")];

  #note(link) {
    if (link) this.#current = link.dataset.ticket;
  }

  #render() {
    const { inbox, open } = this.desk;
    if (open && !this.#rows.has(this.#current)) this.#current = open.number;
    this.#renderViews();
    this.#renderRows(inbox.rows);
    this.#renderState();
  }

  #renderViews() {
    const { inbox, open } = this.desk;
    const number = parse(location.hash).number && open?.number;
    const links = VIEWS.filter((view) => view !== "no_skill").map((view) => {
      const count = inbox.counts[view];
      const attributes = {
        href: href({ view, number, filters: inbox.filters }),
        "data-view": view,
        "aria-current": view === inbox.view && "page",
      };
      return el("a", attributes, t(`view.${view}`), count !== undefined && el("span", { class: "count" }, count));
    });
    const focused = document.activeElement?.closest?.("[data-view]")?.dataset.view;
    this.#nav.replaceChildren(...links);
    if (focused) links.find((link) => link.dataset.view === focused)?.focus();
  }

  /** Moving or replacing a link takes the focus from it, so it is given back. */
  #renderRows(rows) {
    const focused = document.activeElement?.closest?.("[data-ticket]")?.dataset.ticket;
    const items = rows.map((row) => this.#item(row));
    const wanted = new Set(rows.map((row) => row.number));
    for (const [number, { item }] of this.#rows) {
      if (wanted.has(number)) continue;
      item.remove();
      this.#rows.delete(number);
    }
    items.forEach((item, place) => {
      if (this.#list.children[place] !== item) this.#list.insertBefore(item, this.#list.children[place] ?? null);
    });
    if (focused && !this.#list.contains(document.activeElement)) this.focusRow(focused);
  }

  /** The row as it stands, or made anew when anything in it changed. */
  #item(row) {
    const { inbox, open, agent, seen, drafts } = this.desk;
    const shown = {
      row,
      link: href({ view: inbox.view, number: row.number, filters: inbox.filters }),
      isOpen: row.number === open?.number,
      isMine: row.assignee?.id === agent?.id,
      isNews: seen.isNews(row),
      hasDraft: drafts.has(row.number),
    };
    const mark = JSON.stringify(shown);
    const held = this.#rows.get(row.number);
    if (held?.mark === mark) return held.item;
    const item = ticketRow(this.desk, shown);
    held?.item.replaceWith(item);
    this.#rows.set(row.number, { item, mark });
    return item;
  }

  #renderState() {
    const { inbox } = this.desk;
    const again = (text, work) => el("button", { type: "button", name: "more", onclick: work }, text);
    const parts = [];
    if (inbox.error)
      parts.push(
        el("p", { role: "status" }, t("inbox.failed")),
        again(t("app.try_again"), () => inbox.refresh()),
      );
    else if (!inbox.isLoaded) parts.push(el("p", { class: "muted" }, t("inbox.loading")));
    else if (!inbox.rows.length) parts.push(...this.#empty());
    if (inbox.isLoaded && !inbox.error && inbox.next) parts.push(again(t("inbox.more"), () => inbox.more()));
    this.#state.replaceChildren(...parts);
  }

  #empty() {
    const { filters, view } = this.desk.inbox;
    const { q } = filters;
    if (!q) return [el("p", { class: "empty" }, t(Object.keys(filters).length ? "empty.filtered" : `empty.${view}`))];
    const isAll = view === "all" && Object.keys(filters).length === 1;
    const { number } = parse(location.hash);
    const everywhere = el("a", { href: href({ view: "all", number, filters: { q } }) }, t("search.everywhere"));
    return [
      el("p", { class: "empty" }, t(isAll ? "search.none" : "search.none_here", { q })),
      ...(isAll ? [] : [el("p", {}, everywhere)]),
    ];
  }
}

customElements.define("desk-inbox", DeskInbox);
