"""Secrets never survive masking; everything a case needs does."""

from __future__ import annotations

import pytest

from kit.masking import mask

SEED = "abandon ability able about above absent absorb abstract absurd abuse access accident"
WIF = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"  # Bitcoin wiki's example of the format
XPRV = (  # BIP-32, test vector 1
    "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi"
)


@pytest.mark.parametrize(
    ("text", "kind", "secret"),
    [
        pytest.param(f"my words: {SEED} help", "seed phrase", SEED, id="seed-phrase"),
        pytest.param(SEED.replace(" ", ", "), "seed phrase", "abstract", id="seed-phrase-with-commas"),
        pytest.param("\n".join(f"{i}. {w}" for i, w in enumerate(SEED.split(), 1)), "seed phrase", "absurd", id="list"),
        pytest.param(f"is {WIF} safe", "private key", WIF, id="wif"),
        pytest.param(XPRV, "private key", XPRV, id="xprv"),
        pytest.param("card 4111 1111 1111 1111 charged", "card number", "4111", id="card"),
        pytest.param("卡号4111111111111111被盗", "card number", "4111", id="card-beside-chinese"),
        pytest.param("收到的code是? code 483920被骗了", "secret", "483920", id="code-beside-chinese"),
        pytest.param("my password is hunter2", "secret", "hunter2", id="password"),
        pytest.param("password: correcthorse", "secret", "correcthorse", id="password-of-letters"),
        pytest.param("api secret = aB3xYz99Kq_12", "secret", "aB3xYz99Kq_12", id="api-secret"),
        pytest.param("secret aB3xYz99Kq12 leaked", "secret", "aB3xYz99Kq12", id="secret-without-sign"),
        pytest.param("the code is 493021", "secret", "493021", id="code"),
        pytest.param("2fa code 493021", "secret", "493021", id="2fa-code"),
        pytest.param("我的密码是hunter2，登不上", "secret", "hunter2", id="zh-password"),
        pytest.param("验证码：493021", "secret", "493021", id="zh-code"),
        pytest.param("private key " + "a1" * 32, "secret", "a1a1", id="named-64-hex"),
    ],
)
def test_secret_is_removed_and_named(text: str, kind: str, secret: str) -> None:
    masked, kinds = mask(text)

    assert secret not in masked
    assert kinds == [kind]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("txid " + "a1" * 32, id="transaction-hash"),
        pytest.param("order 6ba7b810-9dad-11d1-80b4-00c04fd430c8 was cancelled", id="order-id"),
        pytest.param("I bought 493021 contracts", id="quantity"),
        pytest.param("error code 403 on every call", id="http-status"),
        pytest.param("password reset does not work", id="password-reset"),
        pytest.param("my password is wrong", id="password-is-wrong"),
        pytest.param("reset my password bob@example.com", id="e-mail"),
        pytest.param("密码错误怎么办", id="zh-password-wrong"),
        pytest.param("can you please help me with my deposit it is not there yet and I am angry", id="sentence"),
        pytest.param("4111 1111 1111 1112", id="luhn-fails"),
        pytest.param("secret key rotation", id="secret-key-rotation"),
        pytest.param("2fa code rejected every time", id="code-rejected"),
    ],
)
def test_what_is_no_secret_is_kept(text: str) -> None:
    assert mask(text) == (text, [])


def test_announced_secret_in_the_next_message_is_removed() -> None:
    assert mask("hunter2!", previous="ok here is my password") == ("[removed: secret]", ["secret"])
    assert mask("hunter2!", previous="how do I withdraw") == ("hunter2!", [])


def test_masking_twice_changes_nothing_more() -> None:
    once, _ = mask(f"password is hunter2 and {SEED} and 4111 1111 1111 1111")

    assert mask(once) == (once, [])
