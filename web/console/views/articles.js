/**
 * Articles for the open ticket: those of its case, or what a search finds, and one of them read beside the list; in
 * both languages when the customer's is not the agent's. A passage is quoted in the reply, with its source.
 */
import { renderBlocks } from "../../shared/blocks.js";
import { attribute, el, safeUrl } from "../../shared/dom.js";
import { calendarDate, languageName } from "../words/format.js";
import { language as ownLanguage, t } from "../words/i18n.js";
import { tell } from "./announcer.js";
import { showDialog } from "./dialog.js";
import { explain } from "./explain.js";

const SEARCH_AFTER_MS = 250;

/**
 * @param {import("../model/desk.js").Desk} desk
 * @returns {Promise<boolean>} whether a passage was quoted
 */
export async function showArticles(desk) {
  const browser = new ArticleBrowser(desk, desk.open);
  const answer = await showDialog(t("articles.heading"), (close) => browser.content(close), { isWide: true });
  return answer === "quoted";
}

class ArticleBrowser {
  #desk;
  #open;
  #close = (_value) => {};
  #list = el("ul", { class: "article-list", "aria-label": t("articles.list") });
  #state = el("p", { class: "muted", role: "status" });
  #text = el("div", { class: "article-text" });
  #timer = 0;
  /** Counts what was asked for: an answer that comes late is not shown. */
  #asked = 0;

  constructor(desk, open) {
    this.#desk = desk;
    this.#open = open;
  }

  content(close) {
    this.#close = close;
    const input = el("input", {
      type: "text",
      name: "article-search",
      autocomplete: "off",
      autofocus: true,
      placeholder: t("articles.search"),
      "aria-label": t("articles.search"),
      oninput: () => {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#find(input.value), SEARCH_AFTER_MS);
      },
    });
    this.#find("");
    return [input, el("div", { class: "article-browser" }, el("div", {}, this.#list, this.#state), this.#text)];
  }

  async #find(query) {
    const asked = ++this.#asked;
    const asking = new URLSearchParams({ q: query.trim() });
    const path = `/tickets/${encodeURIComponent(this.#open.number)}/articles?${asking}`;
    try {
      const { articles } = await this.#desk.api.get(path);
      if (asked !== this.#asked) return;
      this.#list.replaceChildren(...articles.map((article) => this.#item(article)));
      this.#state.textContent = articles.length ? "" : t(query.trim() ? "articles.no_match" : "articles.none");
      if (articles.length) this.#read(articles[0].id);
      else this.#text.replaceChildren();
    } catch (error) {
      if (asked === this.#asked) this.#state.textContent = explain(error);
    }
  }

  #item({ id, titles }) {
    const [shown] = order(titles, this.#open.ticket.language);
    const button = { type: "button", class: "quiet", "data-article": id, onclick: () => this.#read(id) };
    return el("li", {}, el("button", button, el("span", { lang: shown }, titles[shown])));
  }

  async #read(id) {
    const asked = this.#asked;
    for (const button of this.#list.querySelectorAll("[data-article]"))
      attribute(button, "aria-current", button.dataset.article === id && "true");
    try {
      const { languages } = await this.#desk.api.get(`/articles/${encodeURIComponent(id)}`);
      if (asked === this.#asked) this.#show(languages);
    } catch (error) {
      this.#text.replaceChildren(el("p", { role: "alert" }, explain(error)));
    }
  }

  /** The customer's language first; beside it the agent's own, when it is another. */
  #show(languages) {
    const [theirs] = order(languages, this.#open.ticket.language);
    const [mine] = order(languages, ownLanguage());
    const columns = [...new Set([theirs, mine])].map((language) => this.#version(language, languages[language]));
    this.#text.replaceChildren(el("div", { class: "side-by-side" }, columns));
    this.#text.scrollTop = 0;
  }

  #version(language, article) {
    const { title, url, reviewed_on: reviewed, is_overdue: isOverdue, passages } = article;
    const when = t("message.reviewed", { date: calendarDate(reviewed) });
    return el(
      "article",
      { class: "rich", lang: language },
      el("h3", {}, el("a", { href: safeUrl(url), target: "_blank", rel: "noopener" }, title)),
      el("p", { class: "hint" }, `${languageName(language)} · ${when}`),
      isOverdue && el("p", { class: "warn" }, t("articles.overdue")),
      passages.map((passage) => this.#passage(language, article, passage)),
    );
  }

  #passage(language, article, passage) {
    const title = passage.heading || article.title;
    const label = { type: "button", name: "quote", "aria-label": t("articles.quote_named", { title }) };
    const { article_id: id, version } = article;
    const onclick = () => this.#quote({ article_id: id, language, version, title }, passage);
    return el(
      "section",
      { class: "passage", "data-passage": passage.id },
      passage.heading && el("h4", {}, passage.heading),
      renderBlocks(passage.blocks) ?? "",
      el("p", {}, el("button", { ...label, onclick }, t("articles.quote"))),
    );
  }

  #quote(quote, passage) {
    const isAdded = this.#desk.attached.addQuote(this.#open.number, { ...quote, passage_id: passage.id });
    if (isAdded) this.#close("quoted");
    tell(t(isAdded ? "articles.quoted" : "articles.too_many"));
  }
}

/** The languages something has, this one first. */
function order(languages, wanted) {
  const first = wanted === "zh" ? "zh" : "en";
  return Object.keys(languages).sort((one, other) => Number(other === first) - Number(one === first));
}
