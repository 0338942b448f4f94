"""An address that reads like an official one is named; ours, and everybody else's, is not."""

from __future__ import annotations

import pytest

from kit.lookalike import LookAlike, domains_of, is_official, lookalikes

OFFICIAL = domains_of("bitmex.com, pharos-exchange.io")


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("bltmex.com", id="l-for-i"),
        pytest.param("b1tmex.com", id="digit-for-letter"),
        pytest.param("bitrnex.com", id="two-letters-for-one"),
        pytest.param("bіtmеx.com", id="cyrillic-letters"),
        pytest.param("bitmeχ.com", id="greek-letter"),
        pytest.param("xn--btmex-n2e.com", id="punycode"),
        pytest.param("bítmex.com", id="accent"),
        pytest.param("bitmexx.com", id="one-letter-more"),
        pytest.param("bimtex.com", id="letters-swapped"),
        pytest.param("bytnex.com", id="two-letters-off"),
        pytest.param("bitmex.co", id="other-ending"),
        pytest.param("bit-mex.com", id="hyphen"),
        pytest.param("bitmex-support.com", id="word-added"),
        pytest.param("securebitmex.net", id="word-in-front"),
        pytest.param("bitmex.com.login.example", id="official-name-as-subdomain"),
        pytest.param("www.bitmex.verify-wallet.example", id="name-among-labels"),
        pytest.param("bitmex。co", id="ideographic-full-stop"),
        pytest.param("ｂｌｔｍｅｘ.com", id="wide-letters"),
    ],
)
def test_host_that_reads_like_ours_is_named(host: str) -> None:
    (found,) = lookalikes(f"They sent me https://{host}/login?x=1, is it real?", OFFICIAL)

    assert (found.domain, found.official) == (host, "bitmex.com")


def test_letters_that_only_look_latin_are_spelled_out() -> None:
    assert lookalikes("bіtmex.com", OFFICIAL) == [LookAlike("bіtmex.com", "bitmex.com", "xn--btmex-n2e.com")]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("https://www.bitmex.com/app/fees and testnet.bitmex.com", id="official-and-below"),
        pytest.param("BitMEX.COM.", id="official-in-capitals"),
        pytest.param("ｂｉｔｍｅｘ.com", id="wide-letters-are-the-same-host"),
        pytest.param("support@bitmex.com", id="official-mailbox"),
        pytest.param("bitget.com binance.com bittrex.com bitstamp.net github.com", id="other-exchanges"),
        pytest.param("bitmex.csv, bitmex-trades.json", id="file-names"),
        pytest.param("bitmex@gmail.com", id="somebodys-mailbox"),
        pytest.param("XBTUSD at 84,210.5. I was liquidated at 03:12.30 on 22.11.2026", id="no-address"),
        pytest.param("我的提现在哪里？订单。失败", id="chinese-sentence"),
    ],
)
def test_anything_else_is_left_alone(text: str) -> None:
    assert lookalikes(text, OFFICIAL) == []


def test_official_name_before_the_at_sign_is_named() -> None:
    assert lookalikes("https://www.bitmex.com@login.example/", OFFICIAL) == [LookAlike("login.example", "bitmex.com")]


def test_each_is_named_once_and_with_its_own_original() -> None:
    found = lookalikes("bltmex.com bltmex.com pharos-exchanqe.io pharosexchange.com", OFFICIAL)

    assert found == [
        LookAlike("bltmex.com", "bitmex.com"),
        LookAlike("pharos-exchanqe.io", "pharos-exchange.io"),
        LookAlike("pharosexchange.com", "pharos-exchange.io"),
    ]


def test_without_official_domains_nothing_is_named() -> None:
    assert lookalikes("bltmex.com", ()) == []
    assert not is_official("bitmex.com", ())


def test_long_text_of_addresses_takes_no_time() -> None:
    text = "a." * 5000 + "-" * 5000 + "bltmex.com " * 5000

    assert len(lookalikes(text, OFFICIAL)) <= 1
