"""A small knowledge base for tests: article files written to a folder, and an encoder that needs no model."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import yaml

from kb_index.build import NEGATIVES, Sources
from kb_index.embedding import Vectors

FACTS = "- **F001** A fact.\n- **F002** Another.\n| E05 | 401 | Signature not valid. |\n| G085 | Deposit | 充值 |\n"

WITHDRAW = (
    "how do I withdraw?", "withdraw bitcoin to my own wallet", "steps of a withdrawal", "send coins to my ledger",
    "where is the withdraw button", "take my profits out", "withdraw usdt", "transfer crypto away from here",
    "can I withdraw everything", "how to get a payout",
)  # fmt: skip
SIGNATURE = (
    "what does 'Signature not valid' mean?", "Signature not valid.", "401 signature", "my hmac is rejected",
    "api-signature wrong", "python request signature error", "signature fails on POST /api/v1/order",
    "GET with query fails signature check", "sig not valid on websocket", "hex digest mismatch",
)  # fmt: skip
TICK = (
    "what is the tick size of XBTUSD", "XBTUSD contract specs", "smallest price step", "minimum price increment",
    "lot size of ETHUSD", "how small can an order be", "price is not a multiple of the tick", "contract size",
    "minimum order quantity", "where do I see the lot",
)  # fmt: skip
FUNDING = (
    "when is funding paid", "funding rate", "who pays funding", "funding interval", "do longs pay shorts",
    "why was I charged funding", "funding every eight hours", "predicted funding", "how to avoid funding",
    "funding formula",
)  # fmt: skip
HACKED = (
    "I was hacked", "someone is in my account", "unknown login", "my coins were stolen", "freeze my account",
    "trades I did not make", "withdrawal I did not request", "account compromised", "lock everything",
    "password changed by somebody",
)  # fmt: skip
WITHDRAW_ZH = (
    "怎么提现", "怎么提币", "提币流程", "币怎么转出去", "提币在哪里操作", "把USDT提到币安", "提现入口找不到",
    "提到冷钱包", "出金步骤", "想把钱取出来",
)  # fmt: skip
LIQUIDATION_ZH = (
    "什么是强平", "为什么被强平", "爆仓了怎么办", "强平价格怎么看", "强制平仓规则", "仓位被强平了", "强平手续费",
    "爆仓价怎么算", "强平之后还剩多少", "标记价格到了就强平吗",
)  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """An article file before it is written; `extra` replaces or adds front matter, None removes a key."""

    id: str
    title: str
    questions: tuple[str, ...]
    language: str = "en"
    kind: str = "faq"
    topic: str = "funding"
    body: str = "The answer in one sentence.\n\n1. First step.\n2. Second step.\n\n## Details\nMore words.\n"
    extra: tuple[tuple[str, object], ...] = ()

    def with_(self, **extra: object) -> Draft:
        """Return a copy with other front matter."""
        return replace(self, extra=(*self.extra, *extra.items()))

    def text(self) -> str:
        """Return the file's content."""
        front: dict[str, object] = {
            "id": self.id, "kind": self.kind, "topic": self.topic, "title": self.title, "language": self.language,
            "questions": list(self.questions), "sources": ["F001"], "review_every_days": 90, "audience": "all",
            "owner": "payments",
        }  # fmt: skip
        front.update(self.extra)
        front = {key: value for key, value in front.items() if value is not None}
        header = yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=1000)
        reviewed = "" if "reviewed_on" in front else "reviewed_on: 2026-11-22\n"
        return f"---\n{header}{reviewed}---\n{self.body}"


ARTICLES = (
    Draft("how-to-withdraw", "How to withdraw", WITHDRAW, kind="how_to", topic="deposit_withdrawal",
          body="Open the withdrawal page, choose the coin and confirm.\n\n1. Open the page.\n2. Confirm.\n"),
    Draft("signature", 'API error "Signature not valid"', SIGNATURE, kind="api_error", topic="api_error",
          body="The signed text differs from what was sent.\n\n## Cause\nThe path lacks `/api/v1`.\n"),
    Draft("tick-size", "Tick size and lot size", TICK, topic="trading_parameters",
          body="Look at the contract's specification page.\n"),
    Draft("funding", "Funding", FUNDING, body="Longs and shorts pay each other.\n"),
    Draft("hacked", "Your account may be compromised", HACKED, kind="first_aid", topic="account_security",
          body="Do this now.\n\n1. Reset your password.\n").with_(case="security_incident"),
    Draft("how-to-withdraw", "怎么提币", WITHDRAW_ZH, language="zh", kind="how_to", topic="deposit_withdrawal",
          body="打开提币页面,\n选币种和网络。\n\n1. 填地址。\n2. 确认。\n"),
    Draft("liquidation", "强平是怎么回事", LIQUIDATION_ZH, language="zh", topic="liquidation",
          body="保证金不足时仓位会被强平。\n"),
)  # fmt: skip


def write(folder: Path, *drafts: Draft) -> Sources:
    """Write articles and facts below a folder; without drafts, all of ARTICLES."""
    for draft in drafts or ARTICLES:
        path = folder / "articles" / draft.language / f"{draft.id}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(draft.text(), encoding="utf-8")
    (folder / "facts.md").write_text(FACTS, encoding="utf-8")
    return Sources(folder / "articles", folder / "facts.md", NEGATIVES, folder / "entries", None)


class FakeEncoder:
    """Sums one random direction per word, words of one concept sharing theirs: texts of common subject are near."""

    CONCEPTS = (
        "withdraw withdrawal payout profits send transfer take out cash",
        "signature hmac sig digest signed 401 forged",
        "tick lot increment step minimum contract size quantity granularity",
        "funding longs shorts pay paid pays carry",
        "hacked stolen compromised login freeze trades lock password thief",
    )
    DIMENSION = 64
    vocabulary: frozenset[str] = frozenset()

    def __init__(self, model_id: str = "fake-1") -> None:
        self.model_id = model_id
        self.embedded: list[str] = []

    def embed(self, texts: list[str]) -> Vectors:
        self.embedded += texts
        return np.stack([self._one(text) for text in texts])

    def _one(self, text: str) -> Vectors:
        words = re.findall(r"\w+", text.lower()) or [""]
        total = np.sum([self._direction(self._concept(word)) for word in words], axis=0)
        vector: Vectors = (total / np.linalg.norm(total)).astype(np.float32)
        return vector

    def _concept(self, word: str) -> str:
        return next((concept for concept in self.CONCEPTS if word in concept.split()), word)

    def _direction(self, word: str) -> Vectors:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
        return np.random.default_rng(seed).standard_normal(self.DIMENSION).astype(np.float32)
