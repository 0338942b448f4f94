/**
 * <pharos-chat api="https://support.example" locale="zh" identity-callback="supportIdentity"></pharos-chat>
 *
 * The support bubble: a launcher and a panel. Methods `open()`, `close()`, `restart()` (another conversation; this one
 * can be found again) and `reset()` (forget everything: call it when somebody logs in or out); events `pharos-open` and
 * `pharos-close` bubble out. Styled by `--pharos-*` properties and `::part()` (css/base.css). State is store.js; network
 * (transport.js) and lines are loaded when the panel opens or there is something to hear.
 */
import { onWake, tryAgain } from "../shared/backoff.js";
import { el, loadSheet } from "../shared/dom.js";
import { Dates, pickLocale, translator } from "../shared/i18n.js";
import { SafeStorage } from "./storage.js";
import { EMPTY, countUnread, isEmpty, lastEventId, openTicket, reduce } from "./store.js";
import { Composer } from "./view/composer.js";
import { Header } from "./view/header.js";
import { Log } from "./view/log.js";
import { Launcher, Panel } from "./view/panel.js";

const FILES = ["base", "panel", "log", "composer"];
const SHEETS = await Promise.all(FILES.map((name) => loadSheet(new URL(`./css/${name}.css`, import.meta.url))));
/** A hidden page gives its connection back: browsers allow only a few for each site. */
const HIDDEN_MS = 60_000;
/** An answer slower than this shows the typing sign; longer trouble is told. */
const SLOW_MS = 500;
const OFFLINE_MS = 3_000;
const PATIENCE_MS = 15_000;
const LINK = "#pharos-chat";

export class PharosChat extends HTMLElement {
  #state = EMPTY;
  #storage;
  #transport = null;
  #connecting = null;
  #context;
  #parts = {};
  #isDrawn = true;
  #timers = {};

  async connectedCallback() {
    if (this.#context) return;
    const locale = pickLocale(this.getAttribute("locale"), document.documentElement.lang, navigator.language);
    this.#context = { locale, dates: new Dates(locale), api: `${this.#api}/`, on: this.#actions() };
    const { TEXTS } = await tryAgain(() => import(`./texts/${locale}.js`));
    this.#context.t = translator({ [locale]: TEXTS }, locale);
    this.#storage = new SafeStorage(`pharos:${this.#api}`);
    this.#build();
    this.#listen();
    this.#draw();
    if (this.#storage.names("").length) this.#connect();
    if (location.hash === LINK) this.open();
  }

  open() {
    const { panel, composer, log } = this.#parts;
    if (!panel || panel.isOpen) return;
    panel.open();
    log.load();
    this.#connect();
    composer.fit();
    this.#draw();
    log.toEnd();
    if (matchMedia("(pointer: coarse)").matches) panel.node.focus();
    else composer.focus();
    this.dispatchEvent(new Event("pharos-open", { bubbles: true, composed: true }));
  }

  close() {
    this.#parts.panel.close();
  }

  async restart(earlierId = null) {
    await this.#connect();
    const first = this.#state.events.find(({ data }) => data.author === "customer" && data.text);
    const title = first?.data.text.slice(0, 80) ?? "";
    const about = { title, at: new Date().toISOString(), number: openTicket(this.#state)?.number };
    this.#storage.remove("seen");
    this.#transport.restart(isEmpty(this.#state) ? null : about, earlierId);
    this.#parts.composer.focus();
  }

  async reset() {
    this.#storage.remove("seen");
    this.#parts.composer.clear();
    for (const name of this.#storage.names("comment.")) this.#storage.remove(name);
    await (await this.#connect()).forget();
  }

  get #api() {
    return this.getAttribute("api") || location.origin;
  }

  /** Return the line to the service, begun when first asked for. */
  #connect() {
    return (this.#connecting ??= tryAgain(() => this.#load(), Infinity));
  }

  async #load() {
    const link = (up) => this.#dispatch({ type: "link", up });
    setTimeout(() => this.#transport ?? link(false), SLOW_MS);
    const { Transport } = await import("./transport.js");
    this.#transport = new Transport({
      api: this.#api,
      locale: this.#context.locale,
      storage: this.#storage,
      identity: () => globalThis[this.getAttribute("identity-callback")]?.() ?? null,
      notify: (action) => this.#dispatch(action),
    });
    this.#transport.start();
    link(true);
    return this.#transport;
  }

  #build() {
    const root = this.attachShadow({ mode: "open" });
    const context = { ...this.#context, draft: this.#storage.get("draft") ?? "" };
    const header = new Header(context);
    const log = new Log(context);
    const composer = new Composer(context);
    const launcher = new Launcher(context);
    const offline = el("p", { part: "offline", role: "status" });
    const panel = new Panel(context, [header.node, offline, log.node, composer.node]);
    root.adoptedStyleSheets = SHEETS;
    root.append(launcher.node, panel.node);
    this.#parts = { header, log, composer, launcher, offline, panel };
  }

  #actions() {
    return {
      toggle: () => (this.#parts.panel.isOpen ? this.close() : this.open()),
      close: () => this.close(),
      closed: () => this.#closed(),
      menu: () => this.#toggleSheet(),
      restart: () => this.restart(),
      goBack: (id) => this.restart(id),
      transcript: () => this.#saveTranscript(),
      ready: () => this.#connect(),
      send: (content) => this.#send(content),
      person: () => this.#send({ text: this.#context.t("personText") }),
      files: (files) => this.#parts.composer.stage(files),
      file: (file) => this.#transport.file(file),
      view: (what) => this.#view(what),
      article: (citation) => this.#read(citation),
      retry: (clientId) => this.#transport.retry(clientId),
      discard: (clientId) => this.#transport.discard(clientId),
      edit: (clientId) => this.#edit(clientId),
      draft: (text, name = "draft") => this.#keepDraft(name, text),
      drafted: (name) => this.#storage.get(name) ?? "",
      addTo: (number) => this.#parts.composer.addTo(number),
      reopen: (number) => this.#transport.cases(`/${number}/reopen`, {}).then(() => this.#write()),
      rate: (number, rating) => this.#transport.cases(`/${number}/rating`, rating),
      cases: () => this.#transport.cases(),
    };
  }

  async #send({ text, button, ticket, files = [] }) {
    this.#parts.article?.close();
    await this.#connect();
    if (files.length) this.#transport.sendFiles(files);
    if (text) this.#transport.send({ text, button, ticket });
    this.#write();
  }

  /** The cursor goes to where one writes, unless that brings up a keyboard. */
  #write() {
    if (!matchMedia("(pointer: coarse)").matches) this.#parts.composer.focus();
  }

  async #view(what) {
    const { showPicture } = await tryAgain(() => import("./view/pictures.js"));
    showPicture(this.shadowRoot, what, this.#context).catch(() => {});
  }

  async #read(citation) {
    const { Article } = await tryAgain(() => import("./view/article.js"));
    this.#parts.article ??= new Article(this.#context, this.#parts.log.node);
    this.#parts.article.open(citation);
  }

