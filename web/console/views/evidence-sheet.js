/** The evidence of a case as a sheet: each pack with its chart, notes, sources and hashes; and asking again. */
import { attribute, el, safeUrl } from "../../shared/dom.js";
import { dateAndTime, fileSize, utcTime } from "../words/format.js";
import { language, t } from "../words/i18n.js";
import { showDialog } from "./dialog.js";
import { explain } from "./explain.js";

const DARK = "(prefers-color-scheme: dark)";

/** @param {import("../model/desk.js").Desk} desk */
export function showEvidence(desk) {
  const { evidence, open } = desk;
  const body = el("div", { class: "evidence" });
  const show = (pack) => body.replaceChildren(...(pack ? whole(evidence.packs, pack, show) : []));
  const showNewest = () => show(evidence.packs[0]);
  const collected = () => {
    showNewest();
    body.scrollIntoView();
  };
  showNewest();
  return showDialog(
    t("evidence.of", { number: open.number }),
    (close) => [
      body,
      again(evidence, collected),
      el(
        "p",
        { class: "buttons" },
        el("button", { type: "button", name: "close", onclick: () => close() }, t("app.close")),
      ),
    ],
    { isWide: true },
  );
}

/** The picture, drawn by the desk from what is stored; its colours follow the page. The findings are written on it. */
export function chart(pack, alt = "") {
  const address = (theme) => `${pack.chart}?theme=${theme}&lang=${language()}`;
  return el(
    "picture",
    {},
    el("source", { srcset: address("dark"), media: DARK }),
    el("img", { class: "chart", src: address("light"), alt, width: 640, height: 420 }),
  );
}

function whole(packs, pack, show) {
  return [
    packs.length > 1 && choice(packs, pack, show),
    el(
      "div",
      { class: "chart-frame", tabindex: 0, role: "group", "aria-label": t("evidence.chart") },
      chart(pack, pack.findings.map((note) => note.text).join(" ")),
    ),
    el("p", { class: "hint" }, origin(pack)),
    el("ul", { class: "parts" }, pack.parts.map(part)),
    el("p", { class: "hint" }, "SHA-256 ", hash(pack.sha256), " · ", download(pack.manifest, t("evidence.manifest"))),
  ].filter(Boolean);
}

function origin({ collected_at: at, requested_by: who, subject }) {
  const key = who ? "evidence.collected_by" : "evidence.collected_itself";
  const about = subject.at && t("evidence.about", { symbol: subject.symbol ?? "?", at: moment(subject.at) });
  return [t(key, { at: dateAndTime(at), who }), about].filter(Boolean).join(" ");
}

/** As given: an instant, or the customer's words. */
const moment = (at) => (Number.isNaN(Date.parse(at)) ? at : utcTime(at));

function choice(packs, pack, show) {
  const button = (each) =>
    el(
      "button",
      { type: "button", "aria-pressed": String(each.id === pack.id), onclick: () => show(each) },
      t("evidence.pack", { n: each.sequence, at: dateAndTime(each.collected_at) }),
    );
  return el("div", { class: "packs", role: "group", "aria-label": t("evidence.packs") }, packs.map(button));
}

function part({ name, missing, notes, sources, sha256, size, data }) {
  return el(
    "li",
    { "data-part": name, "data-missing": Boolean(missing) },
    el("strong", {}, t(`evidence.part.${name}`)),
    data && el("span", {}, " · ", download(data, t("evidence.data", { size: fileSize(size) }))),
    el(
      "ul",
      {},
      [missing, ...notes].filter(Boolean).map((note) => el("li", { class: missing && "warn" }, note.text)),
    ),
    el(
      "details",
      {},
      el("summary", {}, t("evidence.sources")),
      el(
        "ul",
        {},
        sources.map((source) => el("li", {}, from(source))),
      ),
      sha256 && el("p", {}, "SHA-256 ", hash(sha256)),
    ),
  );
}

const from = (source) =>
  source.startsWith("http") ? el("a", { href: safeUrl(source), target: "_blank", rel: "noopener" }, source) : source;

const hash = (sha256) => el("code", { class: "copyable" }, sha256);

const download = (href, text) => el("a", { href, download: "" }, text);

function again(evidence, collected) {
  const { subject } = evidence;
  const message = el("p", { class: "form-message", role: "status" });
  const button = el("button", { type: "submit", name: "collect" }, t("evidence.collect"));
  const field = (name, value, hint) => {
    const input = el("input", {
      type: "text",
      name,
      id: `evidence-${name}`,
      value: value ?? "",
      placeholder: hint,
      autocomplete: "off",
    });
    return [input, el("div", { class: "field" }, el("label", { for: input.id }, t(`evidence.${name}`)), input)];
  };
  const [symbol, symbolRow] = field("symbol", subject.symbol, "XBTUSD");
  const [at, atRow] = field("at", subject.at, "2026-11-22T03:12:00Z");
  const [price, priceRow] = field("price", plain(subject.price), "97000");
  const submit = async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled")) return;
    attribute(button, "aria-disabled", "true");
    message.textContent = t("evidence.collecting");
    try {
      await evidence.collect(language(), changed(subject, { symbol: symbol.value, at: at.value, price: price.value }));
      message.textContent = "";
      collected();
    } catch (error) {
      message.textContent = explain(error);
    } finally {
      attribute(button, "aria-disabled", null);
    }
  };
  const form = el("form", { class: "again", onsubmit: submit }, symbolRow, atRow, priceRow, button);
  return el(
    "details",
    { class: "collect-again" },
    el("summary", {}, t("evidence.again")),
    el("p", { class: "hint" }, t("evidence.again_hint")),
    form,
    message,
  );
}

const plain = (price) => price?.replaceAll(/[,\s$]/g, "");

/** Only what the agent knows better than the facts. */
function changed(subject, given) {
  const held = { ...subject, price: plain(subject.price) };
  return Object.fromEntries(
    Object.entries(given)
      .map(([name, value]) => [name, value.trim()])
      .filter(([name, value]) => value && value !== (held[name] ?? "")),
  );
}
