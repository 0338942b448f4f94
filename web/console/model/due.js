/**
 * What a ticket's target clock says at one moment. Pure: `now` is passed in.
 * kind: `done` (resolved or closed), `paused` (no target runs), `due`, `soon` (15 minutes or less), `late`.
 */

const SOON_MS = 15 * 60_000;

/** @returns {{kind: "done"|"paused"|"due"|"soon"|"late", ms: number}} */
export function due(ticket, now) {
  if (ticket.status === "resolved" || ticket.status === "closed") return { kind: "done", ms: 0 };
  if (!ticket.due_at) return { kind: "paused", ms: 0 };
  const ms = Date.parse(ticket.due_at) - now;
  if (ms < 0) return { kind: "late", ms: -ms };
  return { kind: ms <= SOON_MS ? "soon" : "due", ms };
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
