/** Taking words out of a message for good: the button under it, and what it asks for. */
import { el } from "../../shared/dom.js";
import { t } from "../words/i18n.js";
import { tell } from "./announcer.js";
import { problem } from "./explain.js";
import { formDialog } from "./form-dialog.js";

/** @param {import("../model/desk.js").Desk} desk */
export function redactButton(desk, event) {
  const attributes = { type: "button", class: "redact", name: "redact" };
  return el("button", { ...attributes, onclick: ({ target }) => ask(desk, event, target) }, t("redact.button"));
}

async function ask(desk, { id }, button) {
  const form = {
    heading: t("redact.heading"),
    intro: t("redact.intro"),
    fields: [
      { name: "part", label: t("redact.part"), kind: "area", hint: t("redact.part_hint"), value: selectedIn(button) },
      { name: "reason", label: t("form.reason"), hint: t("redact.reason_hint"), isRequired: true, most: 500 },
    ],
    submit: t("redact.submit"),
  };
  const send = ({ part, reason }) => desk.act("redact", { event_id: id, reason, ...(part && { part }) });
  if (await formDialog(form, send, (error) => problem(error, desk.agent))) tell(t("redact.done"));
}

/** What the agent had marked of this message. */
function selectedIn(button) {
  const selection = document.getSelection();
  const bubble = button.closest(".message").querySelector(".bubble");
  return bubble?.contains(selection.anchorNode) && bubble.contains(selection.focusNode) ? String(selection) : "";
}
