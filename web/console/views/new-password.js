/** Fields for passwords, and a new one typed twice: checked here by the desk's own rules. */
import { el } from "../../shared/dom.js";
import { t } from "../words/i18n.js";

const SHORTEST = 12;

/** @param {string} alertId of what says what is wrong */
export const passwordInput = (name, autocomplete, alertId) =>
  el("input", { type: "password", name, id: `password-${name}`, autocomplete, "aria-describedby": alertId });

export const passwordField = (text, input, hint) =>
  el("p", { class: "field" }, el("label", { for: input.id }, text), input, hint && el("span", { class: "hint" }, hint));

/** Whose password it is, for the browser's own store of passwords. */
export const loginInput = (login, attributes = {}) =>
  el("input", { type: "text", name: "login", id: "password-login", autocomplete: "username", readonly: true, value: login, ...attributes });

export class NewPassword {
  #login;
  #first;
  #second;

  constructor(login, alertId) {
    this.#login = login;
    [this.#first, this.#second] = ["password", "again"].map((name) => passwordInput(name, "new-password", alertId));
    this.fields = [
      passwordField(t("invite.password"), this.#first, t("invite.rule", { n: SHORTEST })),
      passwordField(t("invite.again"), this.#second),
    ];
  }

  get value() {
    return this.#first.value;
  }

  focus() {
    this.#first.focus();
  }

  /** @returns {string} what is wrong, with the focus where it is put right; "" when nothing is */
  check() {
    const wrong = this.#fault();
    if (wrong) (this.#first.value === this.#second.value ? this.#first : this.#second).focus();
    return wrong;
  }

  #fault() {
    const first = this.#first.value;
    if ([...first].length < SHORTEST) return t("invite.rule", { n: SHORTEST });
    if ([this.#login, this.#login.split("@")[0]].includes(first.trim().toLowerCase())) return t("invite.is_login");
    return first === this.#second.value ? "" : t("invite.differ");
  }
}
