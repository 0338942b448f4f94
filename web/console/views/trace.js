/** Why the bot said it: the decision trace of one turn, fetched when asked for. */
import { el, safeUrl } from "../../shared/dom.js";
import { label, t } from "../words/i18n.js";

/** A closed "Why this answer" under a bot message. */
export function why(desk, { turn_id: turnId, outcome }) {
  const body = el("div", { class: "trace", "aria-live": "polite" });
  const heading = [t("message.why"), outcome && label("outcome", outcome)].filter(Boolean).join(" · ");
  const details = el("details", { class: "why" }, el("summary", {}, heading), body);
  details.addEventListener("toggle", () => details.open && !body.dataset.filled && fill(desk, body, turnId));
  return details;
}

async function fill(desk, body, turnId) {
  body.replaceChildren(el("p", { class: "muted" }, t("trace.loading")));
  try {
    const turn = await desk.api.turn(turnId);
    body.dataset.filled = "yes";
    body.replaceChildren(...show(turn));
  } catch (error) {
    body.replaceChildren(el("p", { class: "muted" }, error.detail || t("trace.failed")));
  }
}

/** The gate's evidence and what the action added to it are one story. */
function show({ outcome, trace: recorded }) {
  if (!recorded || !Object.keys(recorded).length) return [el("p", { class: "muted" }, t("trace.empty"))];
  const trace = { ...recorded.gate, ...recorded };
  const rows = [
    ["trace.outcome", outcome && label("outcome", outcome)],
    ["trace.intent", intent(trace)],
    ["trace.probability", percent(trace.probability)],
    ["trace.thresholds", thresholds(trace.thresholds)],
    ["trace.article", article(trace)],
    ["trace.timings", timings(trace.timings_ms)],
    ["trace.model", trace.model_id],
    ["trace.index", trace.index_id],
  ];
  const facts = rows
    .filter(([, value]) => value)
    .map(([key, value]) => el("div", {}, el("dt", {}, t(key)), el("dd", {}, value)));
  return [el("dl", { class: "pairs" }, facts), candidates(trace.candidates), raw(recorded)].filter(Boolean);
}

const intent = (trace) => [trace.raw_intent ?? trace.intent, percent(trace.confidence)].filter(Boolean).join(" · ");

const article = ({ article: cited }) =>
  cited && [cited.id, cited.language, cited.version, cited.passage_hash].filter(Boolean).join(" · ");

const thresholds = (limits) =>
  limits &&
  Object.entries(limits)
    .map(([name, least]) => `${name.replace(/^t_/, "")} ${percent(least)}`)
    .join(" · ");

const timings = (spent) =>
  spent &&
  Object.entries(spent)
    .map(([name, ms]) => `${name} ${round(ms)} ms`)
    .join(" · ");

function candidates(list) {
  if (!Array.isArray(list) || !list.length) return null;
  const head = ["trace.candidate", "trace.score", "trace.chance"].map((key) => el("th", { scope: "col" }, t(key)));
  const row = (candidate) => {
    const title = candidate.title || candidate.article_id;
    const name = candidate.url
      ? el("a", { href: safeUrl(candidate.url), target: "_blank", rel: "noopener" }, title)
      : title;
    return el(
      "tr",
      {},
      el("td", {}, name),
      el("td", {}, round(candidate.score)),
      el("td", {}, percent(candidate.probability)),
    );
  };
  return el(
    "table",
    {},
    el("caption", {}, t("trace.candidates")),
    el("thead", {}, el("tr", {}, head)),
    el("tbody", {}, list.map(row)),
  );
}

const raw = (trace) =>
  el("details", {}, el("summary", {}, t("trace.raw")), el("pre", { tabindex: 0 }, JSON.stringify(trace, null, 2)));

const percent = (p) => (typeof p === "number" && p >= 0 && p <= 1 ? `${Math.round(p * 100)} %` : "");

const round = (n) => (typeof n === "number" ? String(Math.round(n * 1000) / 1000) : "");
