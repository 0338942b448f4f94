"""Asking for a person, which is heard whatever the classifier says."""

from __future__ import annotations

import re

_VERB = (
    r"(?:(?:talk|speak|chat|connect|transfer|pass|put|switch|escalate|hand|forward|refer)\w*\b"
    r"(?: me| us| this| it)*(?: over| through)?(?: to| with)"
    r"|(?:want|need|get(?: me)?|give me|find me|call|is there|where(?: is|'s)|send me))"
)
_FILLER = r"(?:(?:an?|the|your|some|any|my|real|live|human|support|customer|service|to|talk|speak)\s+)*"
_WHO = (
    r"(?:humans?|person|people|agent|operator|representative|rep|someone|somebody|supervisor|manager"
    r"|support (?:team|staff|agent))"
)
_PERSON = re.compile(
    rf"\b{_VERB}\s+{_FILLER}{_WHO}\b(?! (?:key|id|number|else))"
    r"|^\W*(?:(?:a|real|live|human|actual)\s+)*(?:human|person|agent|operator|representative|live (?:chat|support))"
    r"(?: please| pls)?\W*$"
    r"|转人工|人工(?:客服|服务)|^\W*人工\W*$|真人客服"
    r"|(?:找|要|叫|换|接|跟|和|有没有|有)(?:个|一个)?(?:真人|人工|活人|客服(?:人员)?)",
    re.IGNORECASE,
)


def is_asked_for(text: str) -> bool:
    """Tell whether a text asks for a person."""
    return _PERSON.search(text) is not None
