/** A modal sheet made for one showing; focus returns to where it was, Escape closes it. */
import { el } from "../../shared/dom.js";

/**
 * @param {string} heading
 * @param {(close: (value?: string) => void) => any[]} content
 * @returns {Promise<string>} the value it was closed with, "" for Escape
 */
export function showDialog(heading, content) {
  const focused = document.activeElement;
  const dialog = el("dialog", { class: "sheet", "aria-labelledby": "dialog-heading" });
  const close = (value = "") => dialog.close(value);
  dialog.append(el("h2", { id: "dialog-heading" }, heading), ...content(close));
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
