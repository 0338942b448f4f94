/** <desk-top-bar>: the pages, whose desk this is, whether they are there, the language, the key sheet, the way out. */
import { parse } from "../model/route.js";
import { attribute, el } from "../../shared/dom.js";
import { t } from "../words/i18n.js";
import { announce } from "./announcer.js";
import { explain } from "./explain.js";
import { showHelp } from "./help-sheet.js";
import { languageSwitch } from "./language-switch.js";
import { menuButton } from "./menu.js";
import { findPage, pagesFor } from "./pages.js";
import { View } from "./view.js";

class DeskTopBar extends View {
  #presence = el("button", { type: "button", class: "quiet presence", name: "presence" });

  /** @type {import("../model/desk.js").Desk} */
  desk;

  connectedCallback() {
    const { presence, agent } = this.desk;
    const help = { type: "button", class: "quiet", name: "help", "aria-label": t("app.help"), onclick: showHelp };
    const leave = { type: "button", class: "quiet", name: "sign-out", onclick: () => this.#signOut() };
    this.replaceChildren(
      el(
        "header",
        { class: "top-bar" },
        el("h1", {}, t("app.title")),
        el("nav", { class: "top-pages", "aria-label": t("page.menu") }, this.#pages()),
        el("span", { class: "top-agent" }, agent.name),
        this.#presence,
        languageSwitch(),
        el("button", help, "?"),
        el("button", leave, t("app.sign_out")),
      ),
    );
    this.#presence.addEventListener("click", () => this.#switch());
    this.listen(presence, "change", () => this.#showPresence());
    this.#showPresence();
  }

  #pages() {
    return menuButton(t("page.menu"), { name: "pages", class: "quiet" }, () => {
      const here = parse(location.hash).page;
      const current = findPage(here)?.page;
      const inbox = { name: "page-inbox", text: t("page.inbox"), href: "#/", isCurrent: !here };
      const items = pagesFor(this.desk.agent).map((page, place, all) => ({
        name: `page-${page.route.replaceAll("/", "-")}`,
        text: t(page.title),
        href: `#/${page.route}`,
        isCurrent: page === current,
        isFirst: page.group !== all[place - 1]?.group,
      }));
      return [inbox, ...items];
    });
  }

  #switch() {
    const { presence } = this.desk;
    presence.choose(presence.chosen === "online" ? "away" : "online");
    this.#showPresence();
    announce(t(`presence.${presence.status}_now`));
  }

  #showPresence() {
    const { status, isIdle, chosen } = this.desk.presence;
    this.#presence.dataset.status = status;
    this.#presence.textContent = t(isIdle && chosen === "online" ? "presence.idle" : `presence.${status}`);
    attribute(this.#presence, "title", t(`presence.${status}_title`));
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
