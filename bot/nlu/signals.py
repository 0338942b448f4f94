"""What is seen in one message, as numbers: the classifier, the search and the look of the text beside each other.

A *signal* is one number of a message; probabilities enter as log-odds. Which of them say what is learned (tiers.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp, log
from types import MappingProxyType
from typing import NamedTuple

from kit.wire import Candidate

TOPIC, CASE = "topic_", "case_"

#: Probabilities nearer to 0 or 1 than this say nothing more.
_LEAST = 1e-4
#: From this chance of its tier on the classifier tells which case it is.
_HEARD = 0.5


class Found(NamedTuple):
    """What a search said of a text (see kb_index.index.Found), and by article which case one is first aid for."""

    candidates: list[Candidate]
    nothing: float = 1.0
    similarity: float = 0.0
    first_aid: Mapping[str, str] = MappingProxyType({})


NOTHING = Found([])


@dataclass(frozen=True)
class Evidence:
    """What was seen in one message.

    Attributes:
        ranking: (intent, confidence), best first.
        tiers: P(tier) as the classifier sees it.
        whole: what the message finds.
        asked: what the question in it finds, when it holds more than that question.
        particulars: kinds of ids, amounts and times in it.
        is_bare: it is nothing but such values.
    """

    text: str
    language: str = "en"
    supported: bool = True
    ranking: list[tuple[str, float]] = field(default_factory=list)
    tiers: dict[str, float] = field(default_factory=dict)
    whole: Found = NOTHING
    asked: Found | None = None
    words: int = 0
    particulars: int = 0
    is_bare: bool = False

    @property
    def raw(self) -> tuple[str, float]:
        return self.ranking[0] if self.ranking else ("", 0.0)

    @property
    def case(self) -> str:
        """The likeliest case, or asking for a person; none when the classifier knows none.

        Where the classifier hears no case and a first-aid page is found, it is the case of that page.
        """
        likeliest = next((name for name, _ in self.ranking if name.startswith(CASE) or name == "human_request"), "")
        page = self.whole.candidates[0].article_id if self.whole.candidates else ""
        is_heard = self.tiers.get("case", 0.0) >= _HEARD
        return likeliest if is_heard or page not in self.whole.first_aid else intent_of(self.whole.first_aid[page])


def intent_of(case: str) -> str:
    """Return the intent of a case of the taxonomy."""
    return case if case == "human_request" else CASE + case


_LOOKS = {
    "question_mark": r"[?？]",
    "code": r"[{}<>=]|/api/",
    "elsewhere": r"\b(?:binance|okx|okex|bybit|deribit|coinbase|kraken|kucoin|huobi|bitfinex|bitstamp|gemini|gate\.io"
    r"|bitget|robinhood|etoro|paypal|revolut|metamask|ledger|trezor|trust ?wallet|phantom|whatsapp|facebook|amazon)\b"
    r"|币安|火币|欧易|抹茶|支付宝|微信|银行|花呗|淘宝|京东|抖音|[Qq]{2}|小狐狸",
}
_LOOK_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _LOOKS.items()}


def measure(seen: Evidence) -> dict[str, float]:
    """Return every signal of a message by name."""
    asked = seen.asked or seen.whole
    chinese = float(seen.language == "zh")
    first, aid = _probability(seen.whole, 0), _first_aid(seen.whole)
    found = {f"is_{tier}": log_odds(chance) for tier, chance in seen.tiers.items()}
    found |= {
        "surest_intent": seen.raw[1],
        "topic_of_first": topic_confidence(seen, seen.whole),
        "first": log_odds(first),
        "first_aid": log_odds(aid),
        "first_question": log_odds(0.0 if aid else first),
        "second": log_odds(_probability(seen.whole, 1)),
        "first_of_asked": log_odds(_probability(asked, 0)),
        "nothing": log_odds(seen.whole.nothing),
        "similarity": seen.whole.similarity,
        "has_asked": float(seen.asked is not None),
        "length": log(1 + len(seen.text) * (1.0 if chinese else 1 / 3)),
        "particulars": float(seen.particulars),
        "chinese": chinese,
        "chinese_first": chinese * log_odds(first),
        "chinese_case": chinese * log_odds(seen.tiers.get("case", 0.0)),
    }
    return found | {name: float(bool(look.search(seen.text))) for name, look in _LOOK_PATTERNS.items()}


def topic_confidence(seen: Evidence, found: Found) -> float:
    """Return the classifier's confidence in the topic of the first candidate."""
    topic = TOPIC + found.candidates[0].topic if found.candidates else ""
    return next((confidence for name, confidence in seen.ranking if name == topic), 0.0)


def log_odds(probability: float) -> float:
    """Return the log-odds, within bounds."""
    bounded = min(max(probability, _LEAST), 1 - _LEAST)
    return log(bounded / (1 - bounded))


def probability_of(odds: float) -> float:
    """Return the probability of log-odds."""
    return 1 / (1 + exp(-min(max(odds, -30.0), 30.0)))


def _first_aid(found: Found) -> float:
    """Return P(answers) of the first candidate when it is first aid: that page finds cases as well as questions."""
    return _probability(found, 0) if found.candidates and found.candidates[0].article_id in found.first_aid else 0.0


def _probability(found: Found, place: int) -> float:
    return found.candidates[place].probability if len(found.candidates) > place else 0.0
