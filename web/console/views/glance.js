/** The case at a glance: quotes and stored facts only, each line a way to the message it is from. */
import { el } from "../../shared/dom.js";
import { href } from "../model/route.js";
import { label, t } from "../words/i18n.js";
import { dateAndTime, utcTime } from "../words/format.js";

/**
 * @param {object} brief as the desk API gives it
 * @param {{show: (eventId: number) => void, inbox: object, lang: string}} context `lang` is the customer's
 */
export function glance({ what, since, bot_said: answers, mood, earlier }, { show, inbox, lang }) {
  const quote = ({ text, event_id: id }) => lead(id, show, el("span", { lang, dir: "auto" }, text));
  const rows = [
    ["glance.what", what && quote(what)],
    ["glance.since", lead(since.event_id, show, moment(since))],
    ["glance.answered", answers.length > 0 && el("ul", {}, answers.map((line) => el("li", {}, quote(line))))],
    ["glance.mood", mood.is_upset ? [t("glance.upset"), " ", quote(mood)] : t("glance.calm")],
    ["glance.earlier", earlier.length > 0 && el("ul", {}, earlier.map((ticket) => el("li", {}, case_(ticket, inbox))))],
  ];
  return el(
    "dl",
    { class: "glance" },
    rows.filter(([, value]) => value).map(([key, value]) => el("div", {}, el("dt", {}, t(key)), el("dd", {}, value))),
  );
}

/** What leads to a message when it is pressed; without a message it is only what it is. */
function lead(eventId, show, ...content) {
  if (!eventId) return el("span", {}, content);
  return el("button", { type: "button", class: "lead", title: t("glance.show"), onclick: () => show(eventId) }, content);
}

/** A way to the message a fact was said in, if it was said in one. */
export function source(fact, eventId, show) {
  if (!eventId) return null;
  const button = lead(eventId, show, t("glance.where"));
  button.setAttribute("aria-label", t("glance.where_said", { fact }));
  return [" ", button];
}

const moment = ({ at, is_given: isGiven }) => {
  const time = el("time", { datetime: at }, isGiven ? utcTime(at) : dateAndTime(at));
  return el("span", {}, time, isGiven ? "" : ` · ${t("glance.first_told")}`);
};

const case_ = ({ number, case: name, status }, { view, filters }) => [
  el("a", { href: href({ view, number, filters }) }, number),
  ` ${label("case", name)}, ${label("status", status)}`,
];
