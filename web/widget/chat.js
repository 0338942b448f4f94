/**
 * <pharos-chat api="https://support.example" locale="zh" identity-callback="supportIdentity"></pharos-chat>
 *
 * The support bubble: a launcher and a panel. Methods `open()`, `close()`, `restart()`; events `pharos-open` and
 * `pharos-close` bubble out. Styled from outside by `--pharos-*` properties and `::part()` (see css/base.css).
 * State is store.js, network is transport.js; this file only joins them to the view.
 */
import { onWake, tryAgain } from "../shared/backoff.js";
import { el, icon, loadSheet } from "../shared/dom.js";
import { Dates, pickLocale, translator } from "../shared/i18n.js";
import { SafeStorage } from "./storage.js";
import { EMPTY, countUnread, lastEventId, reduce } from "./store.js";
import { Transport } from "./transport.js";
import { Composer } from "./view/composer.js";
import { Header } from "./view/header.js";
import { Log } from "./view/log.js";

const FILES = ["base", "panel", "log", "composer"];
const SHEETS = await Promise.all(FILES.map((name) => loadSheet(new URL(`./css/${name}.css`, import.meta.url))));
const BUBBLE = "M4 5h16v11H10l-4 4v-4H4zM8 9h8M8 12.5h5";
/** A hidden page gives its connection back after this long: browsers allow only a few for each site. */
const HIDDEN_MS = 60_000;
/** An answer slower than this shows the typing sign; trouble longer than OFFLINE_MS is told. */
const SLOW_MS = 500;
const OFFLINE_MS = 3_000;
const PATIENCE_MS = 15_000;
const SMALL = "(max-width: 479px)";
const LINK = "#pharos-chat";

export class PharosChat extends HTMLElement {
  #state = EMPTY;
  #storage;
  #transport;
  #parts = {};
  #t;
  #isDrawn = true;
  #timers = {};

