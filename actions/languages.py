"""Which language to go on in, when a message does nothing but ask for one."""

from __future__ import annotations

import re

from actions.replies import Reply
from actions.turn import Turn
from kit.wire import Button

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


def named(text: str) -> list[str]:
    """Return the languages a message asks for; none when it says anything else."""
    words = _TOKEN.findall(text.lower())
    names = [word for word in words if word in _SPOKEN or word in _NOT_SPOKEN]
    return [] if set(words) - set(names) - _ASKING else names


def asked(turn: Turn, reply: Reply) -> bool:
    """Go on in the language asked for, or say which are spoken; False when none is asked for."""
    if not named(turn.text):
        return False
    if choose(turn, reply):
        reply.say("instant", "language_chosen")
    return True


def choose(turn: Turn, reply: Reply) -> bool:
    """Switch to the language asked for; when it is not spoken, say which are, and return False."""
    names = named(turn.text)
    spoken = [_SPOKEN[name] for name in names if name in _SPOKEN]
    if spoken:
        reply.speak(turn.language if turn.language in spoken else spoken[0])
    else:
        reply.say("clarify", "language_not_spoken", *buttons(reply), reply.person(), language=names[0].capitalize())
    return bool(spoken)


def speak(reply: Reply, language: str) -> None:
    """Go on in a language, and say so in it."""
    reply.speak(language)
    reply.say("instant", "language_chosen")


def buttons(reply: Reply) -> list[Button]:
    """Return a button for each language that is spoken."""
    english = reply.button("label_english", "set_slot", slot="language", value="en")
    return [english, reply.button("label_chinese", "set_slot", slot="language", value="zh")]
