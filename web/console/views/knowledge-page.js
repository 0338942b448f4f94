/** Answers of the bot that agents called wrong: question, answer, article, and "done" once it is put right. */
import { pageHref } from "../model/route.js";
import { attribute, el, safeUrl } from "../../shared/dom.js";
import { calendarDate, dateAndTime } from "../words/format.js";
import { t } from "../words/i18n.js";
import { tell } from "./announcer.js";
import { explain } from "./explain.js";
import { View } from "./view.js";

const STATUSES = ["open", "done"];

export default class DeskKnowledgeTasks extends View {
  #tabs = el("nav", { class: "toolbar", "aria-label": t("knowledge.which") });
  #list = el("div", { class: "task-list" });
  #more = el("button", { type: "button", name: "more", hidden: true }, t("inbox.more"));
  #next = null;
  /** Counts what was asked for: an answer that comes late is not shown. */
  #asked = 0;

  /** @type {import("../model/desk.js").Desk} */
  desk;
  /** @type {{rest: string, query: URLSearchParams}} */
  place;

  connectedCallback() {
    const about = el("p", { class: "muted" }, t("knowledge.about"));
    this.replaceChildren(about, this.#tabs, this.#list, el("p", {}, this.#more));
    this.#more.addEventListener("click", () => this.#load(this.#next));
    this.moved(this.place);
  }

  moved(place) {
    this.place = place;
    const links = STATUSES.map((status) => {
      const link = pageHref("knowledge-tasks", status === "open" ? {} : { status });
      const current = status === this.#status && "page";
      return el("a", { class: "button", href: link, "aria-current": current }, t(`knowledge.${status}`));
    });
    this.#tabs.replaceChildren(...links);
    this.#load(null);
  }

  get #status() {
    return this.place.query.get("status") === "done" ? "done" : "open";
  }

  async #load(after) {
    const asked = ++this.#asked;
    const query = new URLSearchParams({ status: this.#status, ...(after ? { after } : {}) });
    try {
      const { tasks, next } = await this.desk.api.get(`/knowledge-tasks?${query}`);
      if (asked !== this.#asked) return;
      if (!after) this.#list.replaceChildren();
      this.#list.append(...tasks.map((task) => this.#card(task)));
      const none = el("p", { class: "muted" }, t(`knowledge.none_${this.#status}`));
      if (!this.#list.children.length) this.#list.append(none);
      this.#next = next;
      this.#more.hidden = !next;
    } catch (error) {
      if (asked === this.#asked) this.#list.replaceChildren(el("p", { role: "alert" }, explain(error)));
    }
  }

  #card(task) {
    const { id, ticket, question, answer, wrong, status, reported_by: name, reported_at: at } = task;
    const done = el("button", { type: "button", name: "done" }, t("knowledge.done_button"));
    const card = el(
      "article",
      { class: "panel task", "data-task": id },
      el(
        "p",
        { class: "muted" },
        el("a", { href: `#/tickets/${encodeURIComponent(ticket)}` }, ticket),
        " · ",
        t("knowledge.reported", { name, at: dateAndTime(at) }),
      ),
      el(
        "dl",
        { class: "task-facts" },
        fact("knowledge.wrong", el("span", { class: "task-wrong" }, wrong)),
        fact("knowledge.question", question ?? t("knowledge.no_question")),
        fact("knowledge.answer", answer ?? t("message.redacted")),
        fact("knowledge.article", articles(task)),
      ),
      status === "open" ? el("p", {}, done) : el("p", { class: "muted" }, t("knowledge.done_by", doneBy(task))),
    );
    done.addEventListener("click", () => this.#finish(task, card, done));
    return card;
  }

  async #finish(task, card, button) {
    if (button.getAttribute("aria-disabled")) return;
    attribute(button, "aria-disabled", "true");
    try {
      await this.desk.api.send("POST", `/knowledge-tasks/${task.id}/done`);
      const beside = card.nextElementSibling ?? card.previousElementSibling;
      card.remove();
      (beside?.querySelector("button[name=done]") ?? this.#tabs.querySelector("a")).focus();
      if (!this.#list.children.length) this.#load(null);
      tell(t("knowledge.finished"));
    } catch (error) {
      attribute(button, "aria-disabled", null);
      tell(explain(error));
    }
  }
}

const doneBy = ({ done_by: name, done_at: at }) => ({ name, at: dateAndTime(at) });

const fact = (key, value) => el("div", {}, el("dt", {}, t(key)), el("dd", { dir: "auto" }, value));

/** The articles in the version that was quoted; the help centre shows the present one. */
function articles({ articles: cited, citations }) {
  if (!cited.length) return t("knowledge.no_article");
  const line = ({ article_id: id }) => {
    const { title, url, reviewed_on: reviewed } = citations.find((each) => each.article_id === id) ?? {};
    const href = url && safeUrl(url);
    return el(
      "li",
      {},
      href ? el("a", { href, target: "_blank", rel: "noopener" }, title) : id,
      reviewed && ` · ${t("message.reviewed", { date: calendarDate(reviewed) })}`,
    );
  };
  return el("ul", {}, cited.map(line));
}

customElements.define("desk-knowledge-tasks", DeskKnowledgeTasks);
