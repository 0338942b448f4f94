/**
 * How a case is ended. A complaint needs a reasoned decision with an answer to each of its points, outcome, remedy and
 * cause; the customer gets it as a letter. Beside the form stand the past decisions nearest to it.
 */
import { languageName } from "../words/format.js";
import { label, t } from "../words/i18n.js";
import { similarDecisions } from "./similar.js";

export const ROOT_CAUSES = [
  "customer_error",
  "platform_fault",
  "market_event",
  "unclear_rules",
  "process_error",
  "third_party",
  "fraud",
  "unfounded",
  "other",
];
export const OUTCOMES = ["upheld", "partly_upheld", "rejected", "withdrawn"];
export const REMEDIES = ["none", "apology", "refund", "correction", "other"];
export const TOPICS = [
  "verification",
  "account_security",
  "account_access",
  "deposit_withdrawal",
  "api_access",
  "api_error",
  "trading_parameters",
  "order_types",
  "margin_leverage",
  "funding",
  "mark_index_price",
  "liquidation",
  "adl_insurance",
  "fees",
  "settlement",
  "spot_convert",
  "downtime_overload",
  "jurisdiction",
  "tax_compliance",
  "referral_promo",
  "support_complaints",
];

const MOST = 4_000;
const MOST_ANSWER = 1_500;
const PAID = ["refund", "other"];

/** @param {import("../model/desk.js").Desk} desk */
export const resolveForm = (desk, ticket) => (ticket.case === "complaint" ? complaint(desk, ticket) : plain(ticket));

const plain = (ticket) => ({
  intro: t("ask.resolve.text"),
  fields: [internal(), cause(ticket.root_cause, false)],
  submit: t("action.resolve"),
});

async function complaint(desk, ticket) {
  const { number } = ticket;
  const { points, topic, similar } = await desk.api.complaint(number);
  const beside = similarDecisions(desk, number, similar);
  const about = { topic, root_cause: ticket.root_cause ?? "" };
  const look = (name) => (value) => {
    about[name] = value;
    beside.look(about);
  };
  const modes = ["decision", ...points.map((point) => `answer-${point.number}`)];
  return {
    intro: t("ask.resolve.complaint"),
    fields: [
      words(desk, ticket, "decision", t("resolve.decision"), MOST, hint(ticket)),
      ...points.map((point) => answer(desk, ticket, point)),
      choice("outcome", t("resolve.outcome"), named("ruling", OUTCOMES)),
      choice("remedy", t("resolve.remedy"), named("remedy", REMEDIES)),
      paid({ name: "amount", label: t("resolve.amount"), hint: t("resolve.amount_hint") }),
      paid({ name: "currency", label: t("resolve.currency"), suggestions: ["USDT", "XBT", "USDC", "ETH"] }),
      { name: "remedy_text", label: t("resolve.remedy_text"), most: 500, isShown: ({ remedy }) => remedy && remedy !== "none" },
      { ...choice("topic", t("resolve.topic"), named("topic", TOPICS)), value: topic, onInput: look("topic") },
      { ...cause(ticket.root_cause, true), onInput: look("root_cause") },
      internal(),
    ],
    body: (values) => body(values, points),
    submit: t("resolve.send"),
    isWide: true,
    aside: beside.element,
    sent: () => modes.forEach((mode) => desk.drafts.clear(number, mode)),
  };
}

/** What is begun is kept like any draft: a decision is long, and somebody may ask something meanwhile. */
const words = (desk, { number }, mode, text, most, hint) => ({
  name: mode,
  label: text,
  kind: "area",
  value: desk.drafts.text(number, mode),
  hint,
  isRequired: true,
  most,
  onInput: (typed) => desk.drafts.write(number, mode, typed),
});

const hint = ({ locale }) => t("resolve.decision_hint", { language: languageName(locale) });

const answer = (desk, ticket, { number, text }) => ({
  ...words(desk, ticket, `answer-${number}`, t("resolve.answer", { n: number, text: shortened(text) }), MOST_ANSWER),
  isShown: ({ outcome }) => outcome !== "withdrawn",
});

const shortened = (text) => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

const choice = (name, text, options) => ({
  name,
  label: text,
  kind: "select",
  value: "",
  options: [["", t("form.choose")], ...options],
  isRequired: true,
});

const named = (group, names) => names.map((name) => [name, label(group, name)]);

const paid = (field) => ({ ...field, isShown: ({ remedy }) => PAID.includes(remedy) });

const cause = (held, isRequired) => ({
  ...choice("root_cause", t("side.root_cause"), named("cause", ROOT_CAUSES)),
  value: held ?? "",
  isRequired,
});

const internal = () => ({ name: "reason", label: t("form.reason"), hint: t("form.reason_hint"), most: 500 });

function body({ decision, outcome, topic, root_cause, reason, remedy, amount, currency, remedy_text, ...rest }, points) {
  const answers = points
    .map(({ number }) => ({ point: number, text: rest[`answer-${number}`] ?? "" }))
    .filter(({ text }) => text);
  const gets = { kind: remedy, text: remedy_text ?? "" };
  if (amount) gets.amount = amount.replace(",", ".");
  if (currency) gets.currency = currency.toUpperCase();
  return { decision, outcome, topic, root_cause, answers, remedy: gets, ...(reason && { reason }) };
}
