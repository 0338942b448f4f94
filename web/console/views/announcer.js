/** Speaks to screen readers what has appeared elsewhere on the page. */
import { el } from "../../shared/dom.js";

const region = el("p", { class: "visually-hidden", "aria-live": "polite", role: "status" });
document.body.append(region);

/** A text that repeats is spoken again: the region is emptied first. */
export function announce(text) {
  region.textContent = "";
  setTimeout(() => {
    region.textContent = text;
  }, 50);
}
