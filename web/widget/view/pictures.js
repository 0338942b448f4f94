/** Pictures drawn from their bytes on a canvas: they need no address, so no site's policy can forbid them. */
import { el, tool } from "../../shared/dom.js";

const CLOSE = "M6 6l12 12M18 6L6 18";
const SAVE = "M12 4v11M7 10.5l5 5 5-5M5 20h14";

/** Dots a canvas may have on every phone. */
const MOST_DOTS = 16e6;

/** The size of a picture inside `most`, in CSS pixels, never enlarged. */
export function fitted({ width, height }, most) {
  if (!width || !height) return most;
  const scale = Math.min(most.width / width, most.height / height, 1);
  return { width: Math.max(Math.round(width * scale), 32), height: Math.max(Math.round(height * scale), 32) };
}

export function emptyCanvas({ width, height }) {
  const sharpness = Math.min(globalThis.devicePixelRatio || 1, 2);
  const canvas = el("canvas", { width: width * sharpness, height: height * sharpness, "aria-hidden": "true" });
  canvas.style.aspectRatio = `${width} / ${height}`;
  canvas.style.inlineSize = `${width}px`;
  return canvas;
}

/** Draw a picture over the whole canvas, its proportions kept. Rejects what is no picture. */
export async function draw(canvas, blob) {
  const bitmap = await createImageBitmap(blob);
  const { width, height } = canvas;
  const scale = Math.min(width / bitmap.width, height / bitmap.height);
  const [across, down] = [bitmap.width * scale, bitmap.height * scale];
  canvas.getContext("2d").drawImage(bitmap, (width - across) / 2, (height - down) / 2, across, down);
  bitmap.close();
  return canvas;
}

/** Width and height of a picture in pixels; nothing when it is none. */
export async function measure(blob) {
  const { width, height } = await createImageBitmap(blob).catch(() => ({}));
  return width ? { width, height } : {};
}

async function whole(blob) {
  const { width, height } = await measure(blob);
  const scale = Math.min(Math.sqrt(MOST_DOTS / (width * height)), 1);
  return draw(el("canvas", { width: width * scale, height: height * scale }), blob);
}

export function save(blob, name) {
  const href = URL.createObjectURL(blob);
  el("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

/**
 * Show one picture over everything else: fitted to the screen, at its own size on a click, with a way to keep it.
 * `what` is a customer's `file`, or the `src` and `alt` of a picture with an address.
 */
export async function showPicture(root, what, { t, on }) {
  const blob = what.file && (await on.file(what.file));
  const name = what.file?.name ?? what.alt;
  const picture = blob ? await whole(blob) : el("img", { src: what.src, alt: "" });
  const keep = blob && tool(SAVE, t("fileSave", { name }), { onclick: () => save(blob, name) });
  const close = tool(CLOSE, t("pictureClose"), { onclick: () => viewer.close() });
  const bar = el("div", { class: "bar" }, el("p", {}, name), keep, close);
  const stage = el("div", { class: "stage", onclick: () => viewer.classList.toggle("whole") }, picture);
  const viewer = el("dialog", { part: "viewer", "aria-label": name, onclose: () => viewer.remove() }, bar, stage);
  const opener = root.activeElement;
  viewer.addEventListener("close", () => opener?.focus());
  root.append(viewer);
  viewer.showModal();
}
