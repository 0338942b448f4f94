"""Everything answered at once and from no article: courtesies, refusals, languages, a person, and a "yes" to nothing.

Short messages are often heard as something near: "speak Chinese please" as asking for a person, "start" as a command,
"still wrong" as a "no". What their few words say plainly is looked at first, whatever they were heard as.
"""

from __future__ import annotations

import re

from actions import answers, knowledge, languages, misses
from actions.base import TurnAction
from actions.handoffs import hand_over
from actions.replies import ADDITION, Reply
from actions.turn import LANGUAGES, Turn
from kit.taxonomy import CASES
from kit.wire import Button

#: Intents whose response carries their own name.
COURTESIES = ("greet", "thanks", "goodbye", "bot_challenge", "capabilities")

#: Longest message, in characters, that is anger and nothing else; the same when it says at whom.
_OUTBURST, _OUTBURST_AT_US = 30, 80
_WRONG = re.compile(
    r"\b(?:wrong|incorrect|useless|stupid|dumb|nonsense|rubbish|garbage|not (?:right|helpful|it|that)"
    r"|(?:doesn'?t|didn'?t|not) help\w*)\b|不对|(?<![没不])错|没用|没帮|废物|垃圾|胡说|答非所问",
    re.IGNORECASE | re.ASCII,
)
_AT_US = re.compile(
    r"\b(?:you|u|you'?re|this (?:bot|chat|thing)|(?:the|stupid|dumb) bot)\b.{0,20}\b(?:not help\w*|no help|useless"
    r"|stupid|dumb|a joke|not listening|waste of time|(?:don'?t|dont|do not|never) (?:listen|understand|get it))\b"
    r"|\bthis is (?:so |just |absolutely )?(?:ridiculous|useless|insane|absurd|bullshit|a waste of time)\b"
    r"|(?:你们?|机器人).{0,6}(?:没用|废物|听不懂|帮不了|答非所问|敷衍|浪费)|浪费(?:我的?)?时间|太离谱|什么破",
    re.IGNORECASE | re.ASCII,
)
_OPENING = re.compile(
    r"^\W*(?:start|get started|(?:main )?menu|i(?:'m|m| am) back(?: again)?|开始|(?:主)?菜单|我?又?回来了)\W*$",
    re.IGNORECASE,
)

_SAYS_BOT = re.compile(
    r"bot\b|\b(?:machine|ai|program|automat\w+|script|\w*gpt|computer)\b|机器|程序|自动|智能", re.I | re.A
)
_SAYS_HUMAN = re.compile(
    r"\b(?:human|person|people|real|alive|somebody|someone|guy)\b|真人|活人|人类|人工|是人", re.I | re.A
)


class SmalltalkAction(TurnAction):
    def name(self) -> str:
        return "action_smalltalk"

    def reply(self, turn: Turn, reply: Reply) -> None:
        if not opened(turn, reply):
            courtesy(turn, reply)


class DeclineAction(TurnAction):
    """Nothing was missed by refusing, so a person is offered by the button alone."""

    def name(self) -> str:
        return "action_decline"

    def reply(self, turn: Turn, reply: Reply) -> None:
        if not any(answered(turn, reply) for answered in (complained, knowledge.no_more)):
            decline(turn, reply)


class ClarifyAction(TurnAction):
    def name(self) -> str:
        return "action_clarify"

    def reply(self, turn: Turn, reply: Reply) -> None:
        if not any(answered(turn, reply) for answered in (opened, languages.asked, complained, knowledge.no_more)):
            knowledge.clarify(turn, reply)


class HumanRequestAction(TurnAction):
    def name(self) -> str:
        return "action_human_request"

    def reply(self, turn: Turn, reply: Reply) -> None:
        if not languages.asked(turn, reply):
            hand_over(turn, reply)


class UnsupportedLanguageAction(TurnAction):
    def name(self) -> str:
        return "action_unsupported_language"

    def reply(self, turn: Turn, reply: Reply) -> None:
        unsupported_language(turn, reply)


class StopBotWrongAction(TurnAction):
    def name(self) -> str:
        return "action_stop_bot_wrong"

    def reply(self, turn: Turn, reply: Reply) -> None:
        wrong(turn, reply)


