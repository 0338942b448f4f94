/** A modal sheet made for one showing; focus returns to where it was, Escape closes it. */
import { el, icon } from "../../shared/dom.js";
import { t } from "../words/i18n.js";

const CROSS = "M6 6l12 12M18 6L6 18";

/**
 * @param {string} heading
 * @param {(close: (value?: string) => void) => any[]} content
 * @param {{isWide?: boolean}} [look]
 * @returns {Promise<string>} the value it was closed with, "" for Escape
 */
export function showDialog(heading, content, { isWide = false } = {}) {
  const focused = document.activeElement;
  const dialog = el("dialog", { class: isWide ? "sheet wide" : "sheet", "aria-labelledby": "dialog-heading" });
  const close = (value = "") => dialog.close(value);
  const cross = { type: "button", class: "quiet cross", "aria-label": t("app.close"), onclick: () => close() };
  dialog.append(
    el("header", {}, el("h2", { id: "dialog-heading" }, heading), el("button", cross, icon(CROSS))),
    ...content(close),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (focused?.isConnected) focused.focus();
      resolve(dialog.returnValue);
    });
  });
}
