/** The facts of a case in human words, and what is still missing. */
import { el } from "../../shared/dom.js";
import { utcTime } from "../words/format.js";
import { label, t } from "../words/i18n.js";
import { source } from "./glance.js";

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
/** Long and without spaces: an id or a hash, which is copied rather than read. */
const IDENTIFIER = /^[\w:.+/=-]{20,}$/;

/** Names, separated by commas, of facts that never had the right shape: kept as typed. */
const UNVERIFIED = "unverified";

/** `sources`: name of a fact -> the message it was said in, which `show` leads to. */
export function facts({ fields = {} }, sources, show) {
  const known = Object.entries(fields).filter(([name]) => name !== UNVERIFIED);
  const unchecked = new Set(String(fields[UNVERIFIED] ?? "").split(/,\s*/));
  if (!known.length) return el("p", { class: "muted" }, t("side.no_facts"));
  return el(
    "dl",
    { class: "facts", "data-facts": true },
    known.map(([name, value]) =>
      el(
        "div",
        { "data-field": name },
        el(
          "dt",
          {},
          label("field", name),
          unchecked.has(name) && el("span", { class: "unchecked" }, ` · ${t("side.unchecked")}`),
        ),
        el("dd", {}, shown(value), source(label("field", name), sources.get(name), show)),
      ),
    ),
  );
}

export function missing({ missing: names = [] }) {
  if (!names.length) return null;
  return el(
    "div",
    { class: "missing" },
    el("h4", {}, t("side.missing")),
    el(
      "ul",
      {},
      names.map((name) => el("li", {}, label("field", name))),
    ),
  );
}

function shown(value) {
  if (value === null || value === undefined || value === "") return el("span", { class: "muted" }, t("side.skipped"));
  if (typeof value === "boolean") return t(value ? "side.yes" : "side.no");
  if (Array.isArray(value)) return value.map((item) => String(item)).join(", ");
  if (typeof value === "object") return el("code", {}, JSON.stringify(value));
  const text = String(value);
  if (INSTANT.test(text)) return el("time", { datetime: text }, utcTime(text));
  if (IDENTIFIER.test(text)) return el("code", { class: "copyable" }, text);
  return text;
}
