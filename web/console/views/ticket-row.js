/** One ticket in the list: what it is, how urgent, whose, and when an answer is due. */
import { el } from "../../shared/dom.js";
import { languageBadge, languageName } from "../words/format.js";
import { label, t } from "../words/i18n.js";
import { selectBox } from "./bulk-bar.js";
import "./clock.js";
import { make } from "./view.js";

/**
 * @param {import("../model/desk.js").Desk} desk
 * @param {{row: object, link: string, isOpen: boolean, isMine: boolean, isNews: boolean, hasDraft: boolean}} shown
 */
export function ticketRow(desk, { row, link, isOpen, isMine, isNews, hasDraft }) {
  return el(
    "li",
    {},
    selectBox(desk, row),
    el(
      "a",
      { class: "row", href: link, "data-ticket": row.number, "aria-current": isOpen && "true" },
      el(
        "span",
        { class: "row-head" },
        priority(row),
        el("span", { class: "row-case" }, label("case", row.case)),
        make("desk-clock", { desk, ticket: row }),
      ),
      el(
        "span",
        { class: "row-text", lang: row.language },
        el("span", { class: "row-summary" }, row.summary),
        row.snippet && el("span", { class: "row-snippet" }, marked(row.snippet)),
      ),
      el(
        "span",
        { class: "row-meta" },
        el("span", { class: "number" }, row.number),
        language(row),
        el("span", { class: "row-assignee", "data-mine": isMine }, assignee(row, isMine)),
        row.has_no_skill && el("span", { class: "badge warn", title: t("view.no_skill_title") }, t("inbox.no_skill")),
        isNews && el("span", { class: "badge news", title: t("inbox.news_title") }, t("inbox.news")),
        hasDraft && el("span", { class: "badge" }, t("inbox.draft")),
      ),
    ),
  );
}

/** The text where the search was found, its words marked; always text, never markup. */
function marked({ text, marks }) {
  const parts = [];
  let at = 0;
  for (const [start, end] of marks) {
    parts.push(text.slice(at, start), el("mark", {}, text.slice(start, end)));
    at = end;
  }
  return [...parts, text.slice(at)];
}

export const priority = ({ priority: name }) =>
  el("span", { class: "priority", "data-priority": name, title: label("priority", name) }, name);

export const language = ({ language: tag }) =>
  el("span", { class: "badge", title: languageName(tag) }, languageBadge(tag));

function assignee(row, isMine) {
  if (!row.assignee) return t("inbox.unassigned");
  return isMine ? t("inbox.you") : row.assignee.name;
}
