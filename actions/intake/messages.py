"""What the intake says: a question with its place in the row, the summary, and the case for the desk."""

from __future__ import annotations

import re
from collections.abc import Iterable

from actions.intake import times
from actions.intake.questions import KINDS
from actions.intake.state import Intake
from actions.replies import Reply
from actions.shape import shorten
from kit import blocks
from kit.blocks import Block
from kit.wire import BotMessage, Button, CaseDraft, Payload, Progress

#: Longest value shown in a list of facts; the case has it whole.
_SHOWN = 300
#: The zones offered: what the exchange shows its times in, and that of most who write here.
_ZONES = (("utc", "UTC"), ("east", "UTC+8"))
#: What parts messages that were told one after the other.
_NEXT_MESSAGE = re.compile(r"\s*\n\s*")


def question(reply: Reply, intake: Intake, *before: str) -> BotMessage:
    """Return the pending question, after whatever there is to say before it."""
    slot = intake.pending or ""
    step, total = intake.progress
    asked = reply.words.say(ask_key(reply, intake), reading=_reading(reply, intake), time=_loose_time(intake))
    opening = [part for part in before if part]
    if slot in intake.facts:
        return BotMessage("\n\n".join([*opening, asked]), buttons=_answers(reply, slot))
    line = reply.words.say("intake_step", step=step, total=total, question=asked)
    return BotMessage("\n\n".join([*opening, line]), buttons=_answers(reply, slot), progress=Progress(step, total))


def _reading(reply: Reply, intake: Intake) -> str:
    """Say in which zone a time is read, or ask for it to be named."""
    if intake.zone or reply.turn.knows_zone:
        return reply.words.say("zone_taken", zone=reply.words.timezone)
    return reply.words.say("zone_wanted")


def _loose_time(intake: Intake) -> str:
    """Return the clock time whose zone is asked for."""
    at = intake.facts.get("occurred_at", "")
    return at[len("2026-11-22T") : len("2026-11-22T03:12")]


def ask_key(reply: Reply, intake: Intake) -> str:
    """Return the response that asks for the pending slot, the case's own where it has one."""
    own = f"ask_{intake.pending}_{intake.case}"
    return own if reply.words.has(own) else f"ask_{intake.pending}"


def _answers(reply: Reply, slot: str) -> list[Button]:
    choice = []
    if KINDS[slot] == "choice":
        choice = [reply.button("label_yes", "affirm"), reply.button("label_no", "deny")]
    elif slot == "zone":
        choice = [reply.button(f"label_zone_{name}", "set_slot", slot="zone", value=zone) for name, zone in _ZONES]
    return [*choice, reply.button("label_skip", "skip"), reply.person()]


def summary(reply: Reply, intake: Intake, before: str = "") -> BotMessage:
    """Return the facts for the customer to confirm."""
    head = reply.words.say("intake_summary", case=reply.words.say(f"case_name_{intake.case}"))
    prompt = reply.words.say("intake_confirm")
    listed = [(name_of(reply, slot), shown(reply, intake, slot)) for slot in _listed(intake)]
    gaps = "、" if reply.words.language == "zh" else ", "
    missing = gaps.join(name_of(reply, slot) for slot in intake.missing)
    left_out = reply.words.say("intake_missing", names=missing) if missing else ""
    opening = [part for part in (before, head) if part]
    closing = [part for part in (left_out, prompt) if part]
    facts = _fact_list(listed) if listed else blocks.paragraph(reply.words.say("intake_no_facts"))
    made = [*map(blocks.paragraph, opening), facts, *map(blocks.paragraph, closing)]
    asked = max(len(intake.asked), 1)
    return BotMessage(blocks.plain_text(made), made, confirm_buttons(reply), progress=Progress(asked, asked))


def _fact_list(facts: list[tuple[str, str]]) -> Block:
    return {
        "type": "list",
        "items": [[blocks.span(f"{name}: ", bold=True), blocks.span(value)] for name, value in facts],
    }


def confirm_buttons(reply: Reply) -> list[Button]:
    return [
        reply.button("label_send", "affirm"),
        reply.button("label_change", "deny"),
        reply.button("label_cancel", "cancel"),
    ]


def change_buttons(reply: Reply, intake: Intake) -> list[Button]:
    """Return a button for every fact that can be said again."""
    slots = dict.fromkeys([*_in_order(intake), *intake.missing])
    return [Button(name_of(reply, slot), Payload("set_slot", {"slot": slot})) for slot in slots]


def name_of(reply: Reply, slot: str) -> str:
    return reply.words.say(f"name_{slot}")


def changed(reply: Reply, intake: Intake, slots: Iterable[str]) -> str:
    """Say which facts were changed, and to what."""
    reply.words.timezone = intake.zone or reply.turn.timezone
    colon, gap = ("：", "；") if reply.words.language == "zh" else (": ", "; ")
    told = dict.fromkeys("occurred_at" if slot == "zone" else slot for slot in slots)
    facts = gap.join(name_of(reply, slot) + colon + shown(reply, intake, slot) for slot in told if slot in intake.facts)
    return reply.words.say("intake_changed", facts=facts)


def shown(reply: Reply, intake: Intake, slot: str) -> str:
    """Return a fact as people read it."""
    value = intake.facts[slot]
    if KINDS[slot] == "time" and times.is_exact(value):
        value = reply.words.moment(value)
    if KINDS[slot] == "position":
        value = _side_named(reply, value)
    if slot == "amount" and "currency" not in intake.order and slot not in intake.unverified:
        value = f"{value} {intake.facts.get('currency', '')}".strip()
    mark = reply.words.say("intake_as_typed") if slot in intake.unverified else ""
    return shorten(_NEXT_MESSAGE.sub(" / ", value), _SHOWN) + mark


def _side_named(reply: Reply, value: str) -> str:
    """Return a position with its side in the customer's language, where the rules read one."""
    side, *size = value.split()
    return " ".join([reply.words.say(f"side_{side}"), *size]) if reply.words.has(f"side_{side}") else value


def _listed(intake: Intake) -> list[str]:
    """The facts that are shown: a currency the case does not ask for stands beside the amount."""
    is_beside = "currency" not in intake.order and "amount" in intake.facts
    return [slot for slot in _in_order(intake) if not (slot == "currency" and is_beside)]


def _in_order(intake: Intake) -> list[str]:
    """The case's own facts first, then what else was said."""
    return [slot for slot in dict.fromkeys([*intake.order, *KINDS]) if slot in intake.facts]


def draft(reply: Reply, intake: Intake, *, confirmed: bool) -> CaseDraft:
    """Return the case for the desk; shapes that were never right are named under `unverified`."""
    fields = {slot: intake.facts[slot] for slot in _in_order(intake)}
    if intake.unverified:
        fields["unverified"] = ", ".join(intake.unverified)
    told = [shown(reply, intake, slot) for slot in _listed(intake) if slot not in ("description", "email")]
    happened = shorten(_NEXT_MESSAGE.sub(" / ", intake.facts.get("description", "")))
    parts = [reply.words.say(f"case_name_{intake.case}"), *told, happened]
    return CaseDraft(intake.case, fields, intake.missing, " · ".join(part for part in parts if part), confirmed)
