/** <desk-enrol>: who must have a second factor sets it up here, and can do nothing else until then. */
import { el } from "../../shared/dom.js";
import { t } from "../words/i18n.js";
import { announce } from "./announcer.js";
import { explain } from "./explain.js";
import { languageSwitch } from "./language-switch.js";
import "./security.js";
import { make, View } from "./view.js";

class DeskEnrol extends View {
  /** @type {import("../model/desk.js").Desk} */
  desk;

  connectedCallback() {
    const leave = { type: "button", class: "quiet", name: "sign-out", onclick: () => this.#leave() };
    this.replaceChildren(
      el(
        "main",
        { class: "enrol" },
        el("h1", {}, t("enrol.heading")),
        el("p", {}, t("enrol.why")),
        make("desk-security", { desk: this.desk, onDone: () => this.desk.resume() }),
        el("p", { class: "buttons" }, el("button", leave, t("app.sign_out")), languageSwitch()),
      ),
    );
  }

  async #leave() {
    try {
      await this.desk.signOut();
    } catch (error) {
      announce(explain(error));
    }
  }
}

customElements.define("desk-enrol", DeskEnrol);
