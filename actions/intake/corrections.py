"""Which facts a message puts right, and to what: "no, it was ETHUSD", "amount should be 53", "时间错了，是昨晚三点".

A value that differs from the known one says itself which fact it is of. Where the message names the fact, what it says
after "should be" is the value, whatever it looks like; a lone number is of the only fact that is a number.
"""

from __future__ import annotations

import re

from actions.intake import values
from actions.intake.questions import KINDS
from actions.intake.state import Intake
from actions.shape import length
from actions.turn import Turn
from kit import quantities

#: How the facts are called.
_NAMES = {
    "symbol": r"contracts?|symbol|pair|合约|币对|交易对",
    "occurred_at": r"time|date|when|时间|日期|时刻",
    "zone": r"time ?zone|时区",
    "position": r"position|size|side|direction|仓位|方向|张数",
    "order_id": r"order(?: id| number)?|订单号?|单号|委托号?",
    "price": r"price|价格|结算价",
    "currency": r"coin|currency|token|币种|币(?!对|安)",
    "network": r"network|chain|网络|链(?!接)",
    "txid": r"tx ?id|hash|transaction id|哈希",
    "amount": r"amount|quantity|sum|金额|数量|数额",
    "address": r"address|地址",
    "email": r"e-?mail|邮箱|邮件",
    "document": r"document|文件|证件",
    "endpoint": r"endpoint|path|接口",
    "error": r"error|报错|错误码",
    "period": r"period|起止|时间范围",
    "wish": r"wish|request|诉求|要求",
}
_NAMED = {slot: re.compile(rf"(?<![a-z])(?<!e-)(?:{words})(?![a-z])", re.IGNORECASE) for slot, words in _NAMES.items()}
#: That something said before was not so, or is to be otherwise.
_WRONG = re.compile(
    r"\b(?:wrong|incorrect|not right|not correct|mistake\w*|typo|mistyped|should(?: have)? be(?:en)?|instead|change)\b"
    r"|不对|错了|有误|[写填说打搞弄]错|应该是|应为|应是|改成|改为|改一下|更正",
    re.IGNORECASE,
)
#: After this comes the value; the last one counts.
_MARK = re.compile(
    r".*(?:should(?: have)? be(?:en)?|\b(?:it'?s|it was|it is|is|was|to|make it)\b(?! (?:wrong|incorrect|not))"
    r"|应该是|应为|应是|改成|改为|(?<![不也还])是)[\s:：]*",
    re.IGNORECASE | re.DOTALL,
)
#: "Not 500", "不是 500": what it was not. The words that say it was wrong are no value either.
_NOT = re.compile(r"(?:\bnot|不是)\s*[^\s,，.。;；]+(?: but)?|\binstead of .*", re.IGNORECASE)
_WORD = r"[^\s,，.。;；!！?？]+(?:[.,]\d+)*"
#: One value in the place of another.
_SWAPS = (
    re.compile(rf"不是\s*(?P<old>{_WORD})[\s,，]*(?:而)?是\s*(?P<new>{_WORD})"),
    re.compile(rf"是\s*(?P<new>{_WORD})[\s,，]*不是\s*(?P<old>{_WORD})"),
    re.compile(rf"\bnot (?P<old>{_WORD})[\s,]*(?:but )(?P<new>{_WORD})", re.IGNORECASE),
    re.compile(rf"(?P<new>{_WORD})[\s,]+(?:and )?not (?P<old>{_WORD})", re.IGNORECASE),
)
#: Longest message, in words, that puts right and does not tell a story.
_LONGEST = 16


def says_wrong(text: str) -> bool:
    """Tell whether a message says that something was wrong."""
    return length(text) <= _LONGEST and _WRONG.search(text) is not None


def named(intake: Intake, text: str) -> list[str]:
    """Return the slots of the facts that a message names and that can be said again, but the pending one."""
    found = [slot for slot, pattern in _NAMED.items() if pattern.search(text)]
    known = [slot for slot in intake.correctable if slot in found and slot != intake.pending]
    return [slot for slot in known if not (slot == "occurred_at" and "zone" in known)]


def changes(intake: Intake, turn: Turn) -> dict[str, str]:
    """Return slot -> the value it is to have."""
    stated = {
        slot: [value for value in said if intake.differs(slot, value)] for slot, said in values.stated(turn).items()
    }
    changed = {slot: said[0] for slot, said in stated.items() if said and slot in intake.facts}
    changed = swaps(intake, turn) | changed
    for slot in _meant(intake, turn, changed):
        said = stated.get(slot) or values.stated(turn).get(slot) or []
        if (value := next(iter(said), None) or _told(slot, turn)) and slot not in changed:
            changed[slot] = value
    return {slot: value for slot, value in changed.items() if slot != intake.pending}


def swaps(intake: Intake, turn: Turn) -> dict[str, str]:
    """Return the facts of which a part is said to be another: "50k not 5000", "不是5000，是5万"."""
    swap = next((match for pattern in _SWAPS if (match := pattern.search(turn.text))), None)
    if swap is None:
        return {}
    old, new = _normal(swap["old"]), _normal(swap["new"])
    if old[0].isdigit() != new[0].isdigit():
        return {}
    held = {slot: known.split() for slot, known in intake.facts.items() if KINDS[slot] != "text"}
    return {
        slot: " ".join(new if part.casefold() == old.casefold() else part for part in parts)
        for slot, parts in held.items()
        if old.casefold() in [part.casefold() for part in parts]
    }


def _normal(word: str) -> str:
    try:
        return quantities.plain(re.sub(r"[张个枚]$", "", word))
    except ValueError:
        return word


def _meant(intake: Intake, turn: Turn, changed: dict[str, str]) -> list[str]:
    """Return the facts that are named, or the only one that is a number when a number is all that is said."""
    if not (_WRONG.search(turn.text) or intake.pending is None):
        return []
    if (found := named(intake, turn.text)) or changed:
        return found
    numbers = [slot for slot in intake.facts if KINDS[slot] == "amount"]
    return numbers if len(numbers) == 1 and _WRONG.search(turn.text) else []


def _told(slot: str, turn: Turn) -> str | None:
    """Return the new value of a slot: what is said after the mark, without what it was not."""
    text = _NOT.sub(" ", turn.text)
    marked = _MARK.match(text)
    if marked is None and KINDS[slot] in (*values.OPEN_KINDS, *values.WHOLE_KINDS):
        return None
    left = text[marked.end() :] if marked else _NAMED[slot].sub(" ", text)
    words = _WRONG.sub(" ", left).strip(" ,，.。;；:：!！的了")
    return values.of_words(slot, words) if words else None
