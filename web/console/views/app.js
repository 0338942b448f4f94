/** <desk-app>: sign-in or workspace, the address, the keys, and the quiet line that says the stream is down. */
import { Desk } from "../model/desk.js";
import { href, parse } from "../model/route.js";
import { el } from "../../shared/dom.js";
import { counted, language, languageEvents, t } from "../words/i18n.js";
import { announce } from "./announcer.js";
import "./enrol.js";
import { showHelp } from "./help-sheet.js";
import "./inbox.js";
import "./invite.js";
import { listenForKeys } from "./keys.js";
import "./page.js";
import { findPage } from "./pages.js";
import "./sign-in.js";
import "./ticket.js";
import "./top-bar.js";
import { make, View } from "./view.js";

const WIDE = matchMedia("(min-width: 1100px)");
const QUIET_MS = 1_500;

class DeskApp extends View {
  #desk = new Desk();
  #stage = null;
  #page = null;
  #line = null;
  #lineTimer = 0;

  connectedCallback() {
    const desk = this.#desk;
    this.listen(desk, "session", () => this.#render());
    this.listen(desk, "open", () => this.#renderTicket());
    this.listen(desk, "connection", () => this.#showConnection());
    this.listen(desk.inbox, "change", () => this.#title());
    this.listen(desk.inbox, "arrived", (event) => announce(counted("inbox.arrived", event.detail)));
    this.listen(languageEvents, "change", () => this.#render());
    this.listen(window, "hashchange", () => this.#route());
    listenForKeys(this, {
      next: () => this.#move(1),
      previous: () => this.#move(-1),
      open: () => this.#atCases("desk-inbox")?.openCurrent(),
      press: (verb) => this.querySelector("desk-actions")?.press(verb),
      hold: () => this.querySelector("desk-actions")?.pressHold(),
      menu: () => this.querySelector("desk-actions")?.openMenu(),
      claim: () => this.#atCases("desk-list-tools")?.claim(),
      filter: () => this.#atCases("desk-list-tools")?.toggle(),
      search: () => this.#search(),
      go: (view) => this.#go(view),
      pages: () => this.querySelector("button[name=pages]")?.click(),
      macro: () => this.querySelector("desk-composer")?.openMacros(),
      articles: () => this.querySelector("desk-composer")?.openArticles(),
      select: (isRange) => this.#atCases("desk-bulk-bar")?.toggleFocused(isRange),
      write: (mode) => this.querySelector("desk-composer")?.write(mode),
      help: showHelp,
      leave: () => this.#leave(),
    });
    this.#start();
  }

  async #start() {
    try {
      await this.#desk.resume();
    } catch {
      this.replaceChildren(el("p", { class: "blank", role: "status" }, t("app.unreachable")));
      setTimeout(() => this.#start(), 3_000);
    }
  }

  /** What stands on the page: an invite is for whoever holds it, everything else depends on who is signed in. */
  #scene() {
    const { agent } = this.#desk;
    if (parse(location.hash).page.startsWith("invite/")) return "invite";
    return agent ? (agent.mustEnrol ? "enrol" : "desk") : "sign-in";
  }

  #render() {
    document.documentElement.lang = language() === "zh" ? "zh-Hans" : "en";
    const desk = this.#desk;
    const scene = this.#scene();
    this.dataset.scene = scene;
    if (scene !== "desk") {
      this.#stage = null;
      this.replaceChildren(make(`desk-${scene}`, { desk }));
      this.#title();
      return;
    }
    this.#line = el("p", { class: "connection", role: "status", hidden: true }, t("app.reconnecting"));
    this.#stage = el("div", { class: "stage" });
    this.#page = make("desk-page", { desk });
    this.replaceChildren(
      make("desk-top-bar", { desk }),
      this.#line,
      el("main", { class: "workspace" }, make("desk-inbox", { desk }), this.#stage),
      this.#page,
    );
    this.#showConnection();
    this.#route();
    this.#renderTicket();
  }

  #route() {
    if (this.#scene() !== this.dataset.scene) return this.#render();
    if (this.dataset.scene !== "desk") return;
    const address = parse(location.hash);
    const { view, number, filters, page } = address;
    this.dataset.pane = page ? "page" : number ? "ticket" : "list";
    if (page) this.#page.show(address);
    else this.#desk.inbox.show(view, filters);
    this.#desk.look(number);
    this.#title();
  }

  #renderTicket() {
    const { open } = this.#desk;
    this.#stage?.replaceChildren(open ? make("desk-ticket", { desk: this.#desk, open }) : nothingOpen());
  }

  #showConnection() {
    clearTimeout(this.#lineTimer);
    if (!this.#line) return;
    if (this.#desk.live.isUp) this.#line.hidden = true;
    else this.#lineTimer = setTimeout(() => (this.#line.hidden = false), QUIET_MS);
  }

  #title() {
    const { agent, inbox } = this.#desk;
    const { number, page } = parse(location.hash);
    const name = page ? t(findPage(page)?.page.title ?? "app.title") : number;
    const title = agent && name ? `${name} · ${t("app.title")}` : t("app.title");
    const n = agent ? inbox.counts.unassigned : 0;
    document.title = n ? t("app.unassigned_title", { n, title }) : title;
  }

  /** An element of the inbox, unless a page stands in its place. */
  #atCases(tag) {
    return this.dataset.pane === "page" ? null : this.querySelector(tag);
  }

  /** In two panes the mark moves through the list; in one pane the next case is opened at once. */
  #move(step) {
    if (this.dataset.pane === "page") return;
    const inbox = this.querySelector("desk-inbox");
    const isHidden = !WIDE.matches && this.dataset.pane === "ticket";
    if (isHidden) inbox?.openBeside(step);
    else inbox?.move(step);
  }

  /** In one pane the list is shown first. */
  #search() {
    if (!WIDE.matches && this.dataset.pane === "ticket") this.#leave();
    this.#atCases("desk-list-tools")?.search();
  }

  #go(view) {
    const { number, filters } = parse(location.hash);
    location.hash = href({ view, number: WIDE.matches ? number : "", filters });
  }

  #leave() {
    const { view, number, filters } = parse(location.hash);
    if (!number) return;
    location.hash = href({ view, filters });
    this.#route();
    this.querySelector("desk-inbox")?.focusRow(number);
  }
}

const nothingOpen = () =>
  el("div", { class: "blank" }, el("p", {}, t("empty.choose")), el("p", { class: "muted" }, t("empty.choose_hint")));

customElements.define("desk-app", DeskApp);
