/** <desk-attached>: what is sent with the reply, each part with a way to take it out: passages, tags, what follows. */
import { el, icon } from "../../shared/dom.js";
import { t } from "../words/i18n.js";
import { View } from "./view.js";

const CROSS = "M7 7l10 10M17 7L7 17";

class DeskAttached extends View {
  /** @type {import("../model/desk.js").Desk} */
  desk;
  /** @type {import("../model/open-ticket.js").OpenTicket} */
  open;

  connectedCallback() {
    this.listen(this.desk.attached, "change", (event) => event.detail === this.open.number && this.#render());
    this.#render();
  }

  #render() {
    const { attached } = this.desk;
    const { number } = this.open;
    const { quotes, tags, status } = attached.of(number);
    const parts = [
      ...quotes.map((quote) => [t("attached.quote", quote), () => attached.dropQuote(number, quote.passage_id)]),
      status && [t(`macros.then.${status}`), () => attached.dropStatus(number)],
      ...tags.map((tag) => [t("attached.tag", { tag }), () => attached.dropTag(number, tag)]),
    ].filter(Boolean);
    this.hidden = !parts.length;
    this.replaceChildren(
      el("p", { id: "attached-label", class: "muted" }, t("attached.label")),
      el("ul", { class: "attached", "aria-labelledby": "attached-label" }, parts.map(part)),
    );
  }
}

function part([text, drop]) {
  const named = t("attached.drop", { name: text });
  const button = { type: "button", class: "quiet drop", "aria-label": named, onclick: drop };
  return el("li", { class: "attached-part" }, el("span", {}, text), el("button", button, icon(CROSS)));
}

customElements.define("desk-attached", DeskAttached);
