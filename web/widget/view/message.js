/** One line of the message list: an element per row, and a node for each of its slots. */
import { renderBlocks } from "../../shared/blocks.js";
import { el, safeUrl } from "../../shared/dom.js";
import { renderCase } from "./case.js";

/** The element of a row, its slots still empty. */
export function rowElement(row) {
  if (row.kind === "message") return el("div", { part: `message message-${row.author}`, "data-author": row.author });
  return el("div", row.kind === "case" ? {} : { part: row.kind });
}

/** Slot name -> node for what the slot shows, or null for nothing. `context` is { t, dates, api, on }. */
export const SLOTS = { name, body, source, meta, choices };

function name(value) {
  return value && el("p", { class: "name" }, value);
}

function body(value, row, context) {
  const { t, dates } = context;
  if (row.kind === "day") return el("span", {}, value.isToday ? t("today") : dates.day(value.at));
  if (row.kind === "case") return renderCase(value, context);
  if (row.kind === "notice") return el("p", {}, noticeText(value, t));
  const who = el("span", { class: "unseen" }, `${t("author")[row.author] ?? ""}: `);
  const rich = row.author === "customer" ? null : renderBlocks(value.blocks, context.api);
  return el("div", { class: "body" }, who, rich ?? el("p", { class: "plain" }, value.text));
}

function noticeText({ key, name: agent, number, status }, t) {
  return t(key, { name: agent || t("who.agent"), number, status: status && t(`status.${status}`) });
}

function source(citations, row, { t, dates, api }) {
  if (!citations.length) return null;
  const lines = citations.map((citation) => {
    const href = safeUrl(citation.url, api);
    const link = href
      ? el("a", { part: "source", href, target: "_blank", rel: "noopener", title: t("newTab") }, citation.title)
      : citation.title;
    const reviewed = citation.reviewed_on && ` · ${t("reviewed", { date: dates.date(citation.reviewed_on) })}`;
    return el("p", {}, `${t("source")}: `, link, reviewed);
  });
  return el("div", { class: "source" }, lines);
}

function meta(value, row, context) {
  if (!value) return null;
  if (value.status === "failed") return failure(value, context);
  const { t, dates } = context;
  const quiet = { class: "meta", "aria-live": "off" };
  if (value.status === "sending") return el("p", quiet, t("sending"));
  const state = row.author === "customer" && value.status ? `${t("sent")} · ` : "";
  return el("p", quiet, state, el("time", { datetime: value.at }, dates.time(value.at)));
}

function failure({ error, clientId, isEditable }, { t, on }) {
  return el(
    "div",
    { class: "failure", role: "alert" },
    el("p", {}, `${t("failed")} ${error ?? ""}`),
    el("button", { type: "button", part: "retry", onclick: () => on.retry(clientId) }, t("retry")),
    isEditable && el("button", { type: "button", part: "edit", onclick: () => on.edit(clientId) }, t("edit")),
  );
}

function choices(buttons, row, { t, on }) {
  if (!buttons) return null;
  const chips = buttons.map(({ token, label }) =>
    el("button", { type: "button", part: "choice", onclick: () => on.choose({ button: token, text: label }) }, label),
  );
  return el("div", { class: "choices", role: "group", "aria-label": t("choices") }, chips);
}
