/** Every key, and the switch that turns single keys off. */
import { el } from "../../shared/dom.js";
import { t } from "../words/i18n.js";
import { showDialog } from "./dialog.js";
import { areKeysOn, PAGES_KEY, setKeys, VIEW_KEYS } from "./keys.js";

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

/** What sends: the key that is under the agent's thumb. */
export const sendKey = isApple ? "⌘" : "Ctrl";

const SHEET = {
  "help.list": [
    [["j"], "help.j"],
    [["k"], "help.k"],
    [["Enter", "o"], "help.open"],
    [["c"], "help.c"],
    [["f"], "help.f"],
    [["/"], "help.search"],
    [["x"], "help.x"],
    [["X"], "help.x_range"],
    [["Esc"], "help.escape"],
    [["?"], "help.help"],
  ],
  "help.case": [
    [["r"], "help.r"],
    [["n"], "help.n"],
    [["m"], "help.m"],
    [["i"], "help.i"],
    [[`${sendKey}+Enter`], "help.send"],
    [["a"], "help.a"],
    [["e"], "help.e"],
    [["h"], "help.h"],
    [["t"], "help.t"],
    [["p"], "help.p"],
    [["A"], "help.assign"],
    [["."], "help.menu"],
  ],
  "help.views": [
    ...Object.entries(VIEW_KEYS).map(([key, view]) => [["g", key], `view.${view}`]),
    [["g", PAGES_KEY], "page.menu"],
  ],
};

export function showHelp() {
  showDialog(
    t("help.heading"),
    (close) => [
      el("div", { class: "key-groups" }, Object.entries(SHEET).map(group)),
      el("p", {}, el("label", { class: "check" }, keySwitch(), t("help.switch"))),
      el(
        "p",
        { class: "buttons" },
        el("button", { type: "button", onclick: () => close() }, t("app.close")),
      ),
    ],
    { isWide: true },
  );
}

const group = ([heading, rows]) =>
  el(
    "section",
    {},
    el("h3", {}, t(heading)),
    el(
      "dl",
      { class: "keys" },
      rows.map(([keys, text]) => el("div", {}, el("dt", {}, names(keys)), el("dd", {}, t(text)))),
    ),
  );

/** Two keys are one after the other when the first is g, else one or the other. */
const names = (keys) =>
  keys.flatMap((key, place) => [place > 0 && (keys[0] === "g" ? " " : ` ${t("help.or")} `), el("kbd", {}, key)]);

const keySwitch = () =>
  el("input", { type: "checkbox", checked: areKeysOn(), onchange: (event) => setKeys(event.target.checked) });
