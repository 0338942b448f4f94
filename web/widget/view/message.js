/** One line of the message list: an element per row, and a node for each of its slots. */
import { tryAgain } from "../../shared/backoff.js";
import { renderBlocks } from "../../shared/blocks.js";
import { el, safeUrl } from "../../shared/dom.js";
import { renderCase } from "./case.js";
import { renderFiles } from "./files.js";
import { refusal } from "./refusal.js";

/** The element of a row, its slots still empty. */
export function rowElement(row) {
  if (row.kind === "message") return el("div", { part: `message message-${row.author}`, "data-author": row.author });
  return el("div", row.kind === "case" ? {} : { part: row.kind });
}

/** Slot name -> node for what the slot shows, or null for nothing. `context` is { t, dates, api, on }. */
export const SLOTS = { name, body, files, source, progress, meta, choices, rating };

function name(value) {
  return value && el("p", { class: "name" }, value);
}

function body(value, row, context) {
  const { t, dates } = context;
  if (row.kind === "day") return el("span", {}, value.isToday ? t("today") : dates.day(value.at));
  if (row.kind === "case") return renderCase(value, context);
  if (row.kind === "notice") return el("p", {}, noticeText(value, t));
  if (!value.text && !value.blocks.length) return null;
  const who = el("span", { class: "unseen" }, `${t("author")[row.author] ?? ""}: `);
  const nodes = row.author === "customer" ? null : richText(value.blocks, context);
  const about = { class: value.progress ? "body form" : "body" };
  return el("div", about, who, stepBar(value.progress, t), nodes ?? el("p", { class: "plain" }, value.text));
}

/** Nodes for blocks, pictures enlarged on a click; null when this client does not know all of them. */
export function richText(blocks, context) {
  const rich = renderBlocks(blocks, context.api);
  return rich?.map((node) => (node.localName === "img" ? enlargeable(node, context) : node));
}

/** How far an intake is; its words stand in the message. */
function stepBar(value, t) {
  if (!value) return null;
  const { step: now, total } = value;
  const bar = { role: "progressbar", "aria-label": t("progress"), "aria-valuemin": 0, "aria-live": "off" };
  const parts = Array.from({ length: total }, (_, i) => el("i", { class: i < now && "done" }));
  return el("div", { part: "progress", ...bar, "aria-valuenow": now, "aria-valuemax": total }, parts);
}

function enlargeable(image, { t, on }) {
  const { src, alt } = image;
  const button = { type: "button", part: "picture", "aria-label": t("pictureOpen", { name: alt }) };
  return el("button", { ...button, onclick: () => on.view({ src, alt }) }, image);
}

function files(list, row, context) {
  return list.length ? renderFiles(list, context) : null;
}

function progress(value, row, { t }) {
  if (!value) return null;
  const done = el("i");
  done.style.inlineSize = `${value.percent}%`;
  const bar = { role: "progressbar", "aria-label": t("uploading"), "aria-valuenow": value.percent, "aria-live": "off" };
  return el("div", { class: "progress", ...bar }, done);
}

function noticeText({ key, name: agent, number, status }, t) {
  return t(key, { name: agent || t("who.agent"), number, status: status && t(`status.${status}`) });
}

/** An article of the help centre is read in the chat, unless the customer asks for a tab of its own. */
function opensHere({ ctrlKey, metaKey, shiftKey }, { url }) {
  return url.startsWith("/help/") && !ctrlKey && !metaKey && !shiftKey;
}

function source(citations, row, { t, dates, api, on }) {
  if (!citations.length) return null;
  const lines = citations.map((citation) => {
    const href = safeUrl(citation.url, api);
    const onclick = (event) => opensHere(event, citation) && on.article(citation, event.preventDefault());
    const about = { part: "source", href, target: "_blank", rel: "noopener", onclick };
    const link = href ? el("a", about, citation.title) : citation.title;
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
  if (value.status === "sending") return el("p", quiet, t("sending"), value.isFile && cancel(value, context));
  const { at, status, ticket } = value;
  const state = ticket ? t("added", { number: ticket }) : row.author === "customer" && status && t("sent");
  return el("p", quiet, state && `${state} · `, el("time", { datetime: at }, dates.time(at)));
}

function cancel({ clientId }, { t, on }) {
  return el("button", { type: "button", part: "cancel", onclick: () => on.discard(clientId) }, t("cancel"));
}

/** The server takes a refused file no better the second time, so it can only be taken back. */
function failure({ error, clientId, isEditable, isFile }, { t, on }) {
  const way = (part, action) =>
    el("button", { type: "button", part, onclick: () => action(clientId) }, t(part));
  return el(
    "div",
    { class: "failure", role: "alert" },
    el("p", {}, refusal(error, t)),
    !isFile && way("retry", on.retry),
    isEditable && way("edit", on.edit),
    isFile && way("remove", on.discard),
  );
}

function choices(buttons, row, { t, on }) {
  if (!buttons) return null;
  const chips = buttons.map(({ token, label }) =>
    el("button", { type: "button", part: "choice", onclick: () => on.send({ button: token, text: label }) }, label),
  );
  return el("div", { class: "choices", role: "group", "aria-label": t("choices") }, chips);
}

/** Has its place before the code that fills it is there. */
function rating(value, row, context) {
  if (!value) return null;
  const node = el("div", { part: "rating", role: "group", "aria-label": context.t("rate", value) });
  tryAgain(() => import("./rating.js")).then(({ Rating }) => new Rating(node, value.number, context));
  return node;
}
