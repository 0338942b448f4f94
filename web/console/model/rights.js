/**
 * What the signed-in agent may do with a ticket now, and the reason when not. The server decides; this only
 * keeps the page from offering what it would refuse. A reason is a key of words/ (`why.*`), "" when allowed.
 */

const LEADS = ["lead", "admin"];

export const isLead = (agent) => LEADS.includes(agent.role);
export const isOver = (ticket) => ticket.status === "resolved" || ticket.status === "closed";
export const isMine = (ticket, agent) => ticket.assignee?.id === agent?.id;
/** The agent has taken the ticket and talks to the customer. */
export const isHeld = (ticket, agent) => ticket.held_by === "agent" && isMine(ticket, agent);
/** Taking it would take it away from somebody. */
export const takesOver = (ticket, agent) => Boolean(ticket.assignee) && !isMine(ticket, agent);

/** @returns {Record<string, string>} verb -> "" or the reason it is not offered */
export function rights(ticket, agent) {
  const over = isOver(ticket) ? "why.over" : "";
  const open = isOver(ticket) ? "" : "why.not_over";
  const own = isMine(ticket, agent) || isLead(agent) ? "" : ticket.assignee ? "why.theirs" : "why.take_it_first";
  const notTheirs = takesOver(ticket, agent) && !isLead(agent) ? "why.theirs" : "";
  const isResting = ticket.status === "on_hold";
  return {
    take: over || (isHeld(ticket, agent) ? "why.yours" : ""),
    reply: over || (takesOver(ticket, agent) ? "why.theirs" : isMine(ticket, agent) ? "" : "why.take_first"),
    note: "",
    resolve: over || notTheirs,
    "hand-back": over || notTheirs || (ticket.held_by === "bot" ? "why.not_held" : ""),
    hold: over || own || (isResting ? "why.on_hold" : ""),
    unhold: over || own || (isResting ? "" : "why.not_on_hold"),
    release: over || own || (ticket.assignee ? "" : "why.nobody"),
    transfer: over || own,
    assign: over || (isLead(agent) ? "" : "why.leads"),
    priority: over || own,
    merge: over || notTheirs,
    tags: ticket.status === "closed" ? "why.over" : "",
    link: "",
    reopen: open || (ticket.status === "closed" ? "why.closed" : ""),
  };
}
