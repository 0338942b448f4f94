/** <desk-policies>: the service levels in force with their calendars, a preview, and a text checked before it is used. */
import { PRIORITIES } from "../model/inbox.js";
import { el } from "../../shared/dom.js";
import { fullTime } from "../words/format.js";
import { label, t } from "../words/i18n.js";
import { tell } from "./announcer.js";
import { explain } from "./explain.js";
import { View } from "./view.js";

const DUE = ["first_response_due_at", "next_response_due_at", "resolution_due_at", "hard_limit_at"];

export default class DeskPolicies extends View {
  #running = el("div", { class: "panel" });
  #text = el("textarea", { id: "policies-text", name: "policies", rows: 12, spellcheck: "false", class: "code" });
  #checked = el("p", { role: "status" });
  #due = el("div", { role: "status" });
  #form = el("form", { class: "toolbar" });

  /** @type {import("../model/desk.js").Desk} */
  desk;

  connectedCallback() {
    const reload = { type: "button", name: "reload", onclick: () => this.#reload() };
    const check = { type: "button", name: "check", onclick: () => this.#check() };
    this.#form.append(
      choice("case", []),
      choice("priority", PRIORITIES.map((name) => [name, name]), "P3"),
      choice("language", [["en", "English"], ["zh", "中文"]]),
      choice("customer", ["anonymous", "verified"].map((name) => [name, t(`policies.${name}`)])),
      moment(),
      el("button", { type: "submit", class: "primary", name: "preview" }, t("policies.preview")),
    );
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#preview();
    });
    this.replaceChildren(
      el("section", { class: "panel", "aria-label": t("policies.preview_heading") },
        el("h3", {}, t("policies.preview_heading")), el("p", { class: "muted" }, t("policies.preview_text")), this.#form, this.#due),
      el("section", { class: "panel", "aria-label": t("policies.check_heading") },
        el("h3", {}, t("policies.check_heading")),
        el("p", { class: "field" }, el("label", { for: "policies-text" }, t("policies.check_text")), this.#text),
        el("p", {}, el("button", check, t("policies.check"))),
        this.#checked),
      el("p", { class: "toolbar" }, el("h3", {}, t("policies.running")), el("span", { class: "spacer" }), el("button", reload, t("policies.reload"))),
      this.#running,
    );
    this.#load();
  }

  async #load() {
    try {
      const running = await this.desk.api.get("/policies");
      const cases = running.cases.map((name) => el("option", { value: name }, label("case", name)));
      this.#form.querySelector("[name=case]").replaceChildren(...cases);
      this.#show(running);
    } catch (error) {
      this.#running.replaceChildren(el("p", {}, explain(error)));
    }
  }

  async #reload() {
    try {
      this.#show(await this.desk.api.send("POST", "/policies/reload"));
      tell(t("policies.reloaded"));
    } catch (error) {
      this.#running.prepend(el("p", { class: "notice", role: "alert" }, `${explain(error)} ${t("policies.stays")}`));
    }
  }

  async #check() {
    this.#checked.className = "";
    try {
      const { rules, calendars } = await this.desk.api.send("POST", "/policies/check", { text: this.#text.value });
      this.#checked.textContent = t("policies.fine", { rules: rules.length, calendars: calendars.length });
    } catch (error) {
      this.#checked.className = "notice";
      this.#checked.textContent = explain(error);
      this.#mark(Number(/line (\d+)/.exec(error.detail)?.[1] ?? 0));
    }
  }

  /** Select the line that is wrong. */
  #mark(line) {
    if (!line) return;
    const lines = this.#text.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    this.#text.focus();
    this.#text.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  }

  async #preview() {
    const { opened_at: at, ...asked } = Object.fromEntries(new FormData(this.#form));
    const text = this.#text.value.trim() ? { text: this.#text.value } : {};
    const body = { ...asked, ...text, ...(at && { opened_at: new Date(at).toISOString() }) };
    try {
      const due = await this.desk.api.send("POST", "/policies/preview", body);
      const line = (name) => [el("dt", {}, t(`policies.${name}`)), el("dd", {}, fullTime(due[name]))];
      const source = t(text.text ? "policies.by_text" : "policies.by_running", due);
      this.#due.replaceChildren(el("dl", { class: "due-list" }, DUE.filter((name) => due[name]).map(line)), el("p", { class: "muted" }, source));
    } catch (error) {
      this.#due.replaceChildren(el("p", { class: "notice" }, explain(error)));
    }
  }

  #show({ text, calendars }) {
    this.#running.replaceChildren(
      el("pre", { class: "policy-text", tabindex: 0, "aria-label": t("policies.running") }, numbered(text)),
      el("h3", {}, t("policies.calendars")),
      el("ul", {}, calendars.map(calendar)),
    );
  }
}

function choice(name, options, value = options[0]?.[0]) {
  const select = el("select", { id: `policies-${name}`, name }, options.map(([key, text]) => el("option", { value: key }, text)));
  if (value) select.value = value;
  return el("p", { class: "field" }, el("label", { for: select.id }, t(`policies.${name}`)), select);
}

const moment = () =>
  el(
    "p",
    { class: "field" },
    el("label", { for: "policies-opened" }, t("policies.opened_at")),
    el("input", { type: "datetime-local", id: "policies-opened", name: "opened_at" }),
  );

const numbered = (text) =>
  text
    .trimEnd()
    .split("\n")
    .map((line, i) => `${String(i + 1).padStart(3)}  ${line}`)
    .join("\n");

function calendar({ name, zone, week, holidays }) {
  const hours = week
    ? Object.entries(week)
        .filter(([, windows]) => windows.length)
        .map(([day, windows]) => `${t(`weekday.${day}`)} ${windows.join(", ")}`)
        .join(" · ")
    : t("policies.always");
  const days = holidays.length ? ` · ${t("policies.holidays")}: ${holidays.join(", ")}` : "";
  return el("li", {}, el("strong", {}, name), ` (${zone}): ${hours}${days}`);
}

customElements.define("desk-policies", DeskPolicies);
