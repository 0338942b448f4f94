/** The case card: number, where it stands, and when the customer can expect an answer. */
import { el } from "../../shared/dom.js";

/** Status -> how many of the three steps are reached, and what the middle one is called. */
const STEPS = {
  new: [0, "step.review"],
  open: [1, "step.review"],
  on_hold: [1, "step.review"],
  waiting_on_customer: [1, "step.waiting"],
  resolved: [2, "step.review"],
  closed: [2, "step.review"],
};

/** @param {{ number: string, case: string, status: string, due_at?: string }} ticket */
export function renderCase(ticket, { t, dates }) {
  const [reached, middle] = STEPS[ticket.status] ?? STEPS.new;
  const steps = ["step.received", middle, "step.done"].map((key, i) => step(t(key), i, reached));
  const isOpen = reached < 2;
  return el(
    "section",
    { part: "case", "aria-label": t("case", ticket), "data-status": ticket.status },
    el("p", { class: "case-name" }, t(`case.${ticket.case}`)),
    el("p", { class: "case-number" }, t("case", ticket)),
    el("ol", { class: "steps" }, steps),
    isOpen && ticket.due_at && el("p", { class: "case-due" }, t("due", { due: dates.deadline(ticket.due_at) })),
  );
}

function step(text, i, reached) {
  const state = i < reached ? "done" : i === reached ? "now" : "ahead";
  return el("li", { class: state, "aria-current": state === "now" && "step" }, text);
}
