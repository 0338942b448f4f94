/** The article an answer quotes, whole, over the messages: the customer reads without leaving the conversation. */
import { onWake } from "../../shared/backoff.js";
import { el, icon, loadSheet, safeUrl } from "../../shared/dom.js";
import { request } from "../../shared/http.js";
import { richText } from "./message.js";

const SHEET = await loadSheet(new URL("../css/article.css", import.meta.url));
const BACK = "M15 5l-7 7 7 7";
const ADDRESS = /^\/help\/(\w+)\/([^/?#]+)(?:#(.+))?$/;

export class Article {
  #context;
  #frame;
  #opener = null;
  #content = el("div", { class: "body" });
  #citation;
  #stopWaiting = () => {};
  node;

  /** `frame` holds the messages, which it covers. */
  constructor(context, frame) {
    const root = frame.getRootNode();
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, SHEET];
    this.#context = context;
    this.#frame = frame;
  }

  open(citation) {
    const { t, api } = this.#context;
    this.#opener = this.#frame.getRootNode().activeElement;
    this.#citation = citation;
    const back = el("button", { type: "button", part: "back", onclick: () => this.close() }, icon(BACK), t("back"));
    const href = safeUrl(citation.url, api);
    const page = el("a", { part: "page", href, target: "_blank", rel: "noopener" }, t("openPage"));
    const bar = el("div", { class: "bar" }, back, page);
    const about = { part: "article", role: "dialog", "aria-label": citation.title, tabindex: -1 };
    const onkeydown = (event) => event.key === "Escape" && this.#escape(event);
    this.node?.remove();
    this.node = el("div", { ...about, onkeydown }, bar, this.#content);
    this.#cover(true);
    this.#frame.append(this.node);
    back.focus();
    this.#load();
  }

  close() {
    if (!this.node) return;
    const isRead = this.node.contains(this.node.getRootNode().activeElement);
    this.#stopWaiting();
    this.#cover(false);
    this.node.remove();
    this.node = null;
    if (isRead) this.#opener?.focus();
  }

  #cover(isCovered) {
    for (const behind of this.#frame.children) if (behind !== this.node) behind.inert = isCovered;
  }

  async #load() {
    const { t, api } = this.#context;
    const [, language, id] = ADDRESS.exec(this.#citation.url);
    const node = this.node;
    this.#stopWaiting();
    this.#say(t("articleOpening"));
    try {
      const response = await request(`${api}api/v1/articles/${language}/${id}`);
      const article = response.ok && (await response.json());
      if (node !== this.node) return;
      if (!article) return this.#say(t(response.status === 404 ? "articleGone" : "articleTrouble"));
      this.#show(article);
    } catch {
      if (node === this.node) this.#wait();
    }
  }

  /** Without a network the article comes when it is back, or when the customer asks again. */
  #wait() {
    const { t } = this.#context;
    const again = el("button", { type: "button", part: "again", onclick: () => this.#load() }, t("retry"));
    this.#say(t("articleOffline"), again);
    this.#stopWaiting = onWake(() => this.#load());
  }

  #say(text, ...more) {
    this.#content.replaceChildren(el("p", { role: "status" }, text), ...more);
  }

  #show({ title, risk, reviewed_on: reviewedOn, is_overdue: isOverdue, passages, language }) {
    const { t, dates } = this.#context;
    const note = (text) => text && el("p", { class: "note", role: "note" }, text);
    const foot = el("p", { class: "source" }, t("reviewed", { date: dates.date(reviewedOn) }));
    const nodes = [
      el("h2", { class: "article-title" }, title),
      note(isOverdue && t("articleOverdue")),
      passages.map((passage) => this.#passage(passage)),
      note(risk && t("articleRisk", { risk })),
      foot,
    ];
    this.#content.lang = language;
    this.#content.replaceChildren(...nodes.flat(2).filter(Boolean));
    const quoted = decodeURIComponent(ADDRESS.exec(this.#citation.url)[3] ?? "");
    const heading = quoted && this.#content.querySelector(`#${CSS.escape(`article-${quoted}`)}`);
    this.node.scrollTop = heading ? heading.offsetTop - this.node.firstChild.offsetHeight - 8 : 0;
  }

  #passage({ id, heading, blocks }) {
    const title = heading && el("h3", { id: `article-${id}` }, heading);
    return [title, ...(richText(blocks, this.#context) ?? [el("p", {}, this.#context.t("articleTrouble"))])];
  }

  #escape(event) {
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }
}
