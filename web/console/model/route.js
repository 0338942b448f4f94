/**
 * The address after `#`: `#/?view=mine&queue=risk` shows a list, `#/tickets/PH-7K2M-9QXA?view=mine` a ticket beside it.
 * Filters stand in it too, so that a list can be kept as a bookmark or sent to a colleague.
 */
import { FILTERS, VIEWS } from "./inbox.js";

/** @returns {{view: string, number: string, filters: Record<string, string>}} */
export function parse(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const asked = new URLSearchParams(query);
  const view = asked.get("view") ?? "";
  const number = /^tickets\/([^/]+)$/.exec(path)?.[1] ?? "";
  const filters = Object.entries(FILTERS)
    .map(([name, values]) => [name, asked.get(name) ?? "", values])
    .filter(([, value, values]) => values.includes(value));
  return {
    view: VIEWS.includes(view) ? view : "open",
    number: decode(number),
    filters: Object.fromEntries(filters.map(([name, value]) => [name, value])),
  };
}

export function href({ view, number = "", filters = {} }) {
  const path = number ? `tickets/${encodeURIComponent(number)}` : "";
  const query = String(new URLSearchParams({ ...(view === "open" ? {} : { view }), ...filters }));
  return `#/${path}${query && `?${query}`}`;
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
