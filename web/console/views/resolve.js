/** How a case is ended. A complaint needs a reasoned decision, which the customer gets word for word, and its cause. */
import { languageName } from "../words/format.js";
import { label, t } from "../words/i18n.js";

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

const MOST = 4_000;

/** @param {import("../model/desk.js").Desk} desk */
export function resolveForm(desk, ticket) {
  const isComplaint = ticket.case === "complaint";
  return {
    intro: t(isComplaint ? "ask.resolve.complaint" : "ask.resolve.text"),
    fields: isComplaint
      ? [decision(desk, ticket), cause(ticket, true), internal()]
      : [internal(), cause(ticket, false)],
    submit: t(isComplaint ? "resolve.send" : "action.resolve"),
    isWide: isComplaint,
    sent: () => desk.drafts.clear(ticket.number, "decision"),
  };
}

/** What is begun is kept like any draft: a decision is long, and somebody may ask something meanwhile. */
const decision = (desk, ticket) => ({
  name: "decision",
  label: t("resolve.decision"),
  kind: "area",
  value: desk.drafts.text(ticket.number, "decision"),
  hint: t("resolve.decision_hint", { language: languageName(ticket.locale) }),
  isRequired: true,
  most: MOST,
  onInput: (text) => desk.drafts.write(ticket.number, "decision", text),
});

const cause = (ticket, isRequired) => ({
  name: "root_cause",
  label: t("side.root_cause"),
  kind: "select",
  value: ticket.root_cause ?? "",
  options: [["", t("form.choose")], ...ROOT_CAUSES.map((name) => [name, label("cause", name)])],
  isRequired,
});

const internal = () => ({ name: "reason", label: t("form.reason"), hint: t("form.reason_hint"), most: 500 });
