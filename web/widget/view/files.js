/** Files: which can be sent, those of a message (pictures at their size from the start), those about to be sent. */
import { el, icon, tool } from "../../shared/dom.js";
import { draw, emptyCanvas, fitted, measure, save } from "./pictures.js";

const MAX_BYTES = 10 * 2 ** 20;
const MAX_FILES = 5;
/** By extension; the server decides again, by content. */
const TYPES = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  pdf: "application/pdf",
  txt: "text/plain",
  log: "text/plain",
};
const LARGEST = { width: 240, height: 220 };
const PAGE = "M7 3.5h7l4 4v13H7zM14 3.5v4h4M10 12h5M10 16h5";
const REMOVE = "M7 7l10 10M17 7L7 17";
const THUMB = { width: 40, height: 40 };
/** Drawn once and kept: the same files, sent meanwhile, are the same node, so neither focus nor picture is lost. */
const drawn = new Map();
/** The newest description of a file, by client id or id. */
const latest = new Map();
const keyOf = ({ clientId, id }) => clientId ?? id;

export function renderFiles(list, context) {
  for (const file of list) latest.set(keyOf(file), file);
  const key = list.map((file) => [keyOf(file), file.type, file.is_erased]).join();
  if (!drawn.has(key)) drawn.set(key, el("div", { class: "files" }, list.map((file) => one(file, context))));
  return drawn.get(key);
}

function one(file, context) {
  if (file.is_erased) return el("p", {}, context.t("fileErased"));
  return isPicture(file.type) ? picture(file, context) : page(file, context);
}

function page(file, { t, on }) {
  const fetchAndSave = async () => save(await on.file(latest.get(keyOf(file))), file.name);
  const trouble = el("p", { role: "status" });
  const onclick = async () => {
    trouble.textContent = "";
    await fetchAndSave().catch(() => (trouble.textContent = t("fileFailed")));
  };
  const title = t("fileSave", { name: file.name });
  return [el("button", { type: "button", part: "file", title, onclick }, icon(PAGE), label(file)), trouble];
}

function picture(file, { t, on }) {
  const newest = () => latest.get(keyOf(file));
  const canvas = emptyCanvas(fitted(file, LARGEST));
  const onclick = () => (node.classList.contains("broken") ? show() : on.view({ file: newest() }));
  const about = { type: "button", part: "picture", "aria-label": t("pictureOpen", { name: file.name }) };
  const node = el("button", { ...about, onclick }, canvas);
  const show = async () => {
    node.classList.remove("broken");
    await on
      .file(newest())
      .then((blob) => draw(canvas, blob))
      .catch(() => node.classList.add("broken"));
  };
  node.dataset.trouble = t("fileFailed");
  onceSeen(node, show);
  return node;
}

function onceSeen(node, callback) {
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    callback();
  });
  watch.observe(node);
}

/** Media type of a chosen file, by what the browser says or its name; null when it cannot be sent. */
function typeOf({ name, type }) {
  if (Object.values(TYPES).includes(type)) return type;
  return TYPES[name.split(".").at(-1).toLowerCase()] ?? null;
}

/** Key of the text that says why a file cannot be sent, or null. */
function problemOf(file) {
  if (!typeOf(file)) return "fileKind";
  if (!file.size) return "fileEmpty";
  return file.size > MAX_BYTES ? "fileTooLarge" : null;
}

function isPicture(type) {
  return type.startsWith("image/");
}

function label({ name, size }) {
  return el("span", { class: "label" }, el("b", {}, name), el("small", {}, sizeText(size)));
}

function sizeText(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Files that were chosen and not yet sent: how they look, what is wrong with them, and the way to take one back. */
export class Tray {
  #t;
  #changed;
  #chosen = [];
  #list = el("ul", {});
  #problems = el("div", { class: "problems", role: "alert" });

  constructor({ t, onchange }) {
    this.#t = t;
    this.#changed = onchange;
    this.node = el("div", { part: "tray", role: "group", "aria-label": t("tray") }, this.#list, this.#problems);
    this.node.hidden = true;
  }

  get size() {
    return this.#chosen.length;
  }

  async add(files) {
    const problems = [];
    for (const blob of files) {
      const key = this.size >= MAX_FILES ? "fileMany" : problemOf(blob);
      if (key) problems.push(this.#t(key, { name: blob.name, most: MAX_FILES }));
      else await this.#choose(blob);
    }
    this.#problems.replaceChildren(...problems.map((text) => el("p", {}, text)));
    this.#update();
  }

  /** Give what was chosen to whom sends it. */
  take() {
    const taken = this.#chosen.map(({ blob, about }) => ({ blob, about }));
    this.#chosen = [];
    this.#list.replaceChildren();
    this.#problems.replaceChildren();
    this.#update();
    return taken;
  }

  async #choose(blob) {
    const { name, size } = blob;
    const type = typeOf(blob);
    const about = { name, type, size, ...(isPicture(type) ? await measure(blob) : {}) };
    const node = this.#render(blob, about);
    this.#chosen.push({ blob, about, node });
    this.#list.append(node);
  }

  #render(blob, about) {
    const remove = tool(REMOVE, `${this.#t("remove")} ${about.name}`, { onclick: () => this.#remove(blob) });
    const look = about.width ? emptyCanvas(THUMB) : icon(PAGE);
    if (about.width) draw(look, blob);
    return el("li", {}, look, label(about), remove);
  }

  #remove(blob) {
    const gone = this.#chosen.find((each) => each.blob === blob);
    this.#chosen = this.#chosen.filter((each) => each !== gone);
    gone.node.remove();
    this.#problems.replaceChildren();
    this.#update();
  }

  #update() {
    this.node.hidden = !this.size && !this.#problems.childElementCount;
    this.#changed();
  }
}