class IdleAction(TurnAction):
    """A "yes", "no", "cancel" outside any form: the answer to the last offer, if there was one."""

    def name(self) -> str:
        return "action_idle"

    def reply(self, turn: Turn, reply: Reply) -> None:
        offer, said = turn.offer, turn.intent
        if offer == "person" and said == "affirm":
            hand_over(turn, reply)
        elif offer == "helpful" and said in ("affirm", "deny"):
            knowledge.feedback(turn, reply, helped=said == "affirm")
        elif offer == "candidate" and said in ("affirm", "deny"):
            _take_candidate(turn, reply, is_meant=said == "affirm")
        elif is_outburst(turn.text):
            wrong(turn, reply)
        elif offer == "person" and said == "deny":
            reply.say("instant", "person_declined")
        elif offer == ADDITION and said == "affirm":
            reply.say("instant", "helpful_yes")
        elif not opened(turn, reply):
            reply.say("instant", "nothing_pending")


def _take_candidate(turn: Turn, reply: Reply, *, is_meant: bool) -> None:
    """Answer from the one article that was offered, or go on without it."""
    named = next((payload.entities for payload in turn.offered if payload.intent == "choose_article"), {})
    article = answers.find(reply, str(named.get("article_id")), named.get("language")) if is_meant else None
    if article:
        knowledge.answer(turn, reply, article)
    else:
        knowledge.none_of_these(reply)


class SetSlotAction(TurnAction):
    """A button that sets the language or names the subject."""

    def name(self) -> str:
        return "action_set_slot"

    def reply(self, turn: Turn, reply: Reply) -> None:
        slot, value = turn.values.get("slot"), str(turn.values.get("value"))
        if slot == "language" and value in LANGUAGES:
            languages.speak(reply, value)
        elif slot == "topic" and value in knowledge.TOPICS:
            reply.say("clarify", "clarify_topic", *_cases_of(value, reply), reply.person())
        else:
            reply.say("instant", "nothing_pending")


#: A subject offered as one button stands for two topics.
_SISTERS = {"account_access": "verification", "liquidation": "order_types"}


def _cases_of(topic: str, reply: Reply) -> list[Button]:
    topics = (topic, _SISTERS.get(topic))
    return [knowledge.start_case(reply, case.name) for case in CASES.values() if case.topic in topics]


def courtesy(turn: Turn, reply: Reply) -> None:
    """Answer a greeting and its like; a case handed over just before may still be added to."""
    if not languages.asked(turn, reply):
        reply.say("instant", _courtesy_key(turn))
    if turn.offer == ADDITION:
        reply.offer(ADDITION)


def _courtesy_key(turn: Turn) -> str:
    if turn.intent == "bot_challenge" and _SAYS_HUMAN.search(turn.text) and not _SAYS_BOT.search(turn.text):
        return "bot_challenge_human"
    return turn.intent if turn.intent in COURTESIES else "greet"


def decline(turn: Turn, reply: Reply) -> None:
    """Say what is not done here, why, and what is."""
    if not languages.asked(turn, reply):
        key = "decline_advice" if turn.intent == "decline_advice" else "decline_out_of_scope"
        reply.say("decline", key, reply.person())


def unsupported_language(turn: Turn, reply: Reply) -> None:
    """Name the language that was heard and the ways on."""
    if not languages.asked(turn, reply):
        heard = str((turn.gate.get("language") or {}).get("name") or "?")
        reply.say("clarify", "unsupported_language", *languages.buttons(reply), reply.person(), language=heard)


def wrong(turn: Turn, reply: Reply) -> None:
    """Offer a person to somebody angry or badly answered, in other words each time."""
    if turn.slots.get("person_offered"):
        reply.say("clarify", "wrong_again", reply.person())
        reply.offer("person")
    misses.miss(reply, weight=misses.OFFER_AFTER)


def is_outburst(text: str) -> bool:
    """Tell whether a message is anger at the answers and little else."""
    if len(text) <= _OUTBURST_AT_US and _AT_US.search(text):
        return True
    return len(text) <= _OUTBURST and _WRONG.search(text) is not None


def opened(turn: Turn, reply: Reply) -> bool:
    """Greet an opening word such as "start", and say what can be done; False when there is none."""
    if _OPENING.search(turn.text):
        reply.say("instant", "start", *knowledge.topic_buttons(reply), reply.person())
        return True
    return False


def complained(turn: Turn, reply: Reply) -> bool:
    """Take an outburst that was not surely heard as one; False when there is none."""
    if turn.gate.get("raw_intent") == "stop_bot_wrong" and len(turn.text) <= _OUTBURST:
        wrong(turn, reply)
        return True
    return False
