/** The card of a case in the message list. */
import { el } from "../../shared/dom.js";
import { refusal } from "./refusal.js";

const MINUTE_MS = 60_000;

/** The case card: number, where it stands, its place in the queue, until when an answer is aimed for and likely. */
export function renderCase(ticket, context) {
  const { t, dates } = context;
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
    ways(ticket, context),
  );
}

/** What the customer can do about it now: add to it while it is open, open it again once it is resolved. */
function ways({ number, status, merged_into: isMerged }, { t, on }) {
  if (status === "closed" || isMerged) return null;
  const way = (part, onclick) => el("button", { type: "button", part, onclick }, t(part));
  if (status !== "resolved") return way("add", () => on.addTo(number));
  const trouble = el("p", { class: "trouble", role: "status" });
  const reopen = way("reopen", async () => {
    reopen.disabled = true;
    trouble.textContent = await on.reopen(number).then(() => "", (error) => refusal(error, t));
    reopen.disabled = false;
  });
  return [reopen, trouble];
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
