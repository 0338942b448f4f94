/**
 * The address after `#`: `#/?view=mine&queue=risk` shows a list, `#/tickets/PH-7K2M-9QXA?view=mine` a ticket beside it.
 * Filters and the search, `q`, stand in it too, so that a list can be kept as a bookmark or sent to a colleague. Any
 * other path is a page (views/pages.js), with what follows `?` as its own: `#/audit?action=role.changed`.
 */
import { FILTERS, VIEWS } from "./inbox.js";

/** What the desk reads of a query. */
const MAX_QUERY = 400;

/** @returns {{view: string, number: string, page: string, query: URLSearchParams, filters: Record<string, string>}} */
export function parse(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const asked = new URLSearchParams(query);
  const view = asked.get("view") ?? "";
  const number = /^tickets\/([^/]+)$/.exec(path)?.[1] ?? "";
  const filters = Object.entries(FILTERS)
    .map(([name, values]) => [name, asked.get(name) ?? "", values])
    .filter(([, value, values]) => values.includes(value));
  const q = (asked.get("q") ?? "").trim().slice(0, MAX_QUERY);
  if (q) filters.push(["q", q]);
  return {
    view: VIEWS.includes(view) ? view : "open",
    number: decode(number),
    page: number ? "" : path.replace(/\/+$/, ""),
    query: asked,
    filters: Object.fromEntries(filters.map(([name, value]) => [name, value])),
  };
}

export function href({ view, number = "", filters = {} }) {
  const path = number ? `tickets/${encodeURIComponent(number)}` : "";
  const query = String(new URLSearchParams({ ...(view === "open" ? {} : { view }), ...filters }));
  return `#/${path}${query && `?${query}`}`;
}

/** The address of a page; empty values are left out. */
export function pageHref(page, query = {}) {
  const asked = String(new URLSearchParams(Object.entries(query).filter(([, value]) => value)));
  return `#/${page}${asked && `?${asked}`}`;
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
