/** <desk-report>: under a message of the bot, the way to say that it was wrong; once somebody did, it says so. */
import { el } from "../../shared/dom.js";
import { t } from "../words/i18n.js";
import { tell } from "./announcer.js";
import { problem } from "./explain.js";
import { formDialog } from "./form-dialog.js";
import { make, View } from "./view.js";

const MOST = 2_000;

class DeskReport extends View {
  #shown = null;

  /** @type {import("../model/desk.js").Desk} */
  desk;
  /** @type {import("../model/open-ticket.js").OpenTicket} */
  open;
  /** The message. @type {number} */
  eventId;

  connectedCallback() {
    this.listen(this.open, "change", () => this.#render());
    this.#render();
  }

  #render() {
    const who = reporter(this.open.ticket, this.eventId);
    if (who === this.#shown) return;
    this.#shown = who;
    const button = { type: "button", class: "quiet report", name: "report", onclick: () => this.#ask() };
    const said = who && el("p", { class: "muted report" }, t("report.done", { name: who }));
    this.replaceChildren(said || el("button", button, t("report.button")));
  }

  async #ask() {
    const { desk, open, eventId } = this;
    const words = { label: t("report.wrong"), hint: t("report.hint") };
    const wrong = { name: "wrong", ...words, kind: "area", isRequired: true, most: MOST };
    const send = async (values) => {
      await desk.api.send("POST", "/knowledge-tasks", { ticket: open.number, event_id: eventId, ...values });
    };
    const form = { heading: t("report.heading"), intro: t("report.text"), fields: [wrong], submit: t("report.send") };
    if (!(await formDialog(form, send, (error) => problem(error, desk.agent)))) return;
    tell(t("report.sent"));
    open.refresh();
  }
}

/** Who said last that this message was wrong, or "". */
function reporter(ticket, eventId) {
  const reports = (ticket?.history ?? []).filter(
    ({ type, data }) => type === "ticket.answer_reported" && data.event_id === eventId,
  );
  return reports.at(-1)?.actor.name ?? "";
}

customElements.define("desk-report", DeskReport);

/** @param {import("../model/desk.js").Desk} desk */
export const reportButton = (desk, event) =>
  desk.open && make("desk-report", { desk, open: desk.open, eventId: event.id });
