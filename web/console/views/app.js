/** <desk-app>: sign-in or workspace, the address, the keys, and the quiet line that says the stream is down. */
import { Desk } from "../model/desk.js";
import { href, parse } from "../model/route.js";
import { el } from "../../shared/dom.js";
import { counted, language, languageEvents, t } from "../words/i18n.js";
import { announce } from "./announcer.js";
import { showHelp } from "./help-sheet.js";
import "./inbox.js";
import { listenForKeys } from "./keys.js";
import "./sign-in.js";
import "./ticket.js";
import "./top-bar.js";
import { make, View } from "./view.js";

const WIDE = matchMedia("(min-width: 1100px)");
const QUIET_MS = 1_500;

class DeskApp extends View {
  #desk = new Desk();
  #stage = null;
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
      open: () => this.querySelector("desk-inbox")?.openCurrent(),
      press: (verb) => this.querySelector("desk-actions")?.press(verb),
      hold: () => this.querySelector("desk-actions")?.pressHold(),
      menu: () => this.querySelector("desk-actions")?.openMenu(),
      claim: () => this.querySelector("desk-list-tools")?.claim(),
      filter: () => this.querySelector("desk-list-tools")?.toggle(),
      go: (view) => this.#go(view),
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

  #render() {
    document.documentElement.lang = language() === "zh" ? "zh-Hans" : "en";
    const desk = this.#desk;
    if (!desk.agent) {
      this.#stage = null;
      this.replaceChildren(make("desk-sign-in", { desk }));
      this.#title();
      return;
    }
    this.#line = el("p", { class: "connection", role: "status", hidden: true }, t("app.reconnecting"));
    this.#stage = el("div", { class: "stage" });
    this.replaceChildren(
      make("desk-top-bar", { desk }),
      this.#line,
      el("main", { class: "workspace" }, make("desk-inbox", { desk }), this.#stage),
    );
    this.#showConnection();
    this.#route();
    this.#renderTicket();
  }

  #route() {
    if (!this.#desk.agent) return;
    const { view, number, filters } = parse(location.hash);
    this.dataset.pane = number ? "ticket" : "list";
    this.#desk.inbox.show(view, filters);
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
    const { number } = parse(location.hash);
    const title = agent && number ? `${number} · ${t("app.title")}` : t("app.title");
    const n = agent ? inbox.counts.unassigned : 0;
    document.title = n ? t("app.unassigned_title", { n, title }) : title;
  }

  /** In two panes the mark moves through the list; in one pane the next case is opened at once. */
  #move(step) {
    const inbox = this.querySelector("desk-inbox");
    const isHidden = !WIDE.matches && this.dataset.pane === "ticket";
    if (isHidden) inbox?.openBeside(step);
    else inbox?.move(step);
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
