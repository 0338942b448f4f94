/** A table that scrolls by itself, with keys too, where it is wider than the page. */
import { el } from "../../shared/dom.js";

/**
 * @param {string} name what the table is of
 * @param {string[]} columns
 * @param {HTMLElement} rows its body
 */
export const tableBox = (name, columns, rows, look = "") =>
  el(
    "div",
    { class: "table-box", tabindex: 0, role: "region", "aria-label": name },
    el(
      "table",
      { class: `table ${look}`.trim() },
      el("thead", {}, el("tr", {}, columns.map((text) => el("th", { scope: "col" }, text)))),
      rows,
    ),
  );
