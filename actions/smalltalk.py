"""Everything answered at once and from no article: courtesies, refusals, languages, a person, and a "yes" to nothing.

Short messages are often heard as something near: "speak Chinese please" as asking for a person, "start" as a command,
"still wrong" as a "no". What their few words say plainly is looked at first, whatever they were heard as.
"""

from __future__ import annotations

import re

from actions import knowledge, misses
from actions.base import TurnAction
from actions.handoffs import hand_over
from actions.replies import ADDITION, Reply
from actions.turn import LANGUAGES, Turn
from kit.taxonomy import CASES
from kit.wire import Button

#: Intents whose response carries their own name.
COURTESIES = ("greet", "thanks", "goodbye", "bot_challenge", "capabilities")

#: Longest message, in characters, that is anger and nothing else.
_OUTBURST = 30
_WRONG = re.compile(
    r"\b(?:wrong|incorrect|useless|stupid|dumb|nonsense|rubbish|garbage|not (?:right|helpful|it|that)"
    r"|(?:doesn'?t|didn'?t|not) help\w*)\b|不对|(?<![没不])错|没用|没帮|废物|垃圾|胡说|答非所问",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^\W*(?:start|get started|(?:main )?menu|开始|(?:主)?菜单)\W*$", re.IGNORECASE)

_SAYS_BOT = re.compile(r"bot\b|\b(?:machine|ai|program|automat\w+|script|\w*gpt|computer)\b|机器|程序|自动|智能", re.I)
_SAYS_HUMAN = re.compile(r"\b(?:human|person|people|real|alive|somebody|someone|guy)\b|真人|活人|人类|人工|是人", re.I)

#: Entities that are given in addition to a case.
_PARTICULARS = frozenset(("email", "order_id", "txid", "address"))
_ADDITION_WORDS = 6

_SPOKEN = {
    **dict.fromkeys(("english", "英文", "英语", "英語"), "en"),
    **dict.fromkeys(("chinese", "mandarin", "中文", "汉语", "漢語", "普通话", "普通話", "国语", "华语"), "zh"),
}
_NOT_SPOKEN = frozenset(
    "german deutsch french français spanish español portuguese português italian italiano russian ukrainian polish"
    " dutch turkish arabic hebrew persian farsi hindi thai vietnamese indonesian malay korean japanese cantonese greek"
    " 德语 德文 法语 法文 西班牙语 葡萄牙语 意大利语 俄语 俄文 波兰语 荷兰语 土耳其语 阿拉伯语 印地语 泰语 越南语"
    " 印尼语 马来语 韩语 韩文 日语 日文 粤语 广东话 希腊语".split()
)
#: Beside the name of a language, a message of these words alone asks for it.
_ASKING = frozenset(
    "a also and answer any are bot but can change chat continue could do does explain give go have hello hey hi i in"
    " into instead is it know language let lets like me now ok okay only or please pls prefer reply respond say"
    " sir speak speaking support switch talk tell that the there this to u understand us use want we well with would"
    " write you".split()
) | frozenset("请可以能不用说讲会你您们我吗么嘛呢吧啊的换成切到为回复答好行改是懂和或者还有支持想要谢话打字写跟来")
_CHINESE_NAMES = sorted(name for name in {*_SPOKEN, *_NOT_SPOKEN} if "\u3400" <= name[0] <= "\u9fff")
_TOKEN = re.compile("|".join(_CHINESE_NAMES) + r"|[\u3400-\u9fff]|[^\W\d_\u3400-\u9fff]+|\d")


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
        if not complained(turn, reply):
            decline(turn, reply)


class ClarifyAction(TurnAction):
    def name(self) -> str:
        return "action_clarify"

    def reply(self, turn: Turn, reply: Reply) -> None:
        if not any(answered(turn, reply) for answered in (opened, language_asked, complained, added)):
            knowledge.clarify(turn, reply)


class HumanRequestAction(TurnAction):
    def name(self) -> str:
        return "action_human_request"

    def reply(self, turn: Turn, reply: Reply) -> None:
        if not language_asked(turn, reply):
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
        offer, said = turn.slots.get("offer"), turn.intent
        if offer == "person" and said == "affirm":
            hand_over(turn, reply)
        elif offer == "helpful" and said in ("affirm", "deny"):
            knowledge.feedback(turn, reply, helped=said == "affirm")
        elif len(turn.text) <= _OUTBURST and _WRONG.search(turn.text):
            wrong(turn, reply)
        elif offer == "person" and said == "deny":
            reply.say("instant", "person_declined")
        elif offer == ADDITION and said == "affirm":
            reply.say("instant", "helpful_yes")
        elif not opened(turn, reply):
            reply.say("instant", "nothing_pending")


class SetSlotAction(TurnAction):
    """A button that sets the language or names the subject."""

    def name(self) -> str:
        return "action_set_slot"

    def reply(self, turn: Turn, reply: Reply) -> None:
        slot, value = turn.values.get("slot"), str(turn.values.get("value"))
        if slot == "language" and value in LANGUAGES:
            _speak(reply, value)
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
    if not language_asked(turn, reply):
        reply.say("instant", _courtesy_key(turn))
    if turn.slots.get("offer") == ADDITION:
        reply.offer(ADDITION)


def _courtesy_key(turn: Turn) -> str:
    if turn.intent == "bot_challenge" and _SAYS_HUMAN.search(turn.text) and not _SAYS_BOT.search(turn.text):
        return "bot_challenge_human"
    return turn.intent if turn.intent in COURTESIES else "greet"


def decline(turn: Turn, reply: Reply) -> None:
    """Say what is not done here, why, and what is."""
    if not language_asked(turn, reply):
        key = "decline_advice" if turn.intent == "decline_advice" else "decline_out_of_scope"
        reply.say("decline", key, reply.person())


def unsupported_language(turn: Turn, reply: Reply) -> None:
    """Name the language that was heard and the ways on."""
    if not language_asked(turn, reply):
        heard = str((turn.gate.get("language") or {}).get("name") or "?")
        reply.say("clarify", "unsupported_language", *_languages(reply), reply.person(), language=heard)


def wrong(turn: Turn, reply: Reply) -> None:
    """Offer a person to somebody angry or badly answered, in other words each time."""
    if turn.slots.get("person_offered"):
        reply.say("clarify", "wrong_again", reply.person())
        reply.offer("person")
    misses.miss(reply, weight=misses.OFFER_AFTER)


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


def added(turn: Turn, reply: Reply) -> bool:
    """Take an address or an id, given alone after a handoff, as part of the case; False when it is not."""
    is_telling = len(turn.text.split()) <= _ADDITION_WORDS and not re.search("[?？]", turn.text)
    is_given = is_telling and any(entity["entity"] in _PARTICULARS for entity in turn.entities)
    if is_given and turn.slots.get("offer") == ADDITION:
        reply.say("instant", "addition_noted")
        reply.offer(ADDITION)
        return True
    return False


def language_asked(turn: Turn, reply: Reply) -> bool:
    """Go on in the language asked for, or say which are spoken; False when none is asked for."""
    words = _TOKEN.findall(turn.text.lower())
    names = [word for word in words if word in _SPOKEN or word in _NOT_SPOKEN]
    if not names or set(words) - set(names) - _ASKING:
        return False
    spoken = [_SPOKEN[name] for name in names if name in _SPOKEN]
    if spoken:
        _speak(reply, turn.language if turn.language in spoken else spoken[0])
    else:
        named = names[0].capitalize()
        reply.say("clarify", "language_not_spoken", *_languages(reply), reply.person(), language=named)
    return True


def _speak(reply: Reply, language: str) -> None:
    reply.speak(language)
    reply.say("instant", "language_chosen")


def _languages(reply: Reply) -> list[Button]:
    english = reply.button("label_english", "set_slot", slot="language", value="en")
    return [english, reply.button("label_chinese", "set_slot", slot="language", value="zh")]
