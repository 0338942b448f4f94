/** <desk-invite>: whoever holds a link sets the password it is for. The token stands behind `#`, so no log has it. */
import { parse } from "../model/route.js";
import { attribute, el } from "../../shared/dom.js";
import { calendarDate, hourAndMinute } from "../words/format.js";
import { t } from "../words/i18n.js";
import { tell } from "./announcer.js";
import { explain } from "./explain.js";
import { languageSwitch } from "./language-switch.js";
import { loginInput, NewPassword, passwordField } from "./new-password.js";
import { View } from "./view.js";

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
    const chosen = new NewPassword(login, alert.id);
    const form = el(
      "form",
      { class: "sign-in-step", novalidate: true },
      el("h1", {}, t(`invite.${kind}`, { name })),
      el("p", { class: "muted" }, t("invite.until", { time: `${calendarDate(until)}, ${hourAndMinute(until)}` })),
      passwordField(t("signin.login"), loginInput(login)),
      ...chosen.fields,
      alert,
      button,
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (button.getAttribute("aria-disabled")) return;
      alert.textContent = chosen.check();
      if (alert.textContent) return;
      attribute(button, "aria-disabled", "true");
      try {
        await this.desk.api.useLink(token, chosen.value);
        tell(t("invite.done"));
        location.hash = "#/";
      } catch (error) {
        alert.textContent = explain(error);
        attribute(button, "aria-disabled", null);
      }
    });
    this.#box.replaceChildren(form);
    chosen.focus();
  }
}

const out = () => el("a", { href: "#/" }, t("invite.sign_in"));

customElements.define("desk-invite", DeskInvite);
