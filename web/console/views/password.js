/** <desk-password>: my own password, changed by the one I have now; my other sessions end. */
import { attribute, el } from "../../shared/dom.js";
import { t } from "../words/i18n.js";
import { tell } from "./announcer.js";
import { explain } from "./explain.js";
import { loginInput, NewPassword, passwordField, passwordInput } from "./new-password.js";
import { View } from "./view.js";

class DeskPassword extends View {
  /** @type {import("../model/desk.js").Desk} */
  desk;

  connectedCallback() {
    const alert = el("p", { class: "form-message", role: "alert", id: "password-message" });
    const button = el("button", { name: "change-password" }, t("password.submit"));
    const { login } = this.desk.agent;
    const current = passwordInput("current", "current-password", alert.id);
    const chosen = new NewPassword(login, alert.id);
    const form = el(
      "form",
      { class: "panel security", novalidate: true },
      el("h3", {}, t("password.heading")),
      el("p", {}, t("password.why")),
      loginInput(login, { hidden: true }),
      passwordField(t("password.current"), current),
      ...chosen.fields,
      alert,
      el("p", { class: "buttons" }, button),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (button.getAttribute("aria-disabled")) return;
      alert.textContent = current.value ? chosen.check() : t("password.current_needed");
      if (!current.value) current.focus();
      if (alert.textContent) return;
      attribute(button, "aria-disabled", "true");
      try {
        await this.desk.api.send("POST", "/me/password", { current: current.value, password: chosen.value });
        form.reset();
        tell(t("password.changed"));
      } catch (error) {
        alert.textContent = explain(error);
        current.select();
      } finally {
        attribute(button, "aria-disabled", null);
      }
    });
    this.replaceChildren(form);
  }
}

customElements.define("desk-password", DeskPassword);
