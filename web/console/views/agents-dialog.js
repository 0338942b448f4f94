/** What can be done with an account: invite somebody, change one, and the link that is shown once. */
import { attribute, el } from "../../shared/dom.js";
import { QUEUES } from "../model/inbox.js";
import { calendarDate, hourAndMinute, languageName } from "../words/format.js";
import { label, t } from "../words/i18n.js";
import { tell } from "./announcer.js";
import { confirm } from "./confirm.js";
import { copyButton } from "./copy-button.js";
import { showDialog } from "./dialog.js";
import { explain } from "./explain.js";

const ROLES = ["agent", "lead", "admin"];
const LANGUAGES = ["en", "zh"];

/** Ask who is to come and show the link they set their password by. */
export async function inviteAgent(desk) {
  const blank = { role: "agent", queues: QUEUES, languages: ["en"], capacity: 5 };
  let link = null;
  const send = async (values) => (link = (await desk.api.send("POST", "/agents", values)).link);
  const asked = ["login", "name", "role"];
  const isSent = await accountForm(t("agents.invite"), blank, asked, t("agents.invite_submit"), send);
  if (isSent) await showLink(link);
}

/** Change an account; what ends something is asked again first. */
export async function editAccount(desk, account) {
  const isAdmin = desk.agent.role === "admin";
  const path = `/agents/${account.id}`;
  const send = (values) => desk.api.send("PATCH", path, changed(account, values));
  const more = isAdmin ? (close) => moves(desk, account, close) : null;
  await accountForm(account.name, account, isAdmin ? ["name", "role"] : [], t("agents.save"), send, more);
}

/** Only what is different: a role that stays ends no session. */
const changed = (account, values) =>
  Object.fromEntries(
    Object.entries(values).filter(([name, value]) => String(value) !== String(account[name])),
  );

function accountForm(heading, account, asked, submit, send, more) {
  const alert = el("div", { class: "notice", role: "alert", hidden: true });
  const inputs = controls(account, asked);
  const show = (close) => {
    const button = el("button", { class: "primary", name: "confirm" }, submit);
    const cancel = { type: "button", name: "cancel", onclick: () => close() };
    const form = el(
      "form",
      { class: "form", novalidate: true },
      asked.map((name) => field(t(`agents.${name}`), inputs[name], name === "name" && t("agents.name_hint"))),
      choices(t("agents.queues"), inputs.queues),
      choices(t("agents.languages"), inputs.languages),
      field(t("agents.capacity"), inputs.capacity, t("agents.capacity_hint")),
      alert,
      el("p", { class: "buttons" }, button, el("button", cancel, t("app.cancel"))),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (button.getAttribute("aria-disabled")) return;
      attribute(button, "aria-disabled", "true");
      try {
        await send(values(inputs, asked));
        close("sent");
      } catch (error) {
        alert.replaceChildren(explain(error));
        alert.hidden = false;
        attribute(button, "aria-disabled", null);
      }
    });
    return [form, more?.(close)].filter(Boolean);
  };
  return showDialog(heading, show, { isWide: true }).then((answer) => answer === "sent");
}

function controls(account, asked) {
  const boxes = (group, names, text) =>
    names.map((name) => {
      const box = el("input", { type: "checkbox", name: group, value: name, checked: account[group].includes(name) });
      return { box, text: text(name) };
    });
  const languages = [...new Set([...LANGUAGES, ...account.languages])];
  const made = {
    capacity: el("input", { type: "number", name: "capacity", id: "agent-capacity", min: 0, max: 100 }),
    queues: boxes("queues", QUEUES, (queue) => label("queue", queue)),
    languages: boxes("languages", languages, languageName),
  };
  made.capacity.value = account.capacity;
  for (const name of asked) {
    const attributes = { name, id: `agent-${name}`, autocomplete: "off", autofocus: name === asked[0] };
    if (name === "role") {
      made.role = el("select", attributes, ROLES.map((role) => el("option", { value: role }, label("role", role))));
    } else made[name] = el("input", { type: "text", autocapitalize: "none", ...attributes });
    made[name].value = account[name] ?? "";
  }
  return made;
}

function values(inputs, asked) {
  const chosen = (boxes) => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
  return {
    ...Object.fromEntries(asked.map((name) => [name, inputs[name].value.trim()])),
    queues: chosen(inputs.queues),
    languages: chosen(inputs.languages),
    capacity: Math.trunc(Number(inputs.capacity.value)),
  };
}

/** What is done at once, beside the form. */
function moves(desk, account, close) {
  const path = `/agents/${account.id}`;
  const button = (name, work) => el("button", { type: "button", name, onclick: work }, t(`agents.do.${name}`));
  const run = (name, method, rest) => async () => {
    const ask = () => confirm(t(`agents.ask.${name}`, account), t(`agents.${name}_means`), t(`agents.do.${name}`));
    if (name !== "revoke" && !(await ask())) return;
    try {
      await desk.api.send(method, `${path}/${rest}`);
      close();
      tell(t("agents.done"));
    } catch (error) {
      tell(explain(error));
    }
  };
  const issue = async () => {
    try {
      const { link } = await desk.api.send("POST", `${path}/link`);
      close();
      await showLink(link);
    } catch (error) {
      tell(explain(error));
    }
  };
  const isGone = account.status === "deactivated";
  return el(
    "section",
    { class: "account-moves", "aria-label": t("agents.account") },
    el("h3", {}, t("agents.account")),
    el(
      "p",
      { class: "buttons" },
      !isGone && button(account.status === "invited" ? "invite_again" : "reset_password", issue),
      account.link && button("revoke", run("revoke", "DELETE", "link")),
      account.has_second_factor && button("reset_factor", run("reset_factor", "DELETE", "second-factor")),
      isGone && button("reactivate", run("reactivate", "POST", "reactivate")),
      !isGone && button("deactivate", run("deactivate", "POST", "deactivate")),
    ),
  );
}

/** The link is known only now: the desk keeps its hash. */
function showLink({ token, kind, expires_at: until }) {
  const address = new URL(`/console#/invite/${token}`, location.href).href;
  const input = el("input", { type: "text", name: "link", id: "agent-link", readonly: true, autofocus: true });
  input.value = address;
  input.addEventListener("focus", () => input.select());
  return showDialog(
    t(`agents.link_${kind}`),
    (close) => [
      el("p", { class: "muted" }, t("agents.link_means", { time: `${calendarDate(until)}, ${hourAndMinute(until)}` })),
      el("div", { class: "account-moves" }, field(t("agents.link"), input)),
      el(
        "p",
        { class: "buttons" },
        copyButton(address, "agents", { class: "primary" }),
        el("button", { type: "button", name: "close", onclick: () => close() }, t("app.close")),
      ),
    ],
    { isWide: true },
  );
}

const field = (text, input, hint) =>
  el("div", { class: "field" }, el("label", { for: input.id }, text), input, hint && el("p", { class: "hint" }, hint));

const choices = (text, boxes) =>
  el(
    "fieldset",
    { class: "choices" },
    el("legend", {}, text),
    boxes.map(({ box, text: name }) => el("label", { class: "check" }, box, name)),
  );
