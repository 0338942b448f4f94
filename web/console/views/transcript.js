/** <desk-transcript>: everything said and done, by event id. Follows the end while the reader is there. */
import { el } from "../../shared/dom.js";
import { dayKey, dayName } from "../words/format.js";
import { counted, t } from "../words/i18n.js";
import { entry, follows } from "./message.js";
import { View } from "./view.js";

const NEAR_PX = 80;

class DeskTranscript extends View {
  #list = el("ol", { class: "messages" });
  #scroller = null;
  #newer = null;
  #missed = 0;
  #wasAtEnd = true;
  #shown = new Set();
  #last = null;

  /** @type {import("../model/desk.js").Desk} */
  desk;
  /** @type {import("../model/open-ticket.js").OpenTicket} */
  open;

  connectedCallback() {
    this.#newer = el("button", {
      type: "button",
      class: "newer",
      name: "newer",
      hidden: true,
      onclick: () => this.#toEnd(),
    });
    this.#scroller = el(
      "section",
      {
        class: "transcript",
        "aria-label": t("ticket.conversation"),
        tabindex: 0,
        onscroll: () => this.#isAtEnd() && this.#caughtUp(),
      },
      this.#list,
    );
    this.replaceChildren(this.#scroller, this.#newer);
    this.listen(this.open, "transcript", () => this.#append());
    this.listen(this.open, "redacted", ({ detail }) => detail.filter(Boolean).forEach((event) => this.#replace(event)));
    this.listen(this.open, "show", ({ detail }) => this.#show(detail));
    this.#append();
    new ResizeObserver(() => this.#missed || this.#keepEnd()).observe(this.#scroller);
  }

  #append() {
    const fresh = this.open.events.filter((event) => !this.#shown.has(event.id));
    const wasAtEnd = this.#shown.size === 0 || this.#isAtEnd();
    const added = fresh.reduce((sum, event) => sum + this.#add(event), 0);
    this.#list.dataset.empty = this.open.isFilled && !this.#last ? t("transcript.empty") : "";
    if (!added) return;
    if (wasAtEnd || fresh.some((event) => event.data?.name && event.data.name === this.desk.agent?.name)) this.#toEnd();
    else this.#announceMissed(added);
  }

  /** @returns {number} how many messages this added to what a reader may have missed */
  #add(event) {
    this.#shown.add(event.id);
    const item = entry(this.desk, this.open.ticket, event, follows(this.#last, event));
    if (!item) return 0;
    if (!this.#last || dayKey(this.#last.at) !== dayKey(event.at)) {
      this.#list.append(el("li", { class: "day" }, dayName(event.at, this.desk.api.now())));
    }
    this.#list.append(item);
    this.#last = event;
    return 1;
  }

  /** A message was redacted: it stays where it is and reads otherwise. */
  #replace(event) {
    const item = this.#list.querySelector(`[data-event-id="${event.id}"]`);
    item?.replaceWith(entry(this.desk, this.open.ticket, event, "follows" in item.dataset));
  }

  /** Bring a message into view and to whoever works by keyboard. */
  #show(eventId) {
    const item = this.#list.querySelector(`[data-event-id="${eventId}"]`);
    if (!item) return;
    item.tabIndex = -1;
    item.scrollIntoView({ block: "center" });
    item.focus({ preventScroll: true });
  }

  #announceMissed(n) {
    this.#missed += n;
    this.#newer.textContent = counted("transcript.newer", this.#missed);
    this.#newer.hidden = false;
  }

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  #toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#caughtUp();
  }

  /** The composer grew or the window shrank: a reader at the end stays there. */
  #keepEnd() {
    if (this.#wasAtEnd) this.#toEnd();
    this.#wasAtEnd = this.#isAtEnd();
  }

  #caughtUp() {
    this.#wasAtEnd = this.#isAtEnd();
    this.#missed = 0;
    this.#newer.hidden = true;
  }
}

customElements.define("desk-transcript", DeskTranscript);
