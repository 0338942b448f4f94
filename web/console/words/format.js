/** Moments, durations and languages in words, in the interface's language and the agent's own time zone. */
import { due, units } from "../model/due.js";
import { intlLocale, label, t } from "./i18n.js";

const made = new Map();

function formatter(kind, options) {
  const key = `${kind}${intlLocale()}${JSON.stringify(options)}`;
  if (!made.has(key)) made.set(key, new Intl[kind](intlLocale(), options));
  return made.get(key);
}

const write = (at, options) => formatter("DateTimeFormat", options).format(new Date(at));

export const hourAndMinute = (at) => write(at, { hour: "2-digit", minute: "2-digit", hour12: false });

export const dateAndTime = (at) =>
  write(at, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });

/** The hour alone when it is today. */
export const shortMoment = (at, now) => (dayKey(at) === dayKey(now) ? hourAndMinute(at) : dateAndTime(at));

export const fullTime = (at) => write(at, { dateStyle: "full", timeStyle: "long" });

export const calendarDate = (at) => write(at, { year: "numeric", month: "short", day: "numeric" });

/** Traders and order logs speak UTC, so facts do too. */
export const utcTime = (at) => `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** @returns {string} a key of one calendar day where the agent is */
export const dayKey = (at) => new Date(at).toDateString();

export function dayName(at, now) {
  if (dayKey(at) === dayKey(now)) return t("day.today");
  if (dayKey(at) === dayKey(now - 24 * 3600_000)) return t("day.yesterday");
  return write(at, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
}

/** The wall clock in another time zone, or "" when the zone is unknown to this browser. */
export function timeInZone(zone, now) {
  try {
    return write(now, { hour: "2-digit", minute: "2-digit", weekday: "short", hour12: false, timeZone: zone });
  } catch {
    return "";
  }
}

export function languageName(tag) {
  try {
    return formatter("DisplayNames", { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** What stands in a list row: short, and in its own script where agents know it so. */
export const languageBadge = (tag) => (tag?.startsWith("zh") ? "中文" : (tag || "?").split("-")[0].toUpperCase());

export function duration(ms) {
  const parts = units(ms);
  if (parts.length === 1 && parts[0][0] === 0) return t("due.under_minute");
  return parts.map(([n, unit]) => t(`unit.${unit}`, { n })).join(" ");
}

/** A label as it stands within a line. */
const inSentence = (text) => text.charAt(0).toLowerCase() + text.slice(1);

/** @returns {{kind: string, text: string}} */
export function dueWords(ticket, now) {
  const { kind, ms, clock } = due(ticket, now);
  if (kind === "done") return { kind, text: t(`due.${ticket.status}`) };
  if (kind === "paused") return { kind, text: inSentence(label("status", ticket.status)) };
  const what = clock === "resolution" ? "resolution" : "answer";
  return { kind, text: t(kind === "late" ? `due.late.${what}` : `due.in.${what}`, { time: duration(ms) }) };
}

/** One clock's state as its row beside the case says it. */
export function clockWords(name, { kind, ms }) {
  const key = kind === "due" || kind === "soon" ? "clocks.left" : `clocks.${kind}`;
  const own = `${key}.${name}`;
  const text = t(own, { time: duration(ms) });
  return text === own ? t(key, { time: duration(ms) }) : text;
}

/** 3 kB, 1.2 MB */
export function fileSize(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const [n, unit] = bytes < 1e6 ? [bytes / 1e3, "kB"] : [bytes / 1e6, "MB"];
  return `${n < 10 ? Math.round(n * 10) / 10 : Math.round(n)} ${unit}`;
}
