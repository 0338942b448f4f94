/** The interface's language: the agent's choice, else the browser's. Texts live in words/en.js and words/zh.js. */
import { pickLocale, translator } from "../../shared/i18n.js";
import { en } from "./en.js";
import { zh } from "./zh.js";

const KEY = "pharos.console.language";
const TABLES = { en, zh };

export const LANGUAGES = { en: "English", zh: "中文" };

/** Emits `change` when the agent switches. */
export const languageEvents = new EventTarget();

let current = pickLocale(chosen(), navigator.language);

export const language = () => current;

/** The tag for Intl: English as an international desk writes it, with a 24 hour clock. */
export const intlLocale = () => (current === "zh" ? "zh-CN" : "en-GB");

export function setLanguage(name) {
  current = name;
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // Chosen for this page only.
  }
  languageEvents.dispatchEvent(new Event("change"));
}

/** The text for a key, its `{name}` places filled from `values`. */
export const t = (key, values) => translator(TABLES, current)(key, values);

/** The text for a key and a number: `key.one`, `key.other`. */
export const counted = (key, n) => t(`${key}.${new Intl.PluralRules(current).select(n)}`, { n });

/** The text the current language has of its own, or "". */
export const own = (key) => TABLES[current][key] ?? "";

/** Names in a row: "Bob and Ana", "Bob、Ana". */
export const joined = (names) => new Intl.ListFormat(intlLocale(), { type: "conjunction" }).format(names);

/** The label of a name the server uses (`case`, `field`, `status`, ...); an unknown one is made readable. */
export const label = (group, name) => (hasLabel(group, name) ? t(`${group}.${name}`) : humanize(String(name)));

export const hasLabel = (group, name) => `${group}.${name}` in en;

function humanize(name) {
  const words = name.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function chosen() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
