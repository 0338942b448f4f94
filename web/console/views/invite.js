/** <desk-invite>: whoever holds a link sets the password it is for. The token stands behind `#`, so no log has it. */
import { parse } from "../model/route.js";
import { attribute, el } from "../../shared/dom.js";
import { calendarDate, hourAndMinute } from "../words/format.js";
import { t } from "../words/i18n.js";
import { tell } from "./announcer.js";
import { explain } from "./explain.js";
import { languageSwitch } from "./language-switch.js";
import { View } from "./view.js";

const SHORTEST = 12;

class DeskInvite extends View {
  #box = el("div", { class: "sign-in" });

  /** @type {import("../model/desk.js").Desk} */
  desk;

  async connectedCallback() {
    this.replaceChildren(el("main", { class: "sign-in-page" }, this.#box, languageSwitch()));
    const token = parse(location.hash).page.slice("invite/".length);
    try {
      this.#ask(token, await this.desk.api.lookAtLink(token));
    } catch (error) {
      this.#box.replaceChildren(el("h1", {}, t("invite.heading")), el("p", { role: "alert" }, explain(error)), out());
    }
  }

  #ask(token, { login, name, kind, expires_at: until }) {
    const alert = el("p", { class: "form-message", role: "alert", id: "invite-message" });
    const button = el("button", { type: "submit", class: "primary", name: "set-password" }, t("invite.submit"));
    const attributes = { type: "text", name: "login", id: "invite-login", autocomplete: "username", readonly: true };
    const user = el("input", { ...attributes, value: login });
    const [first, second] = ["password", "again"].map((key) => password(key));
    const form = el(
      "form",
      { class: "sign-in-step", novalidate: true },
      el("h1", {}, t(`invite.${kind}`, { name })),
      el("p", { class: "muted" }, t("invite.until", { time: `${calendarDate(until)}, ${hourAndMinute(until)}` })),
      field(t("signin.login"), user),
      field(t("invite.password"), first, t("invite.rule", { n: SHORTEST })),
      field(t("invite.again"), second),
      alert,
      button,
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (button.getAttribute("aria-disabled")) return;
      alert.textContent = fault(login, first.value, second.value);
      if (alert.textContent) return (first.value === second.value ? first : second).focus();
      attribute(button, "aria-disabled", "true");
      try {
        await this.desk.api.useLink(token, first.value);
        tell(t("invite.done"));
        location.hash = "#/";
      } catch (error) {
        alert.textContent = explain(error);
        attribute(button, "aria-disabled", null);
      }
    });
    this.#box.replaceChildren(form);
    first.focus();
  }
}

function fault(login, first, second) {
  if ([...first].length < SHORTEST) return t("invite.rule", { n: SHORTEST });
  if ([login, login.split("@")[0]].includes(first.trim().toLowerCase())) return t("invite.is_login");
  return first === second ? "" : t("invite.differ");
}

const out = () => el("a", { href: "#/" }, t("invite.sign_in"));

function password(key) {
  const attributes = { type: "password", autocomplete: "new-password", "aria-describedby": "invite-message" };
  return el("input", { name: key, id: `invite-${key}`, ...attributes });
}

const field = (text, input, hint) =>
  el("p", { class: "field" }, el("label", { for: input.id }, text), input, hint && el("span", { class: "hint" }, hint));

customElements.define("desk-invite", DeskInvite);
