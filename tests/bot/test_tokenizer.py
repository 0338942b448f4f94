from __future__ import annotations

from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.tokenizer import BilingualTokenizer
from tests.bot.conftest import Components


def test_english_and_chinese_are_cut_into_words(components: Components) -> None:
    message = Message.build("don't use post-only,标记价格怎么算 XBTUSD")

    components.make(BilingualTokenizer).process([message])

    tokens = message.get(TOKENS_NAMES[TEXT])
    assert [token.text for token in tokens] == ["don't", "use", "post-only", "标记价格", "怎么", "算", "XBTUSD"]
    assert all(message.get(TEXT)[token.start : token.end] == token.text for token in tokens)


def test_a_message_without_words_has_no_tokens(components: Components) -> None:
    message = Message.build("👍 ...")

    components.make(BilingualTokenizer).process([message])

    assert message.get(TOKENS_NAMES[TEXT]) == []
