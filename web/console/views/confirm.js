/** One question before something that cannot be undone with one key. */
import { el } from "../../shared/dom.js";
import { t } from "../words/i18n.js";
import { showDialog } from "./dialog.js";

/** @returns {Promise<boolean>} */
export async function confirm(question, text, action) {
  const answer = await showDialog(question, (close) => [
    el("p", {}, text),
    el(
      "p",
      { class: "buttons" },
      el(
        "button",
        { type: "button", name: "confirm", class: "primary", autofocus: true, onclick: () => close("yes") },
        action,
      ),
      el("button", { type: "button", name: "cancel", onclick: () => close() }, t("app.cancel")),
    ),
  ]);
  return answer === "yes";
}
