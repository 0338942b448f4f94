/**
 * What the customer sees, as a pure function of actions. Events are kept once each, by id, so a replay is harmless;
 * unconfirmed messages stand behind them until their event arrives.
 *
 * Actions: `events` {events, now}, `typing` {author?, until} (0: over), `queued` {entry}, `sent` {clientId, eventId,
 * ticket?}, `progress` {clientId, share} of a file, `refused` {clientId, error}, `dropped` {clientId}, `link` {up},
 * `reset` {ended?}.
 */

/** A typing sign nobody renews disappears. */
const TYPING_MS = 8_000;

export const EMPTY = Object.freeze({
  events: [],
  pending: [],
  holder: "bot",
  agent: "",
  tickets: new Map(),
  typing: null,
  isUp: true,
  isContinued: false,
});

const REDUCERS = {
  events: takeEvents,
  typing: (state, { author, until }) => ({ ...state, typing: until ? { author, until } : null }),
  queued: (state, { entry }) => ({ ...state, pending: [...without(state.pending, entry.clientId), { ...entry }] }),
  sent: (state, { clientId, eventId }) => withoutEchoes(changed(state, clientId, { status: "sent", eventId })),
  progress: (state, { clientId, share }) => changed(state, clientId, { percent: Math.floor(share * 100) }),
  refused: (state, { clientId, error }) => changed(state, clientId, { status: "failed", error }),
  dropped: (state, { clientId }) => ({ ...state, pending: without(state.pending, clientId) }),
  link: (state, { up }) => ({ ...state, isUp: up }),
  reset: (state, { ended = false }) => ({ ...EMPTY, isUp: state.isUp, isContinued: ended }),
};

export function reduce(state, action) {
  return REDUCERS[action.type](state, action);
}

export function isEmpty(state) {
  return !state.events.length && !state.pending.length;
}

export function countUnread(state, seenId) {
  const fresh = state.events.filter((event) => event.id > seenId && event.type === "message.created");
  return fresh.filter((event) => event.data.author !== "customer").length;
}

export function lastEventId(state) {
  return state.events.at(-1)?.id ?? 0;
}

/** The newest ticket that still waits for somebody, or null. */
export function openTicket(state) {
  return [...state.tickets.values()].filter(isOpen).at(-1) ?? null;
}

export function isOpen({ status }) {
  return !["resolved", "closed"].includes(status);
}

function takeEvents(state, { events, now }) {
  const known = new Set(state.events.map((event) => event.id));
  const fresh = events.filter((event) => event.id && !known.has(event.id) && known.add(event.id));
  const typing = events.findLast((event) => event.type === "typing");
  const all = fresh.length ? redacted([...state.events, ...fresh].sort((a, b) => a.id - b.id)) : state.events;
  const isAnswered = fresh.some((event) => event.type === "message.created" && event.data.author !== "customer");
  const next = { ...state, events: all, ...(fresh.length ? derive(all) : {}) };
  const author = next.holder === "agent" ? "agent" : "bot";
  if (isAnswered) next.typing = null;
  else if (typing) next.typing = { author, until: now + TYPING_MS };
  return withoutEchoes(next);
}

/** A message reads as its last redaction says. */
function redacted(events) {
  const told = events.filter((event) => event.type === "message.redacted");
  const now = new Map(told.map(({ data }) => [data.event_id, data.message]));
  return events.map((event) => (now.has(event.id) ? { ...event, data: { ...event.data, ...now.get(event.id) } } : event));
}

/** Holder, agent and tickets are never set, only read off the events: order of arrival cannot matter. */
function derive(events) {
  let holder = "bot";
  let agent = "";
  const tickets = new Map();
  for (const { type, data } of events) {
    if (type === "conversation.holder_changed") holder = data.holder;
    if (data.author === "agent" || data.holder === "agent") agent = data.name ?? agent;
    if (type.startsWith("ticket.")) tickets.set(data.number, { ...tickets.get(data.number), ...data });
  }
  return { holder, agent, tickets };
}

function withoutEchoes(state) {
  if (!state.pending.length) return state;
  const said = new Set(state.events.flatMap((event) => [event.id, event.data.client_id]));
  const pending = state.pending.filter((entry) => !said.has(entry.clientId) && !said.has(entry.eventId ?? 0));
  return { ...state, pending };
}

function changed(state, clientId, change) {
  const pending = state.pending.map((entry) => (entry.clientId === clientId ? { ...entry, ...change } : entry));
  return { ...state, pending };
}

function without(pending, clientId) {
  return pending.filter((entry) => entry.clientId !== clientId);
}
