/** What happened to a ticket, newest first, each in a sentence. */
import { el } from "../../shared/dom.js";
import { dateAndTime, fullTime } from "../words/format.js";
import { hasLabel, label, t } from "../words/i18n.js";

export function history({ history: entries = [] }, agent) {
  if (!entries.length) return el("p", { class: "muted" }, t("side.no_history"));
  const line = (entry) =>
    el(
      "li",
      {},
      el("time", { datetime: entry.at, title: fullTime(entry.at) }, dateAndTime(entry.at)),
      " ",
      sentence(entry, agent),
    );
  return el("ol", { class: "history" }, [...entries].reverse().map(line));
}

function sentence({ type, actor, data }, agent) {
  const text = hasLabel("history", type)
    ? t(`history.${type}`, { who: who(actor, agent) })
    : label("history", type.split(".").at(-1));
  const names =
    type === "ticket.facts_added" ? Object.keys(data?.fields ?? {}).filter((name) => hasLabel("field", name)) : [];
  return names.length ? `${text}: ${names.map((name) => label("field", name)).join(", ")}` : text;
}

function who(actor, agent) {
  if (actor?.kind === "agent") return actor.name === agent?.name ? t("author.you") : actor.name || t("actor.agent");
  return label("actor", actor?.kind ?? "system");
}
