"""More detail of an article that was quoted, and the contract or coin a question is about."""

from __future__ import annotations

from typing import Any

import pytest

from tests.actions.chat import Chat, FakeLibrary, article, candidate
from tests.actions.conftest import CODE, PICTURE, TABLE, funding

FUNDING = candidate("funding-rate")
APPEAL = "I was liquidated wrongly, I want this reviewed"


def more(chat: Chat, passage: str = "in-detail", language: str = "en", **named: Any) -> str:
    """Press "More detail"."""
    return chat.presses("choose_article", article_id="funding-rate", language=language, passage=passage, **named)


def live(chat: Chat) -> list[str]:
    """The placeholders left for the service."""
    return [part for part in chat.turn["messages"][0]["text"].split("\n\n") if part.startswith("{fact:")]


def test_more_detail_is_the_first_button_where_there_is_more() -> None:
    chat = Chat()

    chat.says("how does funding work?", "faq", (FUNDING,))
    assert chat.labels[:3] == ["More detail", "This helped", "Not what I asked"]

    chat.says("how do I withdraw?", "faq", (candidate("how-to-withdraw"),))
    assert "More detail" not in chat.labels


def test_more_detail_is_the_passage_word_for_word_with_its_place() -> None:
    chat = Chat()
    chat.says("how does funding work?", "faq", (FUNDING,))

    said = more(chat)

    (message,) = chat.turn["messages"]
    assert chat.turn["outcome"] == "answer"
    assert message["blocks"] == [TABLE, CODE, PICTURE]
    assert said == "Part | Says\nPremium | 0.10%\n\nrate = premium + clamp(interest - premium)\n\nWho pays whom"
    assert message["citations"] == [
        {"article_id": "funding-rate", "version": "0123456789ab", "title": "Title of funding-rate",
         "url": "/help/en/funding-rate#in-detail", "reviewed_on": "2026-11-01"}
    ]  # fmt: skip
    assert chat.turn["trace"]["article"] == {
        "id": "funding-rate", "language": "en", "version": "0123456789ab", "passage": "in-detail",
        "passage_hash": "beef",
    }  # fmt: skip
    assert chat.labels == ["This helped", "Not what I asked", "Title of fees", "Talk to a person"]
    assert chat.slots["misses"] is None


def test_more_detail_pressed_twice_does_not_say_the_same_twice() -> None:
    chat = Chat()
    chat.says("how does funding work?", "faq", (FUNDING,))
    first = more(chat)

    second = more(chat, stale=True)

    assert second != first


@pytest.mark.parametrize("text", ["more detail please", "说详细点"])
@pytest.mark.parametrize("heard", ["clarify", "out_of_scope"])
def test_who_wants_more_than_there_is_hears_that_this_was_all(text: str, heard: str) -> None:
    chat = Chat()
    chat.says("how do I withdraw?", "faq", (candidate("how-to-withdraw"),))

    chat.says(text, heard, (candidate("fees", 0.3),))

    assert chat.turn["outcome"] == "clarify"
    assert any(words in chat.last for words in ("all the article says", "nothing longer", "就这些", "更详细的说明"))
    assert chat.buttons[-1]["payload"]["intent"] == "human_request"


@pytest.mark.parametrize(("said", "outcome"), [("yes", "answer"), ("no", "clarify")])
def test_a_yes_or_no_answers_whether_the_one_article_is_meant(said: str, outcome: str) -> None:
    chat = Chat()
    chat.says("money?", "clarify", (candidate("how-to-withdraw", 0.4),))

    chat.says(said, {"yes": "affirm", "no": "deny"}[said])

    assert chat.turn["outcome"] == outcome
    assert chat.turn["handoff"] is None


def test_more_detail_in_chinese_has_an_address_that_any_client_can_follow() -> None:
    chat = Chat()
    chat.says("资金费率怎么算", "faq", (FUNDING,))
    assert chat.labels[0] == "详细说明"

    more(chat, "详细说明", "zh")

    (citation,) = chat.turn["messages"][0]["citations"]
    assert citation["url"] == "/help/zh/funding-rate#%E8%AF%A6%E7%BB%86%E8%AF%B4%E6%98%8E"


def test_more_detail_is_about_the_contract_that_was_asked_about() -> None:
    chat = Chat()
    chat.says("funding of ETHUSD?", "clarify", (candidate("funding-rate", 0.5),), symbol="ETHUSD")
    chat.presses("choose_article", article_id="funding-rate", language="en", symbol="ETHUSD")
    assert live(chat) == ["{fact: instrument, ETHUSD, fundingRate}"]

    more(chat, symbol="ETHUSD")

    assert live(chat) == ["{fact: instrument, ETHUSD, markPrice}"]


