/** How a case was handled, as its customer sees it: a score, kept at a touch, and then a comment if they like. */
import { el, icon, loadSheet } from "../../shared/dom.js";
import { refusal } from "./refusal.js";

const SHEET = await loadSheet(new URL("../css/rating.css", import.meta.url));
const STAR = "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9-4.3-4.1 5.9-.8z";
const LONGEST_COMMENT = 1000;

export class Rating {
  #context;
  #node;
  #number;
  #stars;
  #comment;
  #form;
  #said = el("p", { class: "said" });
  #status = el("p", { role: "status" });
  #kept = { score: 0, comment: "" };

  /** `node` is where it stands. */
  constructor(node, number, context) {
    const { t } = context;
    const root = node.getRootNode();
    if (!root.adoptedStyleSheets.includes(SHEET)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, SHEET];
    this.#context = context;
    this.#node = node;
    this.#number = number;
    this.#stars = [1, 2, 3, 4, 5].map((score) => this.#star(score));
    this.#form = this.#commentForm();
    const ends = el("p", { class: "ends", "aria-hidden": "true" }, el("span", {}, t("rateWorst")), t("rateBest"));
    const scale = el("div", { class: "scale" }, el("div", { class: "stars" }, this.#stars), ends);
    node.append(scale, this.#said, this.#status, this.#form);
    this.#recall();
  }

  #star(score) {
    const { t } = this.#context;
    const word = { 1: t("rateWorst"), 5: t("rateBest") }[score];
    const label = [t("rateScore", { score }), word].filter(Boolean).join(", ");
    const about = { type: "button", part: "star", "aria-label": label, "aria-pressed": "false" };
    return el("button", { ...about, onclick: () => this.#rate({ score }, "rated") }, icon(STAR));
  }

  #commentForm() {
    const { t, on } = this.#context;
    const draft = `comment.${this.#number}`;
    const oninput = () => (on.draft(this.#comment.value, draft), this.#stayInView());
    this.#comment = el("textarea", { part: "comment", rows: 2, maxlength: LONGEST_COMMENT, oninput });
    this.#comment.value = on.drafted(draft);
    const onsubmit = async (event) => {
      event.preventDefault();
      const comment = this.#comment.value.trim();
      if (!comment) return this.#comment.focus();
      if (!(await this.#rate({ score: this.#kept.score, comment }, "commented"))) return;
      on.draft("", draft);
      this.#stars[this.#kept.score - 1].focus();
    };
    const send = el("button", { part: "comment-send" }, t("commentSend"));
    return el("form", { hidden: true, onsubmit }, el("label", {}, t("comment"), this.#comment), send);
  }

  /** Show what was kept before, here or elsewhere. */
  async #recall() {
    const { tickets } = await this.#context.on.cases().catch(() => ({ tickets: [] }));
    const { rating } = tickets.find(({ number }) => number === this.#number) ?? {};
    if (rating && !this.#kept.score) this.#keep(rating);
  }

  async #rate(rating, thanks) {
    const { t, on } = this.#context;
    this.#fill(rating.score);
    try {
      this.#keep((await on.rate(this.#number, rating)).rating);
      this.#status.textContent = t(thanks);
      return true;
    } catch (error) {
      this.#fill(this.#kept.score);
      this.#status.textContent = refusal(error, t);
      return false;
    } finally {
      this.#stayInView();
    }
  }

  #stayInView() {
    this.#node.scrollIntoView({ block: "nearest" });
  }

  #keep(rating) {
    this.#kept = rating;
    this.#fill(rating.score);
    this.#said.textContent = rating.comment;
    this.#form.hidden = Boolean(rating.comment);
  }

  #fill(score) {
    this.#stars.forEach((star, i) => {
      star.classList.toggle("on", i < score);
      star.setAttribute("aria-pressed", String(i + 1 === score));
    });
  }
}
