/** One event of the transcript: a message, an internal note, or a line that says what happened. */
import { el, safeUrl } from "../../shared/dom.js";
import { renderBlocks } from "../../shared/blocks.js";
import { calendarDate, dayKey, fullTime, hourAndMinute } from "../words/format.js";
import { hasLabel, label, t } from "../words/i18n.js";
import { attachments } from "./attachments.js";
import { redactButton } from "./redact.js";
import { reportButton } from "./knowledge-report.js";
import { why } from "./trace.js";

const TOGETHER_MS = 5 * 60_000;

const isMessage = (event) => event?.type === "message.created";
const isNote = (data) => data.audience === "agents";

/** Whether an event needs no heading of its own: the same author goes on, shortly after. */
export function follows(last, event) {
  if (!isMessage(last) || !isMessage(event) || event.data.author === "system") return false;
  const isSame = ["author", "audience", "name"].every((name) => last.data[name] === event.data[name]);
  const isSoon = Date.parse(event.at) - Date.parse(last.at) < TOGETHER_MS;
  return isSame && isSoon && dayKey(last.at) === dayKey(event.at);
}

/** @returns {HTMLElement|null} null for an event that tells an agent nothing */
export function entry(desk, ticket, event, isFollowing) {
  if (!isMessage(event)) return happening(ticket, event);
  const { data } = event;
  const attributes = {
    class: "message",
    "data-event-id": event.id,
    "data-author": data.author,
    "data-audience": data.audience ?? "customer",
    "data-follows": isFollowing,
  };
  if (data.author === "system")
    return el(
      "li",
      { ...attributes, class: "happening", "data-notice": data.notice },
      data.notice && hasLabel("notice", data.notice) ? el("span", {}, label("notice", data.notice)) : body(ticket, data),
      time(event.at),
    );
  return el(
    "li",
    attributes,
    el(
      "p",
      { class: "message-head" },
      el("strong", {}, author(desk, data)),
      isNote(data) && el("span", { class: "note-mark" }, `${t("message.note")} · ${t("message.note_hint")}`),
      time(event.at),
    ),
    el("div", { class: "bubble" }, body(ticket, data), files(desk, data), offered(data), citations(data)),
    lookalikes(data),
    el(
      "div",
      { class: "message-foot" },
      data.author === "bot" && data.turn_id && [why(desk, data), reportButton(desk, event)],
      redactButton(desk, event),
    ),
  );
}

/** Addresses in a customer's message that pretend to be official. */
function lookalikes({ lookalikes: found = [] }) {
  if (!found.length) return null;
  const line = ({ domain, official, encoded }) =>
    el("li", {}, t("message.lookalike", { domain: encoded ? `${domain} (${encoded})` : domain, official }));
  return el("ul", { class: "lookalikes" }, found.map(line));
}

/** A message that is only files has no words. */
const files = (desk, data) => attachments(desk.open?.number, data.attachments);

function body(ticket, data) {
  if (!data.text && data.attachments?.length) return null;
  const lang = data.author === "customer" || data.author === "bot" ? ticket?.language : undefined;
  const blocks = data.blocks?.length ? renderBlocks(data.blocks) : null;
  return el(
    "div",
    { class: blocks ? "rich" : "plain", lang, dir: "auto" },
    blocks ?? (data.is_erased ? t("message.redacted") : data.text),
  );
}

/** The buttons the customer was shown; pressing them is not the agent's to do. */
function offered({ buttons = [] }) {
  if (!buttons.length) return null;
  return el(
    "p",
    { class: "offered" },
    `${t("message.offered")} `,
    buttons.map((button) => el("span", { class: "chip" }, button.label)),
  );
}

function citations({ citations: cited = [] }) {
  if (!cited.length) return null;
  const line = (citation) =>
    el(
      "li",
      {},
      `${t("message.source")}: `,
      el("a", { href: safeUrl(citation.url), target: "_blank", rel: "noopener" }, citation.title),
      ` · ${t("message.reviewed", { date: calendarDate(citation.reviewed_on) })}`,
    );
  return el("ul", { class: "citations" }, cited.map(line));
}

function author(desk, data) {
  if (data.author !== "agent") return t(`author.${data.author}`);
  if (data.name && data.name === desk.agent?.name) return t("author.you");
  return data.name || t("author.agent");
}

const time = (at) => el("time", { datetime: at, title: fullTime(at) }, hourAndMinute(at));

function happening(ticket, event) {
  const text = happened(ticket, event.type, event.data ?? {});
  return (
    text &&
    el(
      "li",
      { class: "happening", "data-event-id": event.id, "data-author": "system" },
      el("span", {}, text),
      time(event.at),
    )
  );
}

/** Waiting and being open again follow from the messages themselves, so only an end or a pause is worth a line. */
const TOLD_STATUSES = new Set(["on_hold", "resolved", "closed"]);

function happened(ticket, type, data) {
  if (type === "conversation.holder_changed")
    return t(`event.holder.${data.holder}`, { name: data.name || t("event.an_agent") });
  if (type === "ticket.opened") return t("event.opened", { number: data.number ?? ticket?.number });
  if (type === "ticket.updated" && TOLD_STATUSES.has(data.status)) {
    return t("event.updated", { status: label("status", data.status).toLowerCase() });
  }
  return null;
}
