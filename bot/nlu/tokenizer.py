"""Tokens of English, Chinese and both mixed: jieba cuts what is Chinese, a pattern the rest."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from kb_index.tokens import segmenter

#: A run of Chinese, or a word that may hold inner points, quotes and hyphens (`don't`, `post-only`, `0.5`).
_RUN = re.compile(
    r"(?P<han>[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+)|[^\W_\u3400-\u9fff]+(?:['’.\-][^\W_\u3400-\u9fff]+)*"
)

#: Words of the trade that jieba's dictionary cuts in pieces.
TRADE_WORDS = (
    "提币 提现 充值 充币 入账 到账 强平 爆仓 插针 标记价格 指数价格 资金费率 资金费用 全仓 逐仓 保证金 维持保证金"
    " 初始保证金 起始保证金 强平价 强平价格 破产价格 自动减仓 保险基金 止损 止盈 止损单 限价单 市价单 只减仓 被动委托"
    " 永续合约 交割合约 交割价 结算价 手续费 返佣 邀请码 双重验证 谷歌验证 验证码 实名认证 身份认证 地址证明 冻结 解封"
    " 子账户 转人工 人工客服 工单 接口 密钥 签名 限频 杠杆 风险限额 最小变动价位 合约规格 白名单 助记词"
    " 做多 做空 多单 空单"
).split()

_TRADE = re.compile("|".join(sorted(TRADE_WORDS, key=len, reverse=True)))


def cut(text: str) -> list[tuple[str, int]]:
    """Return the words of a text, lower-cased, each with its offset."""
    words: list[tuple[str, int]] = []
    for run in _RUN.finditer(text):
        if run.group("han"):
            words += _cut_chinese(run.group(), run.start())
        else:
            words.append((run.group().lower(), run.start()))
    return words


def _cut_chinese(run: str, offset: int) -> list[tuple[str, int]]:
    """Keep words of the trade whole without teaching them to jieba, whose dictionary the index shares."""
    words, done = [], 0
    for match in [*_TRADE.finditer(run), None]:
        rest = run[done : match.start() if match else len(run)]
        words += [(word, offset + done + start) for word, start, _ in segmenter().tokenize(rest)]
        if match:
            words.append((match.group(), offset + match.start()))
            done = match.end()
    return words


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class BilingualTokenizer(Tokenizer):
    """Splits a message into English words and Chinese ones."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokenizes the text of the provided attribute of the incoming message."""
        text = message.get(attribute)
        return [Token(text[start : start + len(word)], start) for word, start in cut(text)]
