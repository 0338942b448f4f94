/** The past decisions nearest to a complaint, beside the form that decides it; looked up anew as the agent chooses. */
import { el } from "../../shared/dom.js";
import { calendarDate } from "../words/format.js";
import { label, t } from "../words/i18n.js";
import { explain } from "./explain.js";

/**
 * @param {import("../model/desk.js").Desk} desk
 * @returns {{element: HTMLElement, look: (about: {topic: string, root_cause: string}) => Promise<void>}}
 */
export function similarDecisions(desk, number, first) {
  const list = el("div", { class: "similar-list", "aria-live": "polite" });
  const element = el("aside", { class: "similar", "aria-label": t("similar.heading") });
  element.append(el("h3", {}, t("similar.heading")), list);
  const show = (found) =>
    list.replaceChildren(
      found.length ? el("ol", {}, found.map(decision)) : el("p", { class: "muted" }, t("similar.none")),
    );
  let asked = 0;
  const look = async (about) => {
    const mine = ++asked;
    const chosen = Object.fromEntries(Object.entries(about).filter(([, value]) => value));
    try {
      const { similar } = await desk.api.complaint(number, chosen);
      if (mine === asked) show(similar);
    } catch (error) {
      if (mine === asked) list.replaceChildren(el("p", { class: "muted" }, explain(error)));
    }
  };
  show(first);
  return { element, look };
}

function decision({ number, decided_at: at, about, outcome, topic, root_cause: cause, remedy, reasons }) {
  return el(
    "li",
    { "data-number": number },
    el("p", {}, el("strong", {}, label("ruling", outcome)), " · ", gets(remedy)),
    about && el("p", { dir: "auto" }, about),
    el("p", { class: "muted" }, `${label("topic", topic)} · ${label("cause", cause)}`),
    el(
      "details",
      {},
      el("summary", {}, t("similar.reasons")),
      el("p", { class: "reasons", dir: "auto" }, reasons),
    ),
    el("p", { class: "hint" }, el("span", { class: "number" }, number), " · ", calendarDate(at)),
  );
}

const gets = ({ kind, amount, currency }) => [label("remedy", kind), amount, currency].filter(Boolean).join(" ");
