/** The address after `#`: `#/?view=mine` shows a list, `#/tickets/PH-7K2M-9QXA?view=mine` a ticket beside it. */
import { VIEWS } from "./inbox.js";

/** @returns {{view: string, number: string}} */
export function parse(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const asked = new URLSearchParams(query).get("view") ?? "";
  const number = /^tickets\/([^/]+)$/.exec(path)?.[1] ?? "";
  return { view: VIEWS.includes(asked) ? asked : "open", number: decode(number) };
}

export function href({ view, number = "" }) {
  const path = number ? `tickets/${encodeURIComponent(number)}` : "";
  return `#/${path}${view === "open" ? "" : `?view=${view}`}`;
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
