/** The interface's languages, each in its own words; the current one is pressed. */
import { el } from "../../shared/dom.js";
import { language, LANGUAGES, setLanguage, t } from "../words/i18n.js";

export function languageSwitch() {
  const button = ([name, text]) =>
    el(
      "button",
      {
        type: "button",
        class: "quiet",
        lang: name,
        name: `language-${name}`,
        "aria-pressed": String(name === language()),
        onclick: () => setLanguage(name),
      },
      text,
    );
  return el(
    "div",
    { class: "language-switch", role: "group", "aria-label": t("app.language") },
    Object.entries(LANGUAGES).map(button),
  );
}
