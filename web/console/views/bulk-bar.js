/** <desk-bulk-bar>: how many rows are selected, what can be done to all of them, and what came of it. */
import { attribute, el } from "../../shared/dom.js";
import { counted, t } from "../words/i18n.js";
import { announce, tell } from "./announcer.js";
import { confirm } from "./confirm.js";
import { explain } from "./explain.js";
import { formDialog } from "./form-dialog.js";
import { choose, note, queueOptions, tagsIn } from "./form-fields.js";
import { View } from "./view.js";

const ACTIONS = ["assign_to_me", "transfer", "tag", "resolve"];

class DeskBulkBar extends View {
  #count = el("strong", { class: "bulk-count" });
  #buttons = new Map();
  #bar = null;
  #outcome = el("div", { class: "bulk-outcome", role: "status" });

  /** @type {import("../model/desk.js").Desk} */
  desk;

  connectedCallback() {
    const { selection } = this.desk;
    for (const action of ACTIONS) {
      const button = { type: "button", name: `bulk-${action}`, onclick: () => this.#do(action) };
      this.#buttons.set(action, el("button", button, t(`bulk.${action}`)));
    }
    const clear = { type: "button", class: "quiet", name: "bulk-clear", onclick: () => selection.clear() };
    this.#bar = el(
      "div",
      { class: "bulk-bar", role: "toolbar", "aria-label": t("bulk.label") },
      this.#count,
      el("button", clear, t("bulk.clear")),
      el("div", { class: "bulk-actions" }, [...this.#buttons.values()]),
    );
    this.replaceChildren(this.#bar, this.#outcome);
    this.listen(selection, "change", () => {
      this.#outcome.replaceChildren();
      this.#render();
    });
    this.#render();
  }

  /** Select the row that has the focus, or let it go. */
  toggleFocused(isRange) {
    const row = document.activeElement?.closest?.("li")?.querySelector("a[data-ticket]");
    if (!row) return tell(t("bulk.focus_first"));
    this.desk.selection.toggle(row.dataset.ticket, isRange);
    announce(counted("bulk.selected", this.desk.selection.size));
    return undefined;
  }

  #render() {
    const { selection } = this.desk;
    for (const box of document.querySelectorAll("input[name=select]")) box.checked = selection.has(box.dataset.select);
    this.#bar.hidden = !selection.size;
    if (!selection.size) return;
    this.#count.textContent = counted("bulk.selected", selection.size);
    const hasComplaint = selection.rows.some((row) => row.case === "complaint");
    attribute(this.#buttons.get("resolve"), "aria-disabled", hasComplaint && "true");
    attribute(this.#buttons.get("resolve"), "title", hasComplaint && t("bulk.no_complaints"));
  }

  async #do(action) {
    const { selection } = this.desk;
    const { rows } = selection;
    const button = this.#buttons.get(action);
    if (button.getAttribute("aria-disabled")) return tell(button.title || t("why.busy"));
    const change = async (values) => this.#tell(await selection.change(rows, action, values));
    if (action === "transfer" || action === "tag") return this.#ask(action, rows, change);
    const question = counted("bulk.resolve_ask", rows.length);
    const isResolve = action === "resolve";
    if (isResolve && !(await confirm(question, t("bulk.resolve_text"), t("bulk.resolve")))) return undefined;
    for (const each of this.#buttons.values()) attribute(each, "aria-disabled", "true");
    try {
      await change({});
    } catch (error) {
      tell(explain(error));
    } finally {
      for (const each of this.#buttons.values()) attribute(each, "aria-disabled", null);
      this.#render();
      this.#focus(button);
    }
    return undefined;
  }

  /** Back to the button, or to the list when nothing is selected any more. */
  #focus(button) {
    if (this.desk.selection.size) button.focus();
    else document.querySelector("desk-inbox a[data-ticket]")?.focus();
  }

  async #ask(action, rows, change) {
    const fields = action === "transfer" ? [choose("queue", t("side.queue"), queueOptions()), note()] : [tags()];
    const body = (values) => (action === "tag" ? { add: tagsIn(values.tags) } : values);
    const form = { heading: counted(`bulk.${action}_ask`, rows.length), fields, submit: t(`bulk.${action}`) };
    const isSent = await formDialog(form, (values) => change(body(values)));
    if (isSent) this.#focus(this.#buttons.get(action));
  }

  /** "18 done, 2 not", and of each that was refused why, with a way to it. */
  #tell({ done, refused }) {
    if (!refused.length) return tell(counted("bulk.done", done.length));
    const said = [counted("bulk.done", done.length), counted("bulk.refused", refused.length)];
    const line = ({ number, ...error }) =>
      el("li", {}, el("a", { href: `#/tickets/${encodeURIComponent(number)}` }, number), `: ${reason(error)}`);
    const onclick = () => this.#outcome.replaceChildren();
    const close = { type: "button", class: "quiet", name: "bulk-close", onclick };
    this.#outcome.replaceChildren(
      el("p", {}, said.join(" ")),
      el("ul", { class: "changes" }, refused.map(line)),
      el("button", close, t("app.close")),
    );
    return undefined;
  }
}

/** Only what the server says of one ticket; there is no status to speak of. */
function reason({ error: code, detail }) {
  return code === "stale_page" ? t("bulk.changed") : explain({ code, detail });
}

const tags = () => ({ name: "tags", label: t("bulk.tags"), hint: t("form.tags_hint"), isRequired: true });

customElements.define("desk-bulk-bar", DeskBulkBar);

/** The box in front of a row; Shift selects everything from the last one on. */
export function selectBox(desk, row) {
  const { selection } = desk;
  const { number } = row;
  const attributes = { type: "checkbox", name: "select", "data-select": number, "aria-label": t("bulk.select", row) };
  const box = el("input", attributes);
  box.checked = selection.has(number);
  box.addEventListener("click", (event) => selection.toggle(number, event.shiftKey));
  return el("label", { class: "row-select" }, box);
}
