/** A failed request in words: the server's own sentence, in Chinese where there is one, and what others changed. */
import { el } from "../../shared/dom.js";
import { hourAndMinute } from "../words/format.js";
import { own, t } from "../words/i18n.js";
import { sentence } from "./history.js";

/** @param {import("../model/api.js").ApiError} error */
export function explain(error) {
  if (error.status === 0) return t("failed.unreachable");
  return own(`error.${error.code}`) || error.detail || t("failed.other", { status: error.status, detail: "" });
}

/**
 * The same with who changed what meanwhile, as nodes.
 * @param {import("../model/api.js").ApiError} error
 */
export function problem(error, agent) {
  const changes = error.changes ?? [];
  if (!changes.length) return [el("p", {}, explain(error))];
  const line = (entry) => el("li", {}, `${hourAndMinute(entry.at)} `, sentence(entry, agent));
  return [
    el("p", {}, error.code === "stale_page" ? t("stale.heading") : explain(error)),
    el("ul", { class: "changes" }, changes.map(line)),
    error.code === "stale_page" && el("p", {}, t("stale.again")),
  ].filter(Boolean);
}
