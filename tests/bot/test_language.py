from __future__ import annotations

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.language import LanguageDetector, detect
from tests.bot.conftest import Components


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("how do I withdraw?", "en"),
        ("hello", "en"),
        ("Signature not valid", "en"),
        ("what does 提现 mean", "en"),
        ("怎么提现", "zh"),
        ("API 报错 Signature not valid 什么意思", "zh"),
        ("XBTUSD 最小变动价位", "zh"),
        ("Signature not valid 怎么办", "zh"),
        ("503 The system is currently overloaded 什么意思", "zh"),
        ("帳號被凍結", "zh"),
        ("2025年1月1日到12月31日", "zh"),
        ("邮箱是a@b.com请回复我", "zh"),
        ("https://a.b/c打不开了", "zh"),
        ("BTC/USDT永续", "zh"),
        ("Где мои деньги", "ru"),
        ("출금이 안돼요", "ko"),
        ("出金できません", "ja"),
        ("¿Cómo puedo retirar mi dinero?", "es"),
        ("hola", "es"),
        ("wie kann ich mein geld auszahlen", "de"),
        ("Não consigo sacar meu dinheiro", "pt"),
        ("tôi không rút được tiền", "vi"),
        ("أين أموالي", "ar"),
        ("Paramı çekemiyorum yardım edin", "tr"),
        ("nie mogę wypłacić pieniędzy", "pl"),
    ],
)
def test_language_is_told_by_script_and_words(text: str, code: str) -> None:
    assert detect(text).code == code


@pytest.mark.parametrize("text", ["XBTUSD", "03:12", "me@example.com", "429", "👍"])
def test_text_without_a_language_counts_as_the_conversations(text: str) -> None:
    assert detect(text, fallback="zh").code == "zh"


def test_a_chinese_conversation_stays_chinese_around_english_words() -> None:
    assert detect("my order got rejected and i cannot place a new one 怎么", fallback="zh").code == "zh"
    assert detect("my order got rejected and i cannot place a new one", fallback="zh").code == "en"


def test_only_english_and_chinese_are_supported() -> None:
    assert [detect(text).supported for text in ("withdraw my coins", "怎么提现", "Где мои деньги")] == [
        True,
        True,
        False,
    ]


def test_the_locale_decides_for_a_bare_symbol(components: Components) -> None:
    message = Message.build("XBTUSD")
    message.set("metadata", {"locale": "zh-CN"})

    components.make(LanguageDetector).process([message])

    assert message.get("language") == {"code": "zh", "name": "Chinese", "supported": True}
