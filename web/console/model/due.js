/**
 * What the target clocks of a ticket say at one moment. Pure: `now` is passed in.
 * A state's kind is `due`, `soon` (past its warning), `late`, `paused`, `met` (in time), `missed` (done, but late),
 * or `idle` (nothing is owed); `ms` is the time left, or the time it is late by.
 */

export const CLOCKS = ["first_response", "next_response", "resolution"];

const SOON_MS = 15 * 60_000;

/** @typedef {{kind: "due"|"soon"|"late"|"paused"|"met"|"missed"|"idle"|"done", ms: number, clock?: string}} State */

/** One clock of a ticket's `clocks`. @returns {State} */
export function clockState(clock, now) {
  if (clock.due_at) return running(Date.parse(clock.due_at), Date.parse(clock.warn_at ?? clock.due_at), now);
  if (clock.at) return { kind: clock.is_breached ? "missed" : "met", ms: 0 };
  if (clock.paused) return { kind: clock.is_breached ? "late" : "paused", ms: clock.remaining_seconds * 1000 };
  return { kind: "idle", ms: 0 };
}

/** The ticket's most pressing clock; a list row has only that one. @returns {State} */
export function due(ticket, now) {
  if (ticket.status === "resolved" || ticket.status === "closed") return { kind: "done", ms: 0 };
  const dues = ticket.clocks
    ? CLOCKS.map((name) => [name, ticket.clocks[name].due_at, ticket.clocks[name].warn_at])
    : [];
  if (!ticket.clocks && ticket.next_due) dues.push([ticket.next_due.clock, ticket.next_due.at, null]);
  const [name, dueAt, warnAt] =
    dues.filter(([, at]) => at).sort((a, b) => Date.parse(a[1]) - Date.parse(b[1]))[0] ?? [];
  if (!dueAt) return { kind: "paused", ms: 0 };
  return { ...running(Date.parse(dueAt), warnAt ? Date.parse(warnAt) : Date.parse(dueAt) - SOON_MS, now), clock: name };
}

function running(dueAt, warnAt, now) {
  if (now > dueAt) return { kind: "late", ms: now - dueAt };
  return { kind: now >= warnAt ? "soon" : "due", ms: dueAt - now };
}

/** A duration as at most two units, the smaller one dropped when it is zero: [[2, "h"], [5, "min"]]. */
export function units(ms) {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return [[minutes, "min"]];
  return minutes < 1440 ? pair(minutes, 60, "h", 1, "min") : pair(minutes, 1440, "d", 60, "h");
}

function pair(minutes, large, largeName, small, smallName) {
  const rest = Math.floor((minutes % large) / small);
  const first = [Math.floor(minutes / large), largeName];
  return rest ? [first, [rest, smallName]] : [first];
}
