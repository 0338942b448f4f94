/** <desk-sign-in>: login and password, then a code where there is one; what went wrong, and the wait asked for. */
import { el } from "../../shared/dom.js";
import { counted, t } from "../words/i18n.js";
import { languageSwitch } from "./language-switch.js";
import { View } from "./view.js";

class DeskSignIn extends View {
  #form = null;
  #password = null;
  #code = null;
  #message = null;
  #button = null;
  #waitTimer = 0;
  #isBusy = false;

  /** @type {import("../model/desk.js").Desk} */
  desk;

  connectedCallback() {
    this.#message = el("p", { class: "form-message", role: "alert", id: "sign-in-message" });
    this.#button = el("button", { name: "sign-in", type: "submit", class: "primary" }, t("signin.submit"));
    this.#password = el(
      "div",
      { class: "sign-in-step" },
      field("login", t("signin.login"), { type: "text", autocomplete: "username", autocapitalize: "none" }),
      field("password", t("signin.password"), { type: "password", autocomplete: "current-password" }),
    );
    const code = { type: "text", autocomplete: "one-time-code", autocapitalize: "none", spellcheck: "false" };
    this.#code = el(
      "div",
      { class: "sign-in-step", hidden: true },
      el("p", {}, t("signin.code_intro")),
      field("code", t("signin.code"), code),
    );
    this.#form = el(
      "form",
      { class: "sign-in", novalidate: true, onsubmit: (event) => this.#submit(event) },
      el("h1", {}, t("signin.heading")),
      this.desk.hasExpired && el("p", { class: "notice" }, t("signin.expired")),
      this.#password,
      this.#code,
      this.#message,
      this.#button,
    );
    this.replaceChildren(el("main", { class: "sign-in-page" }, this.#form, languageSwitch()));
    this.#form.elements.login.focus();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#waitTimer);
  }

  async #submit(event) {
    event.preventDefault();
    const { login, password, code } = this.#form.elements;
    const asked = this.#code.hidden ? [login, password] : [code];
    const empty = asked.find((input) => !input.value.trim());
    if (empty) return empty.focus();
    if (this.#isBusy) return;
    this.#setBusy(true, t("signin.busy"));
    this.#message.textContent = "";
    try {
      await this.desk.signIn(login.value.trim(), password.value, code.value.trim());
    } catch (error) {
      this.#setBusy(false, t("signin.submit"));
      if (error.code === "code_needed") this.#askForCode();
      else this.#explain(error);
    }
  }

  #askForCode() {
    this.#password.hidden = true;
    this.#code.hidden = false;
    this.#form.elements.code.focus();
  }

  #explain(error) {
    const { password, code } = this.#form.elements;
    if (error.status === 429) return this.#wait(Math.ceil((error.retryAfterMs || 30_000) / 1_000));
    this.#message.textContent = refusal(error);
    if (error.status !== 401) return;
    const wrong = error.code === "wrong_sign_in_code" ? code : password;
    this.#password.hidden = wrong === code;
    this.#code.hidden = wrong !== code;
    code.value = "";
    wrong.value = "";
    wrong.focus();
  }

  /** The whole sentence is announced once; only the number changes after that. */
  #wait(seconds) {
    const endsAt = Date.now() + seconds * 1_000;
    const tick = () => {
      const left = Math.ceil((endsAt - Date.now()) / 1_000);
      this.#message.textContent = left > 0 ? counted("signin.wait", left) : "";
      if (left > 0) return;
      clearInterval(this.#waitTimer);
      this.#message.setAttribute("aria-live", "assertive");
      this.#setBusy(false, t("signin.submit"));
    };
    this.#setBusy(true, t("signin.submit"));
    tick();
    this.#message.setAttribute("aria-live", "off");
    this.#waitTimer = setInterval(tick, 1_000);
  }

  #setBusy(isBusy, text) {
    this.#isBusy = isBusy;
    this.#button.setAttribute("aria-disabled", String(isBusy));
    this.#button.textContent = text;
  }
}

function refusal(error) {
  if (error.code === "wrong_sign_in_code") return t("signin.wrong_code");
  if (error.status === 401) return t("signin.wrong");
  if (error.status === 0) return t("signin.unreachable");
  return t("signin.failed", { detail: error.detail || error.code });
}

function field(name, text, attributes) {
  const input = el("input", { name, id: name, required: true, "aria-describedby": "sign-in-message", ...attributes });
  return el("p", { class: "field" }, el("label", { for: name }, text), input);
}

customElements.define("desk-sign-in", DeskSignIn);
