/**
 * <desk-report-card>: one section: its figures, a picture drawn by the desk, the same as a table, and as CSV.
 * Emits `range` with the days the desk took. What fails is said in the card, and the others stay.
 */
import { el } from "../../shared/dom.js";
import { dateAndTime } from "../words/format.js";
import { language, t } from "../words/i18n.js";
import { explain } from "./explain.js";
import { SECTIONS } from "./reports-sections.js";
import { View } from "./view.js";

const DARK = "(prefers-color-scheme: dark)";
/** Sizes of picture by the widest screen each is for; a card of half the page never needs more than the middle one. */
const SCREENS = [
  ["narrow", "(max-width: 560px)"],
  ["wide", "(max-width: 1060px)"],
];
const WHOLE = ["volumes"];

class DeskReportCard extends View {
  #asked = "";
  #body = el("div", { class: "report-body" });

  /** @type {import("../model/desk.js").Desk} */
  desk;
  name = "";

  connectedCallback() {
    const heading = `report-${this.name}`;
    this.replaceChildren(
      el(
        "section",
        { class: "panel report-card", "aria-labelledby": heading },
        el("h3", { id: heading }, t(`reports.${this.name}`)),
        this.#body,
      ),
    );
  }

  /** @param {URLSearchParams} query */
  async show(query) {
    const asked = (this.#asked = String(query));
    this.#body.setAttribute("aria-busy", "true");
    if (!this.#body.children.length) this.#body.replaceChildren(el("p", { class: "muted" }, t("reports.loading")));
    try {
      const figures = await this.desk.api.get(`/reports/${this.name}?${asked}`);
      if (asked !== this.#asked) return;
      this.#render(figures, asked);
      this.dispatchEvent(new CustomEvent("range", { detail: figures }));
    } catch (error) {
      if (asked !== this.#asked) return;
      const again = el("button", { type: "button", onclick: () => this.show(query) }, t("app.try_again"));
      this.#body.replaceChildren(el("p", { role: "alert" }, explain(error)), el("p", {}, again));
    }
    this.#body.removeAttribute("aria-busy");
  }

  #render(figures, query) {
    const { tiles, tables, note } = SECTIONS[this.name];
    const remark = note?.(figures);
    const shown = tiles(figures);
    const drawn = tables(figures);
    this.#body.replaceChildren(
      ...[
        shown.length > 0 && el("dl", { class: "tiles" }, shown.map(tile)),
        remark && el("p", { class: "hint" }, remark),
        drawn.length > 0 && el("div", { class: "report-chart" }, picture(this.name, query, figures)),
        drawn.length > 0 && el("details", {}, el("summary", {}, t("reports.table")), drawn.map(table)),
        el("p", { class: "report-links" }, this.#links(query), el("span", { class: "hint" }, taken(figures))),
      ].filter(Boolean),
    );
  }

  #links(query) {
    const csv = (path, text) =>
      el("a", { class: "button", href: `/desk/v1/reports/${path}.csv?${query}`, download: "" }, text);
    const more = this.name === "complaints" && csv("complaints/decided", t("reports.csv_decided"));
    return [csv(this.name, t("reports.csv")), more].filter(Boolean);
  }
}

const taken = ({ at, zone }) => t("reports.taken", { at: dateAndTime(at), zone });

const tile = ([name, value, detail]) =>
  el("div", {}, el("dt", {}, name), el("dd", {}, value), detail && el("dd", { class: "hint" }, detail));

/** The letters keep their size on a narrow screen: it gets a picture of its own. The table says the same in words. */
function picture(name, query, { at }) {
  const address = (theme, size) =>
    `/desk/v1/reports/${name}.svg?${query}${query && "&"}theme=${theme}&size=${size}&lang=${language()}&at=${at}`;
  const isWhole = WHOLE.includes(name);
  const screens = isWhole ? SCREENS : SCREENS.slice(0, 1);
  const usual = isWhole ? "full" : "medium";
  return el(
    "picture",
    {},
    screens.map(([size, media]) => el("source", { srcset: address("dark", size), media: `${DARK} and ${media}` })),
    el("source", { srcset: address("dark", usual), media: DARK }),
    screens.map(([size, media]) => el("source", { srcset: address("light", size), media })),
    el("img", { src: address("light", usual), alt: t("reports.chart", { name: t(`reports.${name}`) }) }),
  );
}

/** A group and no region: the card around it is a landmark of its own, often of the same name. */
function table({ caption, columns, rows }) {
  const cell = (value, place) =>
    place ? el("td", { class: "figure" }, value) : el("th", { scope: "row" }, value);
  return el(
    "div",
    { class: "table-box", tabindex: 0, role: "group", "aria-label": caption },
    el(
      "table",
      { class: "table" },
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, columns.map((name, place) => el("th", { scope: "col", class: place > 0 && "figure" }, name)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map(cell)))),
    ),
  );
}

customElements.define("desk-report-card", DeskReportCard);
