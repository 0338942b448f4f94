/** The macro picker: type to filter, arrows choose, Enter takes; beside the list stands what would be said and done. */
import { fetchMacros, match, prepare, textFor } from "../model/macros.js";
import { isLead } from "../model/rights.js";
import { attribute, el } from "../../shared/dom.js";
import { languageName } from "../words/format.js";
import { label, t } from "../words/i18n.js";
import { showDialog } from "./dialog.js";
import { explain } from "./explain.js";

/**
 * Let the agent choose a macro for the open ticket.
 * @param {import("../model/desk.js").Desk} desk
 * @returns {Promise<{text: string, missing: string[], status: string|null, tags: string[]}|null>} filled in
 */
export async function pickMacro(desk) {
  const { open } = desk;
  const list = makeList(open.ticket.language);
  const chosen = showDialog(t("macros.choose"), (close) => list.content(close, desk), { isWide: true });
  fetchMacros(desk.api).then(({ macros }) => list.fill(macros), (error) => list.fail(error));
  const id = await chosen;
  return id ? prepare(desk.api, open.number, id) : null;
}

/** The list is there at once, so that what is typed meanwhile filters it and nothing else. */
function makeList(language) {
  /** @type {object[]|null} null until they are fetched */
  let macros = null;
  let found = [];
  let at = 0;
  let choose = (_id) => {};
  const box = { class: "macro-options", role: "listbox", id: "macro-options", "aria-label": t("macros.all") };
  const options = el("ul", box);
  const preview = el("div", { class: "macro-preview", "aria-live": "polite" });
  const input = el("input", {
    type: "text",
    name: "macro",
    role: "combobox",
    autocomplete: "off",
    autofocus: true,
    placeholder: t("macros.filter"),
    "aria-label": t("macros.filter"),
    "aria-controls": "macro-options",
    "aria-expanded": "true",
    "aria-autocomplete": "list",
  });

  const point = (place) => {
    at = found.length ? (place + found.length) % found.length : 0;
    [...options.children].forEach((option, i) => attribute(option, "aria-selected", String(i === at)));
    attribute(input, "aria-activedescendant", found[at] && `macro-${found[at].id}`);
    options.children[at]?.scrollIntoView({ block: "nearest" });
    preview.replaceChildren(...(found[at] ? shown(found[at], language) : []));
  };

  const say = (text) => preview.replaceChildren(el("p", { class: "muted" }, text));

  const narrow = () => {
    if (!macros) return;
    found = match(macros, input.value);
    const option = (macro) =>
      el("li", { role: "option", id: `macro-${macro.id}`, onclick: () => choose(macro.id) }, macro.name);
    options.replaceChildren(...found.map(option));
    point(0);
    if (!found.length) say(t(macros.length ? "macros.no_match" : "macros.none"));
  };

  /** Enter before the macros are there waits for them: `wallet Enter` typed in one go is one macro. */
  let isWaiting = false;
  const take = () => {
    if (found[at]) choose(found[at].id);
    else isWaiting = !macros;
  };

  const content = (close, desk) => {
    choose = close;
    say(t("macros.loading"));
    input.addEventListener("input", () => {
      isWaiting = false;
      narrow();
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) point(at + step);
      if (event.key === "Enter") take();
      if (step || event.key === "Enter") event.preventDefault();
    });
    const link = t(isLead(desk.agent) ? "macros.manage" : "macros.see");
    const manage = el("a", { href: "#/macros", onclick: () => close() }, link);
    return [
      input,
      el("div", { class: "macro-choice" }, options, preview),
      el("p", { class: "hint" }, t("macros.keys"), " ", manage),
    ];
  };
  const fill = (fetched) => {
    macros = fetched;
    narrow();
    if (isWaiting) take();
  };
  return { content, fill, fail: (error) => say(explain(error)) };
}

/** What a macro says to a customer of this language, and what else it does. */
function shown(macro, customers) {
  const { language, text } = textFor(macro, customers);
  const isOther = language !== (customers === "zh" ? "zh" : "en");
  return [
    isOther && el("p", { class: "warn" }, t("macros.only_in", { language: languageName(language) })),
    el("p", { class: "macro-text", lang: language }, text),
    el("ul", { class: "macro-effects" }, effects(macro).map((line) => el("li", {}, line))),
  ].filter(Boolean);
}

/** What happens besides the text, a line each. */
export function effects({ status, tags }) {
  return [
    t(`macros.then.${status || "waiting_on_customer"}`),
    ...(tags.length ? [`${t("macros.tags")}: ${tags.join(", ")}`] : []),
  ];
}

/** A placeholder in words. */
export const placeholderName = (name) => label("placeholder", name);
