/**
 * <desk-composer>: a reply to the customer or a note for colleagues, each with its own draft. Enter is a new line,
 * Ctrl+Enter sends. The text stays until the desk has it.
 */
import { placeholders } from "../model/macros.js";
import { isHeld, rights } from "../model/rights.js";
import { attribute, el } from "../../shared/dom.js";
import { counted, t } from "../words/i18n.js";
import { announce, tell } from "./announcer.js";
import { showArticles } from "./articles.js";
import { explain } from "./explain.js";
import { sendKey } from "./help-sheet.js";
import "./macro-attached.js";
import { pickMacro, placeholderName } from "./macro-picker.js";
import { make, View } from "./view.js";

const MODES = ["reply", "note"];
const MOST = 4_000;
const COUNTED_LAST = 400;
const TYPING_EVERY_MS = 3_000;

class DeskComposer extends View {
  #mode = "reply";
  #form = null;
  #text = null;
  #button = null;
  #line = null;
  #count = null;
  #tabs = new Map();
  #typingAt = 0;

  /** @type {import("../model/desk.js").Desk} */
  desk;
  /** @type {import("../model/open-ticket.js").OpenTicket} */
  open;

  connectedCallback() {
    this.#build();
    this.listen(this.open, "change", () => this.#render());
    this.listen(this.desk.outgoing, "change", () => this.#render());
    this.listen(this.desk.draftSync, "adopted", (event) => event.detail === this.open.number && this.#adopt());
    this.#choose("reply");
  }

  /** Start writing in one mode; the cursor goes to the end of the draft. */
  write(mode) {
    this.#choose(mode);
    this.#text.focus();
    this.#text.setSelectionRange(this.#text.value.length, this.#text.value.length);
  }

  /** Choose a macro: its text goes where the cursor is, and what else it does beside it. */
  async openMacros() {
    if (!this.open.ticket) return;
    this.#choose("reply");
    try {
      const macro = await pickMacro(this.desk);
      if (!macro || !this.isConnected) return;
      this.desk.attached.addEffects(this.open.number, macro);
      this.#insert(macro.text);
    } catch (error) {
      tell(explain(error));
    }
  }

  async openArticles() {
    if (!this.open.ticket) return;
    if (await showArticles(this.desk)) this.write("reply");
  }

  /** As if it were typed; what the agent must fill in is selected. */
  #insert(text) {
    const { selectionStart: from, selectionEnd: to } = this.#text;
    this.#text.setRangeText(text, from, to, "end");
    this.#typed();
    this.#text.focus();
    const [left] = placeholders(this.#text.value);
    if (left) this.#text.setSelectionRange(left.start, left.end);
  }

  #build() {
    for (const mode of MODES) this.#tabs.set(mode, this.#tab(mode));
    this.#text = el("textarea", {
      name: "composer",
      rows: 3,
      "aria-describedby": "composer-line composer-keys",
      oninput: () => this.#typed(),
      onkeydown: (event) => this.#key(event),
    });
    this.#line = el("p", { class: "composer-line", id: "composer-line", role: "status" });
    this.#count = el("span", { class: "composer-count" });
    this.#button = el("button", { type: "submit", class: "primary" });
    const submit = (event) => {
      event.preventDefault();
      this.#send();
    };
    this.#form = el(
      "form",
      { class: "composer", onsubmit: submit },
      el("div", { class: "tabs", role: "tablist", "aria-label": t("composer.label") }, [...this.#tabs.values()]),
      el("div", { class: "composer-panel", role: "tabpanel", id: "composer-panel" }, this.#text, this.#line),
      make("desk-attached", { desk: this.desk, open: this.open }),
      el(
        "div",
        { class: "composer-foot" },
        tool("macro", () => this.openMacros()),
        tool("articles", () => this.openArticles()),
        el("span", { class: "muted", id: "composer-keys" }, t("composer.keys", { key: sendKey })),
        this.#count,
        this.#button,
      ),
    );
    this.replaceChildren(this.#form);
  }

  #tab(mode) {
    const turn = (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const other = mode === "reply" ? "note" : "reply";
      this.#choose(other);
      this.#tabs.get(other).focus();
    };
    const attributes = {
      type: "button",
      role: "tab",
      id: `${mode}-tab`,
      name: `${mode}-tab`,
      "aria-controls": "composer-panel",
    };
    return el("button", { ...attributes, onclick: () => this.write(mode), onkeydown: turn }, t(`composer.${mode}_tab`));
  }

  #choose(mode) {
    this.#mode = mode;
    for (const [name, tab] of this.#tabs) {
      attribute(tab, "aria-selected", String(name === mode));
      attribute(tab, "tabindex", name === mode ? 0 : -1);
    }
    this.#form.dataset.mode = mode;
    this.#form.querySelector("[role=tabpanel]").setAttribute("aria-labelledby", `${mode}-tab`);
    this.#text.placeholder = t(`composer.${mode}_placeholder`);
    attribute(this.#text, "aria-label", t(`composer.${mode}_placeholder`));
    this.#text.value = this.desk.drafts.text(this.open.number, mode);
    this.#button.name = mode;
    this.#render();
  }

  /** Another computer's draft, unless this one has something of its own. */
  #adopt() {
    const kept = this.desk.drafts.text(this.open.number, this.#mode);
    if (this.#text.value !== kept) this.#text.value = kept;
    this.#render();
  }

  #typed() {
    const { desk, open } = this;
    desk.drafts.write(open.number, this.#mode, this.#text.value);
    desk.draftSync.changed(open.number, this.#mode);
    desk.company?.typed();
    desk.outgoing.forget(open.number, this.#mode);
    this.#render();
    const mayBeSeen = this.#mode === "reply" && open.ticket && isHeld(open.ticket, desk.agent);
    if (!mayBeSeen || Date.now() - this.#typingAt < TYPING_EVERY_MS) return;
    this.#typingAt = Date.now();
    desk.api.act(open.number, "typing").catch(() => {});
  }

  #key(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  /** Why the text cannot be sent now, as a sentence, or "". */
  #obstacle() {
    const { ticket } = this.open;
    const key = ticket && this.desk.agent ? rights(ticket, this.desk.agent)[this.#mode] : "why.busy";
    return key ? t(key) : this.#unfilled();
  }

  /** A placeholder of a macro that still stands in a reply, as a sentence, or "". */
  #unfilled() {
    const left = this.#mode === "reply" ? placeholders(this.#text.value) : [];
    const names = [...new Set(left.map(({ name }) => placeholderName(name)))];
    return names.length ? t("composer.unfilled", { names: names.join(", ") }) : "";
  }

  #render() {
    const { isSending, attempt, error } = this.desk.outgoing.state(this.open.number, this.#mode);
    const obstacle = this.#obstacle();
    const over = excess(this.#text.value);
    this.#text.readOnly = isSending;
    const sending = attempt > 1 ? "composer.again" : "composer.sending";
    this.#button.textContent = t(isSending ? sending : `composer.${this.#mode}`);
    attribute(this.#button, "aria-disabled", Boolean(isSending || obstacle || over > 0) && "true");
    attribute(this.#line, "data-failed", Boolean(error));
    const line = error ? refusal(error) : obstacle;
    if (this.#line.textContent !== line) this.#line.textContent = line;
    this.#count.textContent = over > 0 ? counted("composer.over", over) : counted("composer.left", -over);
    this.#count.hidden = over < -COUNTED_LAST;
  }

  async #send() {
    const mode = this.#mode;
    const text = this.#text.value;
    const obstacle = this.#obstacle() || fault(text);
    if (obstacle) return announce(obstacle);
    if (!(await this.desk.send(mode, text))) return undefined;
    announce(t(mode === "reply" ? "composer.sent" : "composer.noted"));
    if (this.isConnected && this.#mode === mode) this.#text.value = this.desk.drafts.text(this.open.number, mode);
    this.#render();
    return undefined;
  }
}

function tool(name, onclick) {
  const button = { type: "button", class: "quiet", name: `composer-${name}`, title: t(`composer.${name}_title`) };
  return el("button", { ...button, onclick }, t(`composer.${name}`));
}

/** Code points beyond what the desk takes. */
const excess = (text) => [...text].length - MOST;

function fault(text) {
  if (!text.trim()) return t("composer.empty");
  return excess(text) > 0 ? counted("composer.over", excess(text)) : "";
}

/** Whether the message arrived is unknown after a passing failure; otherwise the server said why not. */
function refusal(error) {
  if (error.isTransient) return t("composer.unsure");
  return t("composer.refused", { detail: error.status === 401 ? "" : explain(error) });
}

customElements.define("desk-composer", DeskComposer);
