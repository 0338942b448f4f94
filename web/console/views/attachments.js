/** Files of a message: pictures in place with their room kept free, everything else as a download. */
import { attachmentUrl } from "../model/api.js";
import { el } from "../../shared/dom.js";
import { fileSize } from "../words/format.js";
import { t } from "../words/i18n.js";

const MOST_WIDE = 340;
const MOST_HIGH = 260;

/** @param {object[]} files as in a message's data (kit/wire.py) */
export function attachments(number, files = []) {
  if (!files.length || !number) return null;
  return el(
    "ul",
    { class: "files" },
    files.map((file) => el("li", {}, shown(number, file))),
  );
}

function shown(number, file) {
  if (file.is_erased) return el("span", { class: "muted" }, t("file.erased"));
  const href = attachmentUrl(number, file.id);
  if (file.width && file.height) return picture(href, file);
  return el(
    "a",
    { class: "file", href, download: file.name, "data-file": file.id },
    el("span", { class: "file-name", dir: "auto" }, file.name),
    el("span", { class: "muted" }, ` ${fileSize(file.size)}`),
  );
}

function picture(href, { id, name, width, height }) {
  const scale = Math.min(1, MOST_WIDE / width, MOST_HIGH / height);
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  const image = el("img", { src: href, alt: name, loading: "lazy", ...size });
  return el("a", { class: "picture", href, target: "_blank", rel: "noopener", "data-file": id, title: name }, image);
}
