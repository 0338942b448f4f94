/** The macros: everybody reads them, leads write them. */
import { createMacro, deleteMacro, editMacro, fetchMacros, LANGUAGES } from "../model/macros.js";
import { isLead } from "../model/rights.js";
import { el } from "../../shared/dom.js";
import { dateAndTime, languageName } from "../words/format.js";
import { t } from "../words/i18n.js";
import { tell } from "./announcer.js";
import { confirm } from "./confirm.js";
import { explain } from "./explain.js";
import { formDialog } from "./form-dialog.js";
import { tagsIn } from "./form-fields.js";
import { effects } from "./macro-picker.js";
import { View } from "./view.js";

const MOST = 4_000;

export default class DeskMacros extends View {
  #state = el("div", { class: "macro-list" });
  #known = { macros: [], placeholders: [], statuses: [] };

  /** @type {import("../model/desk.js").Desk} */
  desk;

  connectedCallback() {
    const button = { type: "button", class: "primary", name: "new-macro", onclick: () => this.#write(null) };
    const add = isLead(this.desk.agent) && el("button", button, t("macros.new"));
    this.replaceChildren(
      el("div", { class: "toolbar" }, el("p", { class: "muted spacer" }, t("macros.about")), add),
      this.#state,
    );
    this.#load();
  }

  async #load() {
    try {
      this.#known = await fetchMacros(this.desk.api);
      const { macros } = this.#known;
      this.#state.replaceChildren(
        ...(macros.length ? macros.map((macro) => this.#card(macro)) : [el("p", { class: "muted" }, t("macros.none"))]),
      );
    } catch (error) {
      this.#state.replaceChildren(el("p", { role: "alert" }, explain(error)));
    }
  }

  #card(macro) {
    const button = (name, onclick) => {
      const attributes = { type: "button", name, "aria-label": t(`macros.${name}_named`, macro), onclick };
      return el("button", attributes, t(`macros.${name}`));
    };
    const text = (language) =>
      el("div", {}, el("p", { class: "muted" }, languageName(language)), said(language, macro.texts[language]));
    const tools = [button("edit", () => this.#write(macro)), button("delete", () => this.#delete(macro))];
    return el(
      "article",
      { class: "panel macro", "data-macro": macro.id },
      el(
        "header",
        { class: "macro-head" },
        el("h3", {}, macro.name),
        isLead(this.desk.agent) && tools,
      ),
      el("div", { class: "side-by-side" }, LANGUAGES.filter((language) => language in macro.texts).map(text)),
      el("ul", { class: "macro-effects" }, effects(macro).map((line) => el("li", {}, line))),
      el("p", { class: "hint" }, t("macros.edited", { name: macro.edited_by, at: dateAndTime(macro.edited_at) })),
    );
  }

  /** @param {object|null} macro null for a new one */
  async #write(macro) {
    let held = macro;
    const send = async (values) => {
      const content = contentOf(values);
      try {
        if (held) await editMacro(this.desk.api, held, content);
        else await createMacro(this.desk.api, content);
      } catch (error) {
        if (error.code === "stale_macro") held = error.now = await this.#newest(held);
        throw error;
      }
    };
    const form = {
      heading: t(macro ? "macros.edit_named" : "macros.new", macro ?? {}),
      fields: this.#fields(macro),
      submit: t("macros.save"),
      isWide: true,
    };
    if (!(await formDialog(form, send, problem))) return;
    tell(t("macros.saved"));
    this.#load();
  }

  /** The macro as somebody else left it, so that the agent sees it and may save over it. */
  async #newest(held) {
    const { macros } = await fetchMacros(this.desk.api);
    return macros.find(({ id }) => id === held.id) ?? held;
  }

  #fields(macro) {
    const names = this.#known.placeholders.map((name) => `{{${name}}}`).join(" ");
    const text = (language) => ({
      name: language,
      label: t("macros.text", { language: languageName(language) }),
      kind: "area",
      value: macro?.texts[language] ?? "",
      hint: t("macros.text_hint", { names }),
      most: MOST,
    });
    const statuses = this.#known.statuses.map((name) => [name, t(`macros.then.${name}`)]);
    return [
      { name: "name", label: t("macros.name"), value: macro?.name ?? "", isRequired: true, most: 80 },
      ...LANGUAGES.map(text),
      {
        name: "status",
        label: t("macros.then"),
        kind: "select",
        value: macro?.status ?? "",
        options: [["", t("macros.then.waiting_on_customer")], ...statuses],
      },
      { name: "tags", label: t("macros.tags"), value: macro?.tags.join(" ") ?? "", hint: t("form.tags_hint") },
    ];
  }

  async #delete(macro) {
    if (!(await confirm(t("macros.delete_named", macro), t("macros.delete_text"), t("macros.delete")))) return;
    try {
      await deleteMacro(this.desk.api, macro);
      tell(t("macros.deleted"));
    } catch (error) {
      tell(explain(error));
    }
    this.#load();
  }
}

function contentOf({ name, status, tags, ...texts }) {
  return { name, status: status || null, tags: tagsIn(tags), texts };
}

const said = (language, text) => el("p", { class: "macro-text", lang: language }, text);

/** What was refused; of a macro somebody else changed, what it says now. */
function problem(error) {
  const refused = el("p", {}, explain(error));
  if (!error.now) return [refused];
  const now = Object.entries(error.now.texts).map(([language, text]) => said(language, text));
  return [refused, ...now, el("p", {}, t("macros.save_over"))];
}

customElements.define("desk-macros", DeskMacros);
