/** <desk-erasure>: erasing a customer's data: whose, what would go, what holds it; and what was erased before. */
import { el } from "../../shared/dom.js";
import { pageHref } from "../model/route.js";
import { dateAndTime } from "../words/format.js";
import { label, t } from "../words/i18n.js";
import { tell } from "./announcer.js";
import { explain, problem } from "./explain.js";
import { formDialog } from "./form-dialog.js";
import { tableBox } from "./table.js";
import { View } from "./view.js";

const SUBJECTS = ["ticket", "conversation_id", "customer_id"];
const COLUMNS = ["asked", "by", "conversation", "reason", "state"];

export default class DeskErasure extends View {
  #kind = el("select", { id: "erasure-kind", name: "kind" });
  #value = el("input", { type: "search", id: "erasure-value", name: "value", autocomplete: "off", required: true });
  #found = el("div", { class: "panel", role: "status", hidden: true });
  #rows = el("tbody");
  #state = el("p", { class: "muted" });

  /** @type {import("../model/desk.js").Desk} */
  desk;
  place;

  connectedCallback() {
    this.#kind.append(...SUBJECTS.map((name) => el("option", { value: name }, t(`erasure.${name}`))));
    this.#value.value = this.place.query.get("ticket") ?? "";
    const form = el(
      "form",
      { class: "toolbar" },
      el("p", { class: "field wide" }, el("label", { for: "erasure-kind" }, t("erasure.whose")), this.#kind),
      el("p", { class: "field" }, el("label", { for: "erasure-value" }, t("erasure.value")), this.#value),
      el("button", { type: "submit", class: "primary", name: "look" }, t("erasure.look")),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#look();
    });
    const columns = COLUMNS.map((name) => t(`erasure.${name}`));
    this.replaceChildren(
      el("p", {}, t("erasure.intro")),
      form,
      this.#found,
      el("h3", {}, t("erasure.before")),
      this.#state,
      tableBox(t("erasure.before"), columns, this.#rows),
    );
    this.#load();
  }

  get #subject() {
    return { [this.#kind.value]: this.#value.value.trim() };
  }

  async #look() {
    const subject = this.#subject;
    this.#found.hidden = false;
    try {
      const found = await this.desk.api.send("POST", "/erasures/preview", subject);
      this.#found.replaceChildren(...this.#shown(found, subject));
    } catch (error) {
      this.#found.replaceChildren(el("p", {}, explain(error)));
    }
  }

  #shown(found, subject) {
    const isHeld = found.held_by.length > 0;
    const tickets = found.tickets.map(({ number, case: name, status }) =>
      el("li", {}, `${number} · ${label("case", name)} · ${label("status", status)}`),
    );
    const erase = { type: "button", class: "primary", name: "erase", onclick: () => this.#erase(subject, isHeld) };
    return [
      el("p", {}, t("erasure.found", found)),
      tickets.length ? el("ul", {}, tickets) : "",
      isHeld ? el("p", { class: "notice" }, t("erasure.held", { numbers: found.held_by.join(", ") })) : "",
      el("p", {}, el("button", erase, t(isHeld ? "erasure.wait" : "erasure.erase"))),
    ];
  }

  async #erase(subject, isHeld) {
    let done = null;
    const form = {
      heading: t(isHeld ? "erasure.wait" : "erasure.erase"),
      intro: t(isHeld ? "erasure.wait_text" : "erasure.erase_text"),
      fields: [{ name: "reason", label: t("form.reason"), hint: t("erasure.reason_hint"), isRequired: true, most: 500 }],
      submit: t(isHeld ? "erasure.wait" : "erasure.erase"),
    };
    const send = async ({ reason }) => {
      done = await this.desk.api.send("POST", "/erasures", { ...subject, reason, may_wait: isHeld });
    };
    if (!(await formDialog(form, send, (error) => problem(error, this.desk.agent)))) return;
    this.#found.hidden = true;
    tell(t("erasure.done", done));
    this.desk.refetch();
    await this.#load();
  }

  async #load() {
    try {
      const { erasures } = await this.desk.api.get("/erasures");
      this.#rows.replaceChildren(...erasures.map(row));
      this.#state.textContent = erasures.length ? "" : t("erasure.none");
    } catch (error) {
      this.#state.textContent = explain(error);
    }
  }
}

function row({ conversation_id: id, asked_by: name, is_own: isOwn, reason, asked_at: asked, done_at: done, held_by: held }) {
  const waits = held.length ? t("erasure.waits_for", { numbers: held.join(", ") }) : t("erasure.soon");
  return el(
    "tr",
    {},
    el("td", {}, dateAndTime(asked)),
    el("td", {}, isOwn ? t("author.customer") : name),
    el("td", {}, el("code", {}, id.slice(0, 12))),
    el("td", {}, reason),
    el("td", {}, done ? t("erasure.done_at", { at: dateAndTime(done) }) : waits),
  );
}

/** Where a ticket's customer can be erased. */
export const erasureHref = (number) => pageHref("erasure", { ticket: number });

customElements.define("desk-erasure", DeskErasure);
