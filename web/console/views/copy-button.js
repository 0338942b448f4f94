/** A button that copies a text; null where the browser lets nothing be copied, which is so without HTTPS. */
import { el } from "../../shared/dom.js";
import { t } from "../words/i18n.js";
import { tell } from "./announcer.js";

/** @param {string} words what the page calls it: the button says `<words>.copy`, afterwards `<words>.copied` is told */
export function copyButton(text, words, attributes = {}) {
  if (!navigator.clipboard) return null;
  const onclick = async () => {
    await navigator.clipboard.writeText(text);
    tell(t(`${words}.copied`));
  };
  return el("button", { type: "button", name: "copy", onclick, ...attributes }, t(`${words}.copy`));
}
