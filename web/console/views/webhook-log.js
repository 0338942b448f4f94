/** What was sent to one webhook, the newest first: what came of it, what was in it, and sending it again. */
import { el } from "../../shared/dom.js";
import { dateAndTime, fullTime } from "../words/format.js";
import { t } from "../words/i18n.js";
import { tell } from "./announcer.js";
import { explain } from "./explain.js";

const COLUMNS = ["when", "event", "status", "attempts", "again"];

/**
 * @param {import("../model/api.js").DeskApi} api
 * @param {() => void} refresh shows the page anew
 */
export function deliveryLog(api, path, refresh) {
  const rows = el("tbody");
  const state = el("p", { class: "muted", role: "status" });
  const more = el("button", { type: "button", name: "more", hidden: true, onclick: () => fetchPage() }, t("webhooks.more"));
  let next = null;

  async function fetchPage() {
    try {
      const page = await api.get(next ? `${path}?before=${next}` : path);
      next = page.next;
      rows.append(...page.deliveries.map((delivery) => row(delivery, again)));
      more.hidden = !next;
      state.textContent = rows.children.length ? "" : t("webhooks.log_none");
    } catch (error) {
      state.textContent = explain(error);
    }
  }

  async function again(delivery, shown) {
    try {
      const now = await api.send("POST", `${path}/${delivery.id}/resend`);
      const made = row(now, again);
      shown.replaceWith(made);
      made.querySelector("button").focus();
      tell(t("webhooks.resent"));
    } catch (error) {
      tell(explain(error));
    }
  }

  fetchPage();
  const columns = COLUMNS.map((name) => el("th", { scope: "col" }, t(`webhooks.column.${name}`)));
  return el(
    "section",
    { class: "webhook-log" },
    el(
      "div",
      { class: "toolbar" },
      el("h3", {}, t("webhooks.log")),
      el("span", { class: "spacer" }),
      el("button", { type: "button", name: "refresh", onclick: refresh }, t("webhooks.refresh")),
    ),
    el(
      "div",
      { class: "table-box", tabindex: 0, role: "region", "aria-label": t("webhooks.log") },
      el("table", { class: "table" }, el("thead", {}, el("tr", {}, columns)), rows),
    ),
    state,
    el("p", {}, more),
  );
}

function row(delivery, again) {
  const { id, type, number, status, status_code: code, attempts, error, created_at: at, body } = delivery;
  const result = [t(`webhooks.status.${status}`), code && status !== "pending" ? `(${code})` : ""].join(" ");
  const label = t("webhooks.resend_what", { type, number: number ?? id });
  const resend = el("button", { type: "button", class: "quiet", name: "resend", "aria-label": label }, t("webhooks.resend"));
  const shown = el(
    "tr",
    { "data-delivery": id },
    el("td", { class: "when" }, el("time", { datetime: at, title: fullTime(at) }, dateAndTime(at))),
    el(
      "td",
      {},
      el("code", {}, type),
      number && [" ", el("a", { href: `#/tickets/${encodeURIComponent(number)}` }, number)],
      el("details", {}, el("summary", {}, t("webhooks.body")), el("pre", {}, JSON.stringify(body, null, 2))),
    ),
    el("td", {}, el("span", { class: status === "failed" ? "warn" : "" }, result), error && el("p", { class: "hint" }, error)),
    el("td", { class: "figure" }, String(attempts)),
    el("td", {}, resend),
  );
  resend.addEventListener("click", () => again(delivery, shown));
  return shown;
}
