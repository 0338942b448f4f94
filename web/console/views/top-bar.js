/** <desk-top-bar>: whose desk this is, the language, the key sheet and the way out. */
import { el } from "../../shared/dom.js";
import { t } from "../words/i18n.js";
import { announce } from "./announcer.js";
import { explain } from "./explain.js";
import { showHelp } from "./help-sheet.js";
import { languageSwitch } from "./language-switch.js";
import { View } from "./view.js";

class DeskTopBar extends View {
  /** @type {import("../model/desk.js").Desk} */
  desk;

  connectedCallback() {
    const help = { type: "button", class: "quiet", name: "help", "aria-label": t("app.help"), onclick: showHelp };
    const leave = { type: "button", class: "quiet", name: "sign-out", onclick: () => this.#signOut() };
    this.replaceChildren(
      el(
        "header",
        { class: "top-bar" },
        el("h1", {}, t("app.title")),
        el("span", { class: "top-agent" }, this.desk.agent.name),
        languageSwitch(),
        el("button", help, "?"),
        el("button", leave, t("app.sign_out")),
      ),
    );
  }

  async #signOut() {
    try {
      await this.desk.signOut();
    } catch (error) {
      announce(explain(error));
    }
  }
}

customElements.define("desk-top-bar", DeskTopBar);
