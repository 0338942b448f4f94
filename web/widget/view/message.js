/** One line of the message list: an element per row, and a node for each of its slots. */
import { renderBlocks } from "../../shared/blocks.js";
import { el, safeUrl } from "../../shared/dom.js";
import { renderFiles } from "./files.js";

const MINUTE_MS = 60_000;

/** The element of a row, its slots still empty. */
export function rowElement(row) {
  if (row.kind === "message") return el("div", { part: `message message-${row.author}`, "data-author": row.author });
  return el("div", row.kind === "case" ? {} : { part: row.kind });
}

/** Slot name -> node for what the slot shows, or null for nothing. `context` is { t, dates, api, on }. */
export const SLOTS = { name, body, files, source, progress, meta, choices };

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
  const state = row.author === "customer" && value.status ? `${t("sent")} · ` : "";
  return el("p", quiet, state, el("time", { datetime: value.at }, dates.time(value.at)));
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
    el("p", {}, `${t("failed")} ${reason(error, t)}`),
    !isFile && way("retry", on.retry),
    isEditable && way("edit", on.edit),
    isFile && way("remove", on.discard),
  );
}

function reason(error, t) {
  const key = `refused.${error?.code}`;
  return t(key) === key ? (error?.detail ?? "") : t(key);
}

function choices(buttons, row, { t, on }) {
  if (!buttons) return null;
  const chips = buttons.map(({ token, label }) =>
    el("button", { type: "button", part: "choice", onclick: () => on.send({ button: token, text: label }) }, label),
  );
  return el("div", { class: "choices", role: "group", "aria-label": t("choices") }, chips);
}

/** The case card: number, where it stands, its place in the queue, until when an answer is aimed for and likely. */
function renderCase(ticket, { t, dates }) {
  const { status, steps = [], due_at: dueAt, position, expected } = ticket;
  const reached = steps.findLastIndex((step) => step.at);
  const likely = expected && { from: dates.moment(expected.from_at), to: dates.moment(expected.to_at) };
  return el(
    "section",
    { part: "case", "aria-label": t("case", ticket), "data-status": status },
    el("p", { class: "case-name" }, t(`case.${ticket.case}`)),
    el("p", { class: "quiet case-number" }, t("case", ticket), ` · ${t(`status.${status}`)}`),
    el("ol", { class: "steps" }, steps.map(({ name }, i) => step(t(`step.${name}`), i, reached))),
    dueAt && [el("p", {}, t("due", { due: dates.deadline(dueAt) })), clock(dueAt, t)],
    position && el("p", { class: "quiet" }, t("position", { position })),
    likely && el("p", { class: "quiet" }, t("likely", likely)),
  );
}

function step(text, i, reached) {
  const state = i < reached ? "done" : i === reached ? "now" : "ahead";
  return el("li", { class: state, "aria-current": state === "now" && "step" }, text);
}

/** What is left, while the card is on the page; nobody hears it every minute. */
function clock(dueAt, t) {
  const node = el("p", { class: "quiet case-left", "aria-live": "off" });
  const show = () => {
    node.textContent = left(Date.parse(dueAt) - Date.now(), t);
    if (node.isConnected) setTimeout(show, MINUTE_MS / 2);
  };
  show();
  setTimeout(show);
  return node;
}

function left(ms, t) {
  if (ms <= 0) return t("dueOver");
  const minutes = Math.ceil(ms / MINUTE_MS);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  if (days) return t("leftDays", { days, hours });
  return t(hours ? "leftHours" : "leftMinutes", { hours, minutes: minutes % 60 });
}