  async #toggleSheet() {
    const { Sheet } = await tryAgain(() => import("./view/sheet.js"));
    this.#parts.sheet ??= new Sheet(this.#context, this.#parts.header);
    this.#parts.sheet.toggle(this.#state, this.#transport.earlier);
  }

  async #saveTranscript() {
    const [{ transcript }, { save }] = await Promise.all([import("./view/sheet.js"), import("./view/pictures.js")]);
    save(new Blob([transcript(this.#state, this.#context)], { type: "text/plain" }), "support-chat.txt");
  }

  /** What is being written survives a change of page. */
  #keepDraft(name, text) {
    if (text) this.#storage.set(name, text);
    else this.#storage.remove(name);
  }

  #edit(clientId) {
    const entry = this.#state.pending.find((each) => each.clientId === clientId);
    this.#transport.discard(clientId);
    this.#parts.composer.restore(entry.text);
    if (entry.ticket) this.#parts.composer.addTo(entry.ticket);
  }

  #dispatch(action) {
    this.#state = reduce(this.#state, action);
    if (action.type === "reset") this.#parts.article?.close();
    if (action.type === "sent" && !action.ticket) this.#expectAnswer(action.eventId);
    if (!this.#isDrawn) return;
    this.#isDrawn = false;
    queueMicrotask(() => this.#draw());
  }

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
    const { header, log, composer, launcher, panel } = this.#parts;
    const { isVerified = false, earlier = [] } = this.#transport ?? {};
    header.update(this.#state, { isVerified, hasMenu: !isEmpty(this.#state) || earlier.length > 0 });
    composer.update(this.#state);
    log.update(this.#state);
    this.#endTyping(this.#state);
    this.#showLink();
    const { isOpen } = panel;
    if (isOpen && document.visibilityState === "visible") {
      this.#storage.set("seen", lastEventId(this.#state));
      this.#transport?.see(this.#state.events.findLast(({ data }) => data.author === "agent")?.id);
    }
    launcher.update({ isOpen, unread: isOpen ? 0 : countUnread(this.#state, this.#storage.get("seen") ?? 0) });
  }

  #endTyping({ typing }) {
    clearTimeout(this.#timers.typing);
    const end = () => this.#dispatch({ type: "typing", until: 0 });
    if (typing) this.#timers.typing = setTimeout(end, typing.until - Date.now());
  }

  #showLink() {
    const { offline } = this.#parts;
    const show = () => (offline.textContent = this.#context.t("offline"));
    if (!this.#state.isUp) return (this.#timers.offline ??= setTimeout(show, OFFLINE_MS));
    this.#timers.offline = clearTimeout(this.#timers.offline);
    offline.textContent = "";
  }

  #closed() {
    this.#draw();
    this.#parts.launcher.node.focus();
    this.dispatchEvent(new Event("pharos-close", { bubbles: true, composed: true }));
  }

  #listen() {
    document.addEventListener("click", (event) => {
      if (event.target.closest?.(`a[href="${LINK}"]`)) this.open(event.preventDefault());
    });
    document.addEventListener("visibilitychange", () => {
      clearTimeout(this.#timers.hidden);
      if (document.hidden) this.#timers.hidden = setTimeout(() => this.#transport?.suspend(), HIDDEN_MS);
    });
    onWake(() => (this.#transport?.resume(), this.#draw()));
    addEventListener("storage", async ({ key }) => {
      if (key === `pharos:${this.#api}:session`) (await this.#connect()).refresh();
      if (key === `pharos:${this.#api}:seen`) this.#draw();
    });
  }
}

if (!customElements.get("pharos-chat")) customElements.define("pharos-chat", PharosChat);
