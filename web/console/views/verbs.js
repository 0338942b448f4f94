/** What each change of a ticket asks for before it is made, and what is sent then. */
import { PRIORITIES } from "../model/inbox.js";
import { label, t } from "../words/i18n.js";
import { tell } from "./announcer.js";
import { problem } from "./explain.js";
import { formDialog } from "./form-dialog.js";
import { choose, note, queueOptions, tagsIn } from "./form-fields.js";
import { resolveForm } from "./resolve.js";

const NUMBER_LENGTH = 16;

/**
 * A form: fields, `body` which makes what is sent of their values, `sent` which tidies up after it.
 * @type {Record<string, (desk: import("../model/desk.js").Desk, ticket: object) => object | Promise<object>>}
 */
const FORMS = {
  resolve: resolveForm,
  hold: () => ({ fields: [reason(t("form.hold_hint"))] }),
  release: () => ({ fields: [reason()] }),
  reopen: () => ({ fields: [reason()] }),
  priority: (_desk, ticket) => ({ fields: [priority(ticket), reason()] }),
  tags: (_desk, ticket) => ({ fields: [tags(ticket)], body: (values) => changedTags(ticket.tags, values.tags) }),
  merge: (_desk, ticket) => ({ fields: [number("into", ticket), reason()], submit: t("action.merge") }),
  link: (_desk, ticket) => ({ fields: [number("to", ticket)] }),
  assign: async (desk) => ({
    fields: [choose("agent_id", t("form.agent"), people(await desk.api.agents())), reason()],
  }),
  transfer: async (desk, ticket) => ({
    fields: [choose("target", t("form.target"), targets(await desk.api.agents(), desk.agent, ticket)), note()],
    body: ({ target, note: text }) => ({ ...toTarget(target), note: text }),
  }),
};

/**
 * Ask for what a verb needs, then do it. The version sent is the one the agent saw when they began to decide; told
 * of a change, they may send again from the new one.
 * @param {import("../model/desk.js").Desk} desk
 */
export async function perform(desk, verb) {
  const { open } = desk;
  if (!FORMS[verb]) {
    await desk.act(verb, { version: open.ticket.version });
    return tell(t(`done.${verb}`));
  }
  const { fields, body = filled, sent, intro, submit, isWide, aside } = await FORMS[verb](desk, open.ticket);
  const heading = t(`ask.${verb}`, { number: open.number });
  let { version } = open.ticket;
  const send = async (values) => {
    try {
      await desk.act(verb, { ...body(values), version });
    } catch (error) {
      version = open.ticket.version;
      throw error;
    }
  };
  const form = {
    heading,
    intro: intro ?? t(`ask.${verb}.text`),
    fields,
    submit: submit ?? t(`action.${verb}`),
    isWide,
    aside,
  };
  if (!(await formDialog(form, send, (error) => problem(error, desk.agent)))) return undefined;
  sent?.();
  return tell(t(`done.${verb}`));
}

/** Empty fields are left out. */
const filled = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value));

const reason = (hint) => ({ name: "reason", label: t("form.reason"), hint: hint ?? t("form.reason_hint"), most: 500 });

const priority = (ticket) => ({
  ...choose(
    "priority",
    t("side.priority"),
    PRIORITIES.map((name) => [name, label("priority", name)]),
  ),
  value: ticket.priority,
});

const tags = (ticket) => ({
  name: "tags",
  label: t("side.tags"),
  hint: t("form.tags_hint"),
  value: ticket.tags.join(" "),
});

const number = (name, ticket) => ({
  name,
  label: t("form.number"),
  hint: "PH-XXXX-XXXX",
  isRequired: true,
  most: NUMBER_LENGTH,
  suggestions: ticket.related.map((other) => other.number),
});

function changedTags(held, text) {
  const wanted = [...new Set(tagsIn(text.toLowerCase()))];
  return { add: wanted.filter((tag) => !held.includes(tag)), remove: held.filter((tag) => !wanted.includes(tag)) };
}

/** Whoever is there, with how much they have. */
const people = (agents) =>
  agents
    .filter(({ presence }) => presence !== "offline")
    .map((agent) => [agent.id, t(`form.agent.${agent.presence}`, agent)]);

function targets(agents, me, ticket) {
  const others = people(agents.filter(({ id }) => id !== me.id && id !== ticket.assignee?.id));
  const agentChoices = others.map(([id, text]) => [`agent:${id}`, text]);
  return [
    { label: t("form.queues"), options: queueOptions("queue:") },
    { label: t("form.agents"), options: agentChoices.length ? agentChoices : [["", t("form.nobody_else")]] },
  ];
}

function toTarget(target) {
  const [kind, name] = target.split(":");
  return kind === "queue" ? { queue: name } : { agent_id: name };
}
