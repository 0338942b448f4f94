/**
 * What the signed-in agent may do with a ticket now, and the reason when not. The server decides; this only
 * keeps the page from offering what it would refuse. A reason is a key of words/ (`why.*`), "" when allowed.
 */

const isOver = (ticket) => ticket.status === "resolved" || ticket.status === "closed";
const isMine = (ticket, agent) => ticket.assignee?.id === agent.id;
const isHeld = (ticket, agent) => ticket.holder === "agent" && isMine(ticket, agent);

/** @returns {{take: string, reply: string, note: string, "hand-back": string, resolve: string, takesOver: boolean}} */
export function rights(ticket, agent) {
  const takesOver = Boolean(ticket.assignee) && !isMine(ticket, agent);
  if (isOver(ticket)) {
    return { take: "why.over", reply: "why.over", note: "", "hand-back": "why.over", resolve: "why.over", takesOver };
  }
  if (isHeld(ticket, agent)) {
    return { take: "why.yours", reply: "", note: "", "hand-back": "", resolve: "", takesOver };
  }
  if (takesOver) {
    return { take: "", reply: "why.theirs", note: "", "hand-back": "why.theirs", resolve: "why.theirs", takesOver };
  }
  return { take: "", reply: "why.take_first", note: "", "hand-back": "why.not_held", resolve: "", takesOver };
}
