/** <desk-page>: one page beside the inbox, fetched when it is first opened; what it shows is its module's. */
import { el } from "../../shared/dom.js";
import { t } from "../words/i18n.js";
import { findPage } from "./pages.js";
import { View } from "./view.js";

class DeskPage extends View {
  #shown = "";
  #content = null;
  /** Counts what was asked for: a module that arrives late is not shown over a newer page. */
  #asked = 0;

  /** @type {import("../model/desk.js").Desk} */
  desk;

  /** @param {{page: string, query: URLSearchParams}} address */
  async show({ page: path, query }) {
    const found = findPage(path);
    const isAllowed = found?.page.roles.includes(this.desk.agent.role);
    const asked = ++this.#asked;
    if (!isAllowed) return this.#say(t(found ? "page.not_yours" : "page.missing"));
    const { page, rest } = found;
    const place = { rest, query };
    if (this.#shown === page.route && typeof this.#content?.moved === "function") return this.#content.moved(place);
    try {
      const { default: made } = await page.load();
      if (asked === this.#asked) this.#put(page, make(made, this.desk, place));
    } catch (error) {
      console.error(error);
      if (asked === this.#asked) this.#say(t("page.failed"));
    }
  }

  #put(page, content) {
    const isNew = this.#shown !== page.route;
    this.#shown = page.route;
    this.#content = content;
    const heading = el("h2", { tabindex: -1 }, t(page.title));
    const back = el("a", { href: "#/", class: "page-back" }, t("page.back"));
    this.replaceChildren(el("main", { class: "page" }, el("header", { class: "page-head" }, back, heading), content));
    if (isNew) heading.focus();
  }

  #say(text) {
    this.#shown = "";
    const back = el("p", {}, el("a", { href: "#/" }, t("page.back")));
    this.replaceChildren(el("main", { class: "blank" }, el("p", { role: "status" }, text), back));
  }
}

function make(made, desk, place) {
  if (made.prototype instanceof HTMLElement) return Object.assign(new made(), { desk, place });
  return made(desk, place);
}

customElements.define("desk-page", DeskPage);
