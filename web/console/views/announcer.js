/** Says what has happened: to screen readers only, or to everybody as a line that goes away by itself. */
import { el } from "../../shared/dom.js";

const SHOWN_MS = 5_000;

const region = el("p", { class: "visually-hidden", "aria-live": "polite", role: "status" });
const line = el("p", { class: "told", "aria-hidden": "true", hidden: true });
document.body.append(region, line);

let timer = 0;

/** For screen readers: what others can see elsewhere on the page. A text that repeats is spoken again. */
export function announce(text) {
  region.textContent = "";
  setTimeout(() => {
    region.textContent = text;
  }, 50);
}

/** For everybody. */
export function tell(text) {
  announce(text);
  line.textContent = text;
  line.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => (line.hidden = true), SHOWN_MS);
}
