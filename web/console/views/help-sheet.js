/** Every key, and the switch that turns single keys off. */
import { el } from "../../shared/dom.js";
import { t } from "../words/i18n.js";
import { showDialog } from "./dialog.js";
import { areKeysOn, setKeys } from "./keys.js";

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

/** What sends: the key that is under the agent's thumb. */
export const sendKey = isApple ? "⌘" : "Ctrl";

const SHEET = [
  [["j"], "help.j"],
  [["k"], "help.k"],
  [["Enter", "o"], "help.open"],
  [["r"], "help.r"],
  [["n"], "help.n"],
  [["t"], "help.t"],
  [["e"], "help.e"],
  [[`${sendKey}+Enter`], "help.send"],
  [["Esc"], "help.escape"],
  [["?"], "help.help"],
];

export function showHelp() {
  showDialog(t("help.heading"), (close) => [
    el(
      "dl",
      { class: "keys" },
      SHEET.map(([keys, text]) => el("div", {}, el("dt", {}, names(keys)), el("dd", {}, t(text)))),
    ),
    el("p", {}, el("label", { class: "check" }, keySwitch(), t("help.switch"))),
    el(
      "p",
      { class: "buttons" },
      el("button", { type: "button", autofocus: true, onclick: () => close() }, t("app.close")),
    ),
  ]);
}

const names = (keys) => keys.flatMap((key, place) => [place > 0 && ` ${t("help.or")} `, el("kbd", {}, key)]);

const keySwitch = () =>
  el("input", { type: "checkbox", checked: areKeysOn(), onchange: (event) => setKeys(event.target.checked) });
