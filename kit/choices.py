"""What a typed message chooses of the buttons offered last: by label, by place in the list, or "none of these".

Only what can be chosen from counts for a place: articles, cases, subjects, facts; not "skip" or "talk to a person".
"""

from __future__ import annotations

import re

from kit.wire import Button, Payload

#: Longest message that can be a choice and nothing else, in characters; labels are no longer.
_LONGEST = 80
_LISTED = frozenset(("choose_article", "start_case", "set_slot"))
_NONE = "none_of_these"
_ANSWERS = frozenset(("affirm", "deny"))

_PLACES = ("first 1st former 一 前者", "second 2nd 二", "third 3rd 三", "fourth 4th 四", "fifth 5th 五", "sixth 6th 六")
_ORDINALS = {word: place for place, words in enumerate(_PLACES) for word in words.split()}
_ORDINALS |= dict.fromkeys(("last", "latter", "最后", "后者"), -1)


def _whole(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{'|'.join(patterns)})\W*", re.IGNORECASE)


_PLACE = _whole(
    r"(?:(?:i|mean|meant|want|choose|take|it'?s|is it|show|give|me|yes|ok) )*(?:the )?"
    r"(?P<en>first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|sixth|6th|last|former|latter)"
    r"(?: (?:one|option|article|link|button|choice|answer|of (?:them|these|those)))?(?: (?:please|pls|thanks))?",
    r"(?:option|number|no\.?|#|选项?)\s*(?P<n>[1-9])",
    r"(?:[我选要看是就]|指的是)*(?:第(?P<zh>[一二三四五六1-9])[个项条篇种]?|(?P<end>最后)一?[个项条篇种]|(?P<pair>前者|后者))[吧啊呢的]*",
)
_BARE = _whole(r"(?P<n>[1-9]|[一二三四五六])[号吧]?(?: (?:please|pls))?")
_NO_CHOICE = _whole(
    r"(?:no\W+)?(?:none|neither|nothing)(?: of (?:these|them|those|the above))?(?: (?:please|thanks|fits?|helps?))*",
    r"not (?:any of )?(?:these|those|them)",
    r"(?:以上|这些|这几个|那些)*[都全](?:不是|不对|不符合?|没有)[的啊呢吧]*",
    r"(?:没有一个|一个都不)[是对][的啊]*",
)
_SUBJECT = r"(?:\s+(?:it|this|that))?"
_MORE = _whole(
    r"(?:(?:please|pls|can|could|you|i|want|need|would|like|to|get|see|have|give|tell|show|me|some|a|bit|ok|and|with)\s+)*"
    r"(?:(?:the )?(?:more|further|full|all(?: the)?) (?:details?|info(?:rmation)?|depth|explanation)|details?|more"
    rf"|explain{_SUBJECT} (?:more|further|better|in (?:more )?detail)|in (?:more |full )?(?:detail|depth)|elaborate"
    rf"|go deeper)(?: (?:about|on))?{_SUBJECT}(?:[\s,]+(?:please|pls|thanks))?",
    r"(?:请|麻烦|能不能|能|可以|再|帮我|给我|跟我|我|想|要|看|说|讲|解释|介绍|来|的|得|一下|更|还有)*(?:详细|具体|仔细)"
    r"(?:说明|解释|介绍|内容|一点|一些|一下|点|些|说|讲|的)*[吗吧呢啊么]*",
    r"展开[说讲](?:[说讲]|一下)?[吧吗]?",
    r"再?多说(?:一)?点[吧吗]?",
)


def chosen(text: str, buttons: list[Button], *, is_asked: bool = False) -> Payload | None:
    """Return what a text chooses, None when it chooses nothing.

    Args:
        is_asked: a fact is asked for, so that a bare number is no place in a list, and "yes" is the answer.
    """
    if len(text) > _LONGEST:
        return None
    named = [button.payload for button in buttons if _bare(button.label) == _bare(text)]
    if named and not (is_asked and named[0].intent in _ANSWERS):
        return named[0]
    if _NO_CHOICE.fullmatch(text):
        return next((button.payload for button in buttons if button.payload.intent == _NONE), None)
    if asks_for_more(text):
        return next((button.payload for button in buttons if "passage" in button.payload.entities), None)
    return _placed(text, [button.payload for button in buttons if _is_listed(button.payload)], is_asked=is_asked)


def asks_for_more(text: str) -> bool:
    """Tell whether a message does nothing but ask to hear more of what was said."""
    return len(text) <= _LONGEST and _MORE.fullmatch(text) is not None


def _placed(text: str, listed: list[Payload], *, is_asked: bool) -> Payload | None:
    place = _PLACE.fullmatch(text) or (_BARE.fullmatch(text) if len(listed) > 1 and not is_asked else None)
    if place is None:
        return None
    word = next(group for group in place.groups() if group).lower()
    index = int(word) - 1 if word.isdigit() else _ORDINALS[word]
    return listed[index] if -len(listed) <= index < len(listed) else None


def _is_listed(payload: Payload) -> bool:
    return payload.intent in _LISTED and "passage" not in payload.entities


def _bare(text: str) -> str:
    return re.sub(r"[\s.。!！?？]+$", "", " ".join(text.split())).casefold()
