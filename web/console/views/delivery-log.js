/** What was sent, the newest first: what came of it, what it was, and sending it again. */
import { el } from "../../shared/dom.js";
import { dateAndTime, fullTime } from "../words/format.js";
import { t } from "../words/i18n.js";
import { tell } from "./announcer.js";
import { explain } from "./explain.js";
import { tableBox } from "./table.js";

const COLUMNS = ["when", "event", "status", "attempts", "again"];

/**
 * @param {import("../model/api.js").DeskApi} api
 * @param {string} path of the log; a delivery below it is sent again
 * @param {{name: (delivery: object) => string, about: (delivery: object) => Node, refresh: () => void}} page
 *   `name` says what was sent, `about` what else there is to it, `refresh` shows the page anew
 */
export function deliveryLog(api, path, { name, about, refresh }) {
  const rows = el("tbody");
  const state = el("p", { class: "muted", role: "status" });
  const more = el("button", { type: "button", name: "more", hidden: true, onclick: () => fetchPage() }, t("webhooks.more"));
  let next = null;

  async function fetchPage() {
    try {
      const page = await api.get(next ? `${path}?before=${next}` : path);
      next = page.next;
      rows.append(...page.deliveries.map(row));
      more.hidden = !next;
      state.textContent = rows.children.length ? "" : t("webhooks.log_none");
    } catch (error) {
      state.textContent = explain(error);
    }
  }

  async function again(delivery, shown) {
    try {
      const made = row(await api.send("POST", `${path}/${delivery.id}/resend`));
      shown.replaceWith(made);
      made.querySelector("button").focus();
      tell(t("webhooks.resent"));
    } catch (error) {
      tell(explain(error));
    }
  }

  function row(delivery) {
    const { id, number, status, status_code: code, attempts, error, created_at: at } = delivery;
    const result = [t(`webhooks.status.${status}`), code && status !== "pending" ? `(${code})` : ""].join(" ");
    const label = t("webhooks.resend_what", { type: name(delivery), number: number ?? id });
    const resend = el("button", { type: "button", class: "quiet", name: "resend", "aria-label": label }, t("webhooks.resend"));
    const link = number && el("a", { href: `#/tickets/${encodeURIComponent(number)}` }, number);
    const shown = el(
      "tr",
      { "data-delivery": id },
      el("td", { class: "when" }, el("time", { datetime: at, title: fullTime(at) }, dateAndTime(at))),
      el("td", {}, el("span", { class: "delivery-name" }, name(delivery)), " ", link, about(delivery)),
      el("td", {}, el("span", { class: status === "failed" && "warn" }, result), error && el("p", { class: "hint" }, error)),
      el("td", { class: "figure" }, String(attempts)),
      el("td", {}, resend),
    );
    resend.addEventListener("click", () => again(delivery, shown));
    return shown;
  }

  fetchPage();
  return el(
    "section",
    { class: "delivery-log" },
    el(
      "div",
      { class: "toolbar" },
      el("h3", {}, t("webhooks.log")),
      el("span", { class: "spacer" }),
      el("button", { type: "button", name: "refresh", onclick: refresh }, t("webhooks.refresh")),
    ),
    tableBox(t("webhooks.log"), COLUMNS.map((column) => t(`webhooks.column.${column}`)), rows),
    state,
    el("p", {}, more),
  );
}
