/** <desk-tags>: a ticket's tags, each with a way to take it off, and a field that adds one. */
import { rights } from "../model/rights.js";
import { el, icon } from "../../shared/dom.js";
import { t } from "../words/i18n.js";
import { announce, tell } from "./announcer.js";
import { explain } from "./explain.js";
import { tagsIn } from "./form-fields.js";
import { View } from "./view.js";

const CROSS = "M7 7l10 10M17 7L7 17";

class DeskTags extends View {
  #list = el("ul", { class: "tag-list" });
  #input = null;
  #known = el("datalist", { id: "known-tags" });
  #shown = "";

  /** @type {import("../model/desk.js").Desk} */
  desk;
  /** @type {import("../model/open-ticket.js").OpenTicket} */
  open;

  connectedCallback() {
    if (!this.#input) this.#build();
    this.listen(this.open, "change", () => this.#render());
    this.#render();
  }

  #build() {
    this.#input = el("input", {
      type: "text",
      name: "tag",
      autocomplete: "off",
      list: "known-tags",
      placeholder: t("tags.add"),
      "aria-label": t("tags.add"),
    });
    const submit = async (event) => {
      event.preventDefault();
      const add = tagsIn(this.#input.value);
      if (add.length && (await this.#change({ add }))) this.#input.value = "";
    };
    this.replaceChildren(
      this.#list,
      el(
        "form",
        { class: "tag-form", onsubmit: submit },
        this.#input,
        this.#known,
        el("button", { name: "add-tag" }, t("tags.add_button")),
      ),
    );
  }

  #render() {
    const { ticket } = this.open;
    const shown = JSON.stringify([ticket?.tags, ticket?.status]);
    if (!ticket || shown === this.#shown) return;
    this.#shown = shown;
    const isFixed = Boolean(rights(ticket, this.desk.agent).tags);
    this.#input.form.hidden = isFixed;
    this.#list.hidden = !ticket.tags.length;
    this.#list.replaceChildren(...ticket.tags.map((tag) => this.#item(tag, isFixed)));
    const others = this.desk.inbox.rows.flatMap(({ tags }) => tags).filter((tag) => !ticket.tags.includes(tag));
    this.#known.replaceChildren(...[...new Set(others)].sort().map((value) => el("option", { value })));
  }

  #item(tag, isFixed) {
    const remove = async () => {
      if (await this.#change({ remove: [tag] })) this.#input.focus();
    };
    const button = { type: "button", class: "quiet drop", "aria-label": t("tags.remove", { tag }), onclick: remove };
    const cross = !isFixed && el("button", button, icon(CROSS));
    return el("li", { class: "attached-part", "data-tag": tag }, el("span", {}, tag), cross);
  }

  /** @returns {Promise<boolean>} whether it was done */
  async #change(body) {
    const send = () => this.desk.act("tags", { ...body, version: this.open.ticket.version });
    try {
      await send().catch((error) => {
        if (error.code !== "stale_page") throw error;
        return send(); // what others changed leaves this tag right
      });
      announce(t("done.tags"));
      return true;
    } catch (error) {
      tell(explain(error));
      return false;
    }
  }
}

customElements.define("desk-tags", DeskTags);