def test_more_detail_of_an_overdue_article_may_be_outdated(library: FakeLibrary) -> None:
    passages = funding("en", "In detail", "in-detail").passages
    library.replace("funding-rate", article("funding-rate", passages=passages, review_due_on="2026-11-21"))
    chat = Chat()
    chat.says("how does funding work?", "faq", (FUNDING,))

    assert "may be outdated" in more(chat)


def test_more_detail_asked_for_before_the_article_changed_gives_what_stands_there_now(library: FakeLibrary) -> None:
    chat = Chat()
    chat.says("how does funding work?", "faq", (FUNDING,))
    library.replace("funding-rate", article("funding-rate"))

    said = more(chat)

    assert "no longer in the article" in said or "that part is gone" in said
    assert said.endswith("Lead of funding-rate in en.")
    assert chat.turn["messages"][0]["citations"][0]["url"] == "/help/en/funding-rate"
    assert chat.turn["trace"]["article"]["passage"] == "lead"


@pytest.mark.parametrize(
    "now",
    [pytest.param((), id="gone"), pytest.param((article("funding-rate", expires_on="2026-11-21"),), id="expired")],
)
def test_more_detail_of_an_article_that_is_gone_says_so(library: FakeLibrary, now: tuple[Any, ...]) -> None:
    chat = Chat()
    chat.says("how does funding work?", "faq", (FUNDING,))
    library.replace("funding-rate", *now)

    said = more(chat)

    assert "not available any more" in said or "no longer have that article" in said
    assert chat.turn["outcome"] == "clarify"
    assert chat.labels == ["Talk to a person"]


def test_more_detail_interrupts_an_intake_which_then_goes_on() -> None:
    chat = Chat()
    chat.says(APPEAL, "case_liquidation_appeal")
    pending = chat.slots["intake"]["pending"]
    chat.says("how does funding work?", "faq", (FUNDING,))
    assert [button["label"] for button in chat.turn["messages"][-1]["buttons"]][-1] == "More detail"

    more(chat)

    detail, question = chat.turn["messages"]
    assert detail["citations"][0]["url"].endswith("#in-detail")
    assert chat.turn["trace"]["intake"]["taken_as"] == "question"
    assert chat.turn["outcome"] == "intake"
    assert chat.slots["intake"]["pending"] == pending
    assert question["buttons"]
    assert chat.loop == "intake_form"


def test_buttons_of_all_messages_of_a_turn_stand_under_the_last_once() -> None:
    chat = Chat()
    chat.says("qwe", "clarify")
    chat.says("asd", "clarify", (candidate("fees", 0.4),))

    first, last = chat.turn["messages"]

    assert first["buttons"] == []
    assert [button["label"] for button in last["buttons"]] == ["Talk to a person", "Title of fees", "None of these"]


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("tick size of XBTUZD", "XBTUZD"),
        ("funding of ethuds pls", "ETHUDS"),
        ("xtbusd funding now", "XTBUSD"),
        ("XBTUSDD 资金费率", "XBTUSDD"),
        ("how is bitcoin funding linked to ethereum", None),
        ("is solana supported, and the solution is dotted or linked", None),
        ("funding rate now", None),
    ],
)
def test_a_misspelt_contract_is_looked_up_for_near_ones(text: str, symbol: str | None) -> None:
    chat = Chat()

    chat.says(text, "faq", (FUNDING,))

    assert live(chat) == ([f"{{fact: instrument, {symbol}, fundingRate}}"] if symbol else [])


@pytest.mark.parametrize(
    ("text", "coin"),
    [
        ("is SOL deposit open?", "SOL"),
        ("AVAX deposits open?", "AVAX"),
        ("can i deposit usdt now", "USDT"),
        ("比特币充值开放吗", "XBT"),
        ("is there a link near the deposit page", None),
        ("is it open?", None),
    ],
)
def test_a_coin_named_in_passing_is_looked_up(library: FakeLibrary, text: str, coin: str | None) -> None:
    passages = funding("en", "In detail", "in-detail").passages
    placeholder = "{fact: asset, currency, depositEnabled}"
    lead = {"type": "paragraph", "spans": [{"text": placeholder}]}
    words = {"type": "paragraph", "spans": [{"text": "See the deposit page."}]}
    changed = [type(passages[0])("lead", "", "f00d", "", [lead, words])]
    library.replace("fees", article("fees", passages=changed), article("fees", "zh", passages=changed))
    chat = Chat()

    chat.says(text, "faq", (candidate("fees"),))

    assert live(chat) == ([f"{{fact: asset, {coin}, depositEnabled}}"] if coin else [])
    assert chat.last.endswith("See the deposit page.")
