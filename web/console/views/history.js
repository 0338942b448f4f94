/** What happened to a ticket, newest first, each in a sentence. */
import { el } from "../../shared/dom.js";
import { dateAndTime, fullTime } from "../words/format.js";
import { hasLabel, label, t } from "../words/i18n.js";

export function history({ history: entries = [] }, agent) {
  if (!entries.length) return el("p", { class: "muted" }, t("side.no_history"));
  const line = (entry) =>
    el(
      "li",
      { "data-type": entry.type },
      el("time", { datetime: entry.at, title: fullTime(entry.at) }, dateAndTime(entry.at)),
      " ",
      sentence(entry, agent),
    );
  return el("ol", { class: "history" }, [...entries].reverse().map(line));
}

/** One entry in words: who did what, to whom, and why. */
export function sentence({ type, actor, data = {} }, agent) {
  const name = type.replace(/^ticket\./, "");
  if (!hasLabel("history", type)) return label("history", name);
  const values = { who: who(actor, agent), ...named(data, agent) };
  const text = t(variant(type, data, actor), values);
  return `${text}${details(name, data)}${why(data)}`;
}

/** The key of the sentence that fits: a release by the desk itself, a transfer to a person, ... */
function variant(type, data, actor) {
  const candidates = [
    data.clock && `history.${type}.${data.clock}`,
    data.reason === "deactivated" && `history.${type}.gone`,
    actor?.kind === "system" && `history.${type}.by_desk`,
    data.to_queue && `history.${type}.queue`,
    data.into && `history.${type}.into`,
    type === "ticket.taken" && data.from && `history.${type}.over`,
  ];
  return candidates.find((key) => key && hasLabel("history", key.slice("history.".length))) || `history.${type}`;
}

function named(data, agent) {
  const person = (name) => (name && name === agent?.name ? t("author.you_lower") : (name ?? t("event.an_agent")));
  return {
    to: person(data.to),
    from: person(data.from),
    queue: label("queue", data.to_queue ?? data.queue ?? ""),
    priority: data.priority ?? "",
    number: data.into ?? (typeof data.from === "string" ? data.from : "") ?? "",
    other: data.to ?? "",
  };
}

function details(name, data) {
  if (name === "facts_added")
    return list(
      Object.keys(data.fields ?? {})
        .filter(known)
        .map(fieldName),
    );
  if (name === "rated") return [`${data.score}/5`, data.comment].filter(Boolean).join(" · ");
  if (name === "tagged") return list([...(data.added ?? []), ...(data.removed ?? []).map((tag) => `−${tag}`)]);
  if (name === "resolved" && data.root_cause) {
    const ruling = data.outcome ? [label("ruling", data.outcome), label("remedy", data.remedy?.kind ?? "none")] : [];
    return list([...ruling, label("cause", data.root_cause)]);
  }
  return "";
}

/** The agent's own words; what the desk writes there is a code and told by the sentence. */
const why = ({ reason }) => (reason && !hasLabel("reason", reason) ? ` · “${reason}”` : "");

const known = (name) => hasLabel("field", name);
const fieldName = (name) => label("field", name);
const list = (items) => (items.length ? `: ${items.join(", ")}` : "");

function who(actor, agent) {
  if (actor?.kind === "agent") return actor.name === agent?.name ? t("author.you") : actor.name || t("actor.agent");
  return label("actor", actor?.kind ?? "system");
}