  async connectedCallback() {
    if (this.#t) return;
    const locale = pickLocale(this.getAttribute("locale"), document.documentElement.lang, navigator.language);
    this.#t = (key) => key;
    const { TEXTS } = await tryAgain(() => import(`./texts/${locale}.js`));
    this.#t = translator({ [locale]: TEXTS }, locale);
    this.#storage = new SafeStorage(`pharos:${this.#api}`);
    this.#build(locale);
    this.#transport = new Transport({
      api: this.#api,
      locale,
      storage: this.#storage,
      identity: () => globalThis[this.getAttribute("identity-callback")]?.() ?? null,
      notify: (action) => this.#dispatch(action),
    });
    this.#listen();
    this.#transport.start();
    this.#draw();
    if (location.hash === LINK) this.open();
  }

  open() {
    const { panel, composer, log } = this.#parts;
    if (!panel || panel.open) return;
    if (matchMedia(SMALL).matches) panel.showModal();
    else panel.show();
    composer.fit();
    this.#draw();
    log.toEnd();
    if (matchMedia("(pointer: coarse)").matches) panel.focus();
    else composer.focus();
    this.dispatchEvent(new Event("pharos-open", { bubbles: true, composed: true }));
  }

  close() {
    this.#parts.panel.close();
  }

  /** Start over with an empty conversation. */
  restart() {
    this.#storage.remove("seen");
    this.#transport.restart();
    this.#parts.composer.focus();
  }

  get #api() {
    return this.getAttribute("api") || location.origin;
  }

  #build(locale) {
    const root = this.attachShadow({ mode: "open" });
    const on = this.#actions();
    const draft = this.#storage.get("draft") ?? "";
    const context = { t: this.#t, dates: new Dates(locale), api: `${this.#api}/`, on, draft };
    const header = new Header(context);
    const log = new Log(context);
    const composer = new Composer(context);
    const badge = el("span", { part: "badge", "aria-hidden": "true" });
    const offline = el("p", { part: "offline", role: "status" });
    const toggle = () => (this.#parts.panel.open ? this.close() : this.open());
    const launcher = el("button", { type: "button", part: "launcher", onclick: toggle }, icon(BUBBLE), badge);
    const panel = el(
      "dialog",
      { part: "panel", "aria-labelledby": "who", tabindex: -1, lang: locale, onclose: () => this.#closed() },
      [header.node, offline, log.node, composer.node],
    );
    root.adoptedStyleSheets = SHEETS;
    root.append(launcher, panel);
    launcher.lang = locale;
    this.#parts = { header, log, composer, badge, offline, launcher, panel };
  }

  /** What the customer can do, by name, for the parts of the view. */
  #actions() {
    return {
      close: () => this.close(),
      restart: () => this.restart(),
      choose: (content) => this.#say(content),
      person: () => this.#say({ text: this.#t("personText") }),
      retry: (clientId) => this.#transport.retry(clientId),
      edit: (clientId) => this.#edit(clientId),
      draft: (text) => this.#keepDraft(text),
    };
  }

  #say(content) {
    this.#transport.send(content);
    if (!matchMedia("(pointer: coarse)").matches) this.#parts.composer.focus();
  }

  /** What is being written survives a change of page; who writes will soon need the lines. */
  #keepDraft(text) {
    if (!text) return this.#storage.remove("draft");
    this.#storage.set("draft", text);
    this.#parts.log?.load();
  }

  #edit(clientId) {
    const entry = this.#state.pending.find((each) => each.clientId === clientId);
    this.#transport.discard(clientId);
    this.#parts.composer.restore(entry.text);
  }

  #dispatch(action) {
    this.#state = reduce(this.#state, action);
    if (action.type === "sent") this.#expectAnswer(action.eventId);
    if (!this.#isDrawn) return;
    this.#isDrawn = false;
    queueMicrotask(() => this.#draw());
  }

  /** While the assistant has the conversation, an answer is on its way: say so when it takes a moment. */
  #expectAnswer(eventId) {
    clearTimeout(this.#timers.answer);
    this.#timers.answer = setTimeout(() => {
      const { holder } = this.#state;
      if (holder === "agent" || holder === "closed" || lastEventId(this.#state) > eventId) return;
      this.#dispatch({ type: "typing", author: "bot", until: Date.now() + PATIENCE_MS });
    }, SLOW_MS);
  }

  #draw() {
    this.#isDrawn = true;
    const { header, log, composer, panel } = this.#parts;
    header.update(this.#state);
    composer.update(this.#state);
    log.update(this.#state);
    this.#endTyping();
    this.#showLink();
    if (panel.open && document.visibilityState === "visible") this.#storage.set("seen", lastEventId(this.#state));
    this.#showUnread();
  }

  #showUnread() {
    const { launcher, badge, panel } = this.#parts;
    const count = panel.open ? 0 : countUnread(this.#state, this.#storage.get("seen") ?? 0);
    badge.textContent = count > 9 ? "9+" : String(count);
    badge.hidden = count === 0;
    const label = panel.open ? "close" : count ? "openUnread" : "open";
    launcher.setAttribute("aria-label", this.#t(label, { n: count }));
    launcher.setAttribute("aria-expanded", String(panel.open));
  }

  #endTyping() {
    clearTimeout(this.#timers.typing);
    const { typing } = this.#state;
    const end = () => this.#dispatch({ type: "typing", until: 0 });
    if (typing) this.#timers.typing = setTimeout(end, typing.until - Date.now());
  }

  #showLink() {
    const { offline } = this.#parts;
    const show = () => (offline.textContent = this.#t("offline"));
    if (!this.#state.isUp) this.#timers.offline ??= setTimeout(show, OFFLINE_MS);
    else {
      clearTimeout(this.#timers.offline);
      this.#timers.offline = undefined;
      offline.textContent = "";
    }
  }

  #closed() {
    this.#draw();
    this.#parts.launcher.focus();
    this.dispatchEvent(new Event("pharos-close", { bubbles: true, composed: true }));
  }

  #listen() {
    this.#parts.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) this.close();
    });
    document.addEventListener("click", (event) => {
      if (!event.target.closest?.(`a[href="${LINK}"]`)) return;
      event.preventDefault();
      this.open();
    });
    document.addEventListener("visibilitychange", () => {
      clearTimeout(this.#timers.hidden);
      if (document.hidden) this.#timers.hidden = setTimeout(() => this.#transport.suspend(), HIDDEN_MS);
    });
    onWake(() => {
      this.#transport.resume();
      this.#draw();
    });
    addEventListener("storage", (event) => event.key === `pharos:${this.#api}:session` && this.#transport.refresh());
    window.visualViewport?.addEventListener("resize", () => this.#fitKeyboard());
  }

  /** On a phone the keyboard covers the page without shrinking it: the panel takes what is left to see. */
  #fitKeyboard() {
    const { height } = window.visualViewport;
    this.#parts.panel.style.setProperty("--_seen", `${height}px`);
  }
}

if (!customElements.get("pharos-chat")) customElements.define("pharos-chat", PharosChat);
