"""Asking for a person, which is heard whatever the classifier says, in languages that are served and others.

Of a language that is not served only who is asked for and what for are known: the two beside each other, or the first
alone. No word stands here that English has too, unless its partner does not.
"""

from __future__ import annotations

import re

_VERB = (
    r"(?:(?:talk|speak|chat|connect|transfer|pass|put|switch|escalate|hand|forward|refer)[a-z]*"
    r"(?: me| us| this| it)*(?: over| through)?(?: to| with)"
    r"|(?:want|need|get(?: me)?|give me|find me|call|is there|where(?: is|'s)|send me))"
)
_FILLER = r"(?:(?:an?|the|your|some|any|my|real|live|human|support|customer|service|to|talk|speak)\s+)*"
_WHO = (
    r"(?:humans?|person|people|agent|operator|representative|rep|someone|somebody|supervisor|manager"
    r"|support (?:team|staff|agent))"
)
_PERSON = re.compile(
    rf"(?<![a-z]){_VERB}\s+{_FILLER}{_WHO}(?![a-z])(?! (?:key|id|number|else))"
    r"|^\W*(?:(?:a|real|live|human|actual)\s+)*(?:human|person|agent|operator|representative|live (?:chat|support))"
    r"(?: please| pls)?\W*$"
    r"|转人工|人工(?:客服|服务)|^\W*人工\W*$|真人客服"
    r"|(?:找|要|叫|换|接|跟|和|有没有|有)(?:个|一个)?(?:真人|人工|活人|客服(?:人员)?)"
    r"|^\W*(?:请|帮我|给我|我想|我要|能不能|快|赶紧)*(?:找|叫|换|派)一?个人(?:来|看看|看一下|处理|解决|聊聊|说话|帮我|吧|一下)*\W*$",
    re.IGNORECASE,
)

#: Language -> who is asked for, what for.
_ELSEWHERE = {
    "ko": ("상담원|상담사|직원|담당자|사람", "연결|바꿔|통화|대화|이야기|얘기|말하|필요|불러"),
    "ja": ("担当者|オペレーター?|人間|スタッフ|有人|人と", "話し|話せ|話を|つな|繋|代わ|替わ|お願い|呼ん|対応"),
    "ru": (r"оператор\w*|человек\w*|сотрудник\w*|менеджер\w*", "говор|соедин|переключ|позов|нуж|хочу|дайте|связ|свяж"),
    "es": (r"personas?|humano|agente|operador\w*|asesor\w*|alguien|representante", "habl|conect|comun|quiero|necesito"),
    "pt": (r"pessoas?|humano|atendente|operador\w*|algu[eé]m|representante", "fala|conect|passa|quero|preciso"),
    "fr": (
        r"personne|humain|agent|conseiller\w*|opérateur|quelqu.un",
        "parler|joindre|contacter|passez|veux|voudrais|besoin",
    ),
    "de": (
        r"mensch\w*|person|mitarbeiter\w*|berater\w*|jemand\w*",
        "sprechen|reden|verbinde|brauche|möchte|weiterleit",
    ),
    "tr": (r"insan\w*|temsilci\w*|yetkili\w*|operatör\w*|müşteri hizmetleri", "konuş|görüş|bağla|aktar|istiyor"),
    "vi": ("nhân viên|người thật|tổng đài viên|tư vấn viên|con người", "nói chuyện|gặp|kết nối|chuyển|liên hệ|cần"),
    "id": ("orang|manusia|agen|operator|petugas|cs|admin", "bicara|ngobrol|hubungkan|sambungkan|mau|ingin|minta"),
    "ar": ("موظف|شخص|إنسان|انسان|مندوب|بشري|خدمة العملاء", "تحدث|أتكلم|اتكلم|تكلم|تحويل|حول|أريد|اريد|أحتاج|وصل"),
}
_PLEASE = r"por favor|bitte|s'il vous pla[iî]t|svp|lütfen|пожалуйста|を?お願い(?:します)?|주세요|tolong|xin|من فضلك"
#: Words of scripts without blanks, and those with endings, begin anywhere.
_ANYWHERE = ("ko", "ja", "ar")


def _asked_elsewhere(code: str, who: str, what: str) -> str:
    edge = "" if code in _ANYWHERE else r"\b"
    named, wanted = rf"{edge}(?:{who}){edge}", rf"{edge}(?:{what})"
    alone = rf"^\W*(?:(?:{_PLEASE})\W*)?(?:{who})(?:\W*(?:{_PLEASE}))?\W*$"
    return rf"{wanted}.{{0,30}}{named}|{named}.{{0,30}}{wanted}|{alone}"


_ASKED_ELSEWHERE = re.compile("|".join(_asked_elsewhere(code, *words) for code, words in _ELSEWHERE.items()), re.I)


def is_asked_for(text: str) -> bool:
    """Tell whether a text asks for a person."""
    return _PERSON.search(text) is not None or _ASKED_ELSEWHERE.search(text) is not None
