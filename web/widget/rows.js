/**
 * The lines of the message list, as data. A *row* is `{ key, kind, author?, eventId?, slots }`; each slot is what one
 * part of the line shows, so that the view replaces only what changed and a screen reader hears nothing twice.
 */

/** Messages this close together share one time. */
const GROUP_MS = 300_000;

/** What a message may show, in this order, and nothing of it yet. */
const SLOTS = { name: null, body: null, files: [], source: [], progress: null, meta: null, choices: null, rating: null };

export function toRows(state) {
  const said = [...state.events.flatMap((event) => fromEvent(event, state)), ...state.pending.map(fromPending)];
  const rows = said.flatMap((row, i) => (startsDay(said[i - 1], row) ? [dayBefore(row), row] : [row]));
  const lastOwn = said.findLast((row) => row.author === "customer");
  said.forEach((row, i) => row.kind === "message" && finish(row, said[i + 1], row === lastOwn));
  offerChoices(said, state);
  return state.isContinued ? [notice(0, { key: "continued" }), ...rows] : rows;
}

function fromEvent(event, state) {
  const make = { "message.created": message, "ticket.opened": opened }[event.type] ?? change;
  const row = make(event, state);
  return row ? [{ at: event.at, ...row }] : [];
}

function message({ id, at, data }, state) {
  return {
    key: data.client_id ?? `e${id}`,
    kind: "message",
    author: data.author,
    eventId: id,
    ticket: data.ticket,
    buttons: data.rates ? [] : (data.buttons ?? []),
    slots: {
      ...SLOTS,
      name: data.author === "agent" ? data.name || state.agent : null,
      body: { text: data.text, blocks: data.blocks ?? [], progress: data.progress },
      files: (data.attachments ?? []).map((file) => ({ ...file, clientId: data.client_id })),
      source: data.citations ?? [],
      meta: { at, status: "sent", ticket: data.ticket },
      rating: isAsked(id, data.rates, state) ? { number: data.rates } : null,
    },
  };
}

/** A case is rated at the newest question that asks for it, while it is resolved. */
function isAsked(id, number, { events, tickets }) {
  if (!number || tickets.get(number)?.status !== "resolved") return false;
  return events.findLast(({ data }) => data.rates === number).id === id;
}

function fromPending({ clientId, at, text, status, error, button, ticket, file, percent }) {
  const slots = {
    ...SLOTS,
    body: { text, blocks: [] },
    files: file ? [{ ...file, clientId }] : [],
    progress: file && status === "sending" ? { percent: percent ?? 0 } : null,
    meta: { at, status, error, clientId, isEditable: !button && !file, isFile: Boolean(file) },
  };
  return { key: clientId, kind: "message", author: "customer", at, ticket, buttons: [], slots };
}

function opened({ id, data }, state) {
  return { key: `e${id}`, kind: "case", slots: { body: state.tickets.get(data.number) } };
}

/** A new holder or a new status of a ticket; an event that changes nothing the customer sees makes no line. */
function change(event, { events }) {
  const { id, type, data } = event;
  const before = events.filter((each) => each.id < id);
  if (type === "conversation.holder_changed") {
    const held = before.findLast((each) => each.type === type)?.data ?? { holder: "bot" };
    if (held.holder === data.holder && held.name === data.name) return null;
    return notice(id, { key: `holder.${data.holder}`, name: data.name });
  }
  if (type !== "ticket.updated") return null;
  const last = before.findLast((each) => each.data.number === data.number && each.data.status);
  if (!data.status || data.status === last?.data.status) return null;
  return notice(id, { key: "ticket.changed", number: data.number, status: data.status });
}

function notice(id, body) {
  return { key: `e${id}`, kind: "notice", slots: { body } };
}

function startsDay(before, row) {
  const day = (each) => new Date(each.at).toDateString();
  return before ? day(before) !== day(row) : day(row) !== new Date().toDateString();
}

function dayBefore(row) {
  const isToday = new Date(row.at).toDateString() === new Date().toDateString();
  return { key: `day-${row.key}`, kind: "day", slots: { body: { at: row.at, isToday } } };
}

/** The time stands under the last message of a group, "Sent" under the customer's newest; trouble and cases always. */
function finish(row, next, isLastOwn) {
  const { at, status, ticket } = row.slots.meta;
  if (status !== "sent") return;
  const isGrouped = next && new Date(next.at) - new Date(at) < GROUP_MS;
  row.slots.meta = isGrouped && !isLastOwn && !ticket ? null : { at, status: isLastOwn ? "sent" : "", ticket };
}

/**
 * Only what the customer has not answered yet can be chosen, and only while the assistant listens. An answer may come
 * in several messages, each with its own choices; one that is offered again further down stands there only.
 */
function offerChoices(said, state) {
  if (state.holder === "agent" || state.holder === "closed") return;
  const from = said.findLastIndex((row) => row.author === "customer" && !row.ticket);
  const offered = new Set();
  for (const row of said.slice(from + 1).reverse()) {
    const fresh = (row.buttons ?? []).filter(({ label }) => !offered.has(label));
    for (const { label } of fresh) offered.add(label);
    if (fresh.length) row.slots.choices = fresh;
  }
}
