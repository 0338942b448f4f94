"""Which parts of a message are secrets that must never be stored, by one definition.

Masked: 12 to 24 BIP-39 words in a row; card numbers (13 to 19 digits, Luhn, a card
prefix); WIF and extended private keys whose checksum holds; and a token named or
followed by secret / private key / password / code or their Chinese words, in the same
message or announced by the one before. Kept: 64 hex digits, ids and six digits without
such a word (transaction hashes, quantities). docs/security.md says what is missed.

Sources: BIP-39 (English word list, bip39_english.txt), BIP-32 (xprv), ISO/IEC 7812 (Luhn).
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_SEED_WORDS = 12
_WORD = re.compile(r"[A-Za-z]+")
_SEED_GAP = re.compile(r"[\s,;.\d)(:#-]*")
#: Where a token ends; not \w and \b, to which Chinese beside it is more of the same word.
_START, _END = "(?<![0-9A-Za-z_])", "(?![0-9A-Za-z_])"
_DIGITS = re.compile(rf"{_START}(?<!-)\d(?:[ -]?\d){{12,18}}{_END}(?!-)")
_CARD_PREFIX = re.compile(r"3[47]|3[068]|4|5[1-5]|2[2-7]|6")
_BASE58_TOKEN = re.compile(r"(?<![0-9A-Za-z])[1-9A-HJ-NP-Za-km-z]{51,112}(?![0-9A-Za-z])")
_PRIVATE_VERSIONS = ("0488ade4", "04358394", "049d7878", "04b2430c")  # xprv, tprv, yprv, zprv (BIP-32, SLIP-132)

_NAME = (
    r"(?:api[ _-]?secret|secret(?:[ _-]?key)?|private[ _-]?key|pass[ -]?(?:word|phrase|wd)|pwd|"
    r"(?:2fa|otp|totp|sms|auth\w*|verification|security|login|reset|backup|google)[ _-]?code|"
    r"私钥|密钥|密码|验证码|动态码|口令)"
)
_NAMED = re.compile(
    rf"{_NAME}(?P<link>\s*(?:[:=：]|\bis\b|\bwas\b|->|是|为)+\s*|\s*)[\"'<]?(?P<token>(?!\[removed:)[!-~]{{4,}})",
    re.IGNORECASE,
)
_CODE = re.compile(
    rf"(?<!error ){_START}code{_END}\s*(?:[:=]|is{_END})?\s*(?P<token>\d{{6,8}}|\d{{3}}[ -]\d{{3}}){_END}",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(_NAME, re.IGNORECASE)
_LONE_TOKEN = re.compile(r"\s*(?P<token>[!-~]{4,})\s*")
_NOT_SECRET = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    re.IGNORECASE,
)
#: Words that follow "my password is" without being one.
_STATES = frozenset(
    "wrong incorrect invalid correct right lost stolen expired hacked compromised changed leaked exposed gone rejected "
    "always never still being also only just that this what where when about asked asking required needed weak strong "
    "same safe unsafe shown disabled enabled unknown forgotten saved stored working used public valid fine okay "
    "blocked locked incorrect. wrong. invalid.".split()
)


def mask(text: str, *, previous: str | None = None) -> tuple[str, list[str]]:
    """Replace secrets by `[removed: kind]`.

    Args:
        text: what the customer wrote.
        previous: the customer's message before it, which may have announced a secret.

    Returns:
        The safe text, and the kinds that were removed: `seed phrase`, `private key`, `card number`, `secret`.
    """
    announced = previous is not None and _ANNOUNCED.search(previous) is not None
    lone = _LONE_TOKEN.fullmatch(text)
    if announced and lone and _looks_secret(lone["token"]):
        return "[removed: secret]", ["secret"]
    kinds = []
    for kind, find in _FINDERS:
        spans = find(text)
        for start, end in reversed(spans):
            text = f"{text[:start]}[removed: {kind}]{text[end:]}"
        kinds += [kind] if spans else []
    return text, kinds


@lru_cache(maxsize=1)
def _seed_words() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "bip39_english.txt").read_text().split())


def _seed_phrases(text: str) -> list[tuple[int, int]]:
    """Find runs of 12 or more list words with nothing but blanks, commas and numbering between."""
    spans: list[tuple[int, int]] = []
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        follows = not run or _SEED_GAP.fullmatch(text, run[-1].end(), word.start())
        if word[0].lower() in _seed_words() and follows:
            run.append(word)
            continue
        spans += _long_enough(run)
        run = [word] if word[0].lower() in _seed_words() else []
    return spans + _long_enough(run)


def _long_enough(run: list[re.Match[str]]) -> list[tuple[int, int]]:
    return [(run[0].start(), run[-1].end())] if len(run) >= _SEED_WORDS else []


def _private_keys(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in _BASE58_TOKEN.finditer(text) if _is_private_key(found[0])]


def _is_private_key(token: str) -> bool:
    number = 0
    for character in token:
        number = number * 58 + _BASE58.index(character)
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    body, checksum = raw[:-4], raw[-4:]
    if hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4] != checksum:
        return False
    return body[:4].hex() in _PRIVATE_VERSIONS or (body[0] in (0x80, 0xEF) and len(body) in (33, 34))


def _cards(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in _DIGITS.finditer(text) if _is_card(re.sub(r"\D", "", found[0]))]


def _is_card(digits: str) -> bool:
    if not _CARD_PREFIX.match(digits):
        return False
    doubled = [sum(divmod(2 * int(d), 10)) if i % 2 else int(d) for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _named_secrets(text: str) -> list[tuple[int, int]]:
    """Find tokens after a secret's name: any after "is" or a colon, else only those that look like one."""
    named = [
        found.span("token")
        for found in _NAMED.finditer(text)
        if (found["link"].strip() and found["token"].lower() not in _STATES and not _NOT_SECRET.match(found["token"]))
        or _looks_secret(found["token"])
    ]
    coded = [found.span("token") for found in _CODE.finditer(text)]
    return sorted({*named, *(span for span in coded if not any(s <= span[0] < e for s, e in named))})


def _looks_secret(token: str) -> bool:
    if len(token) < 6 or _NOT_SECRET.match(token) or token.startswith("[removed:"):
        return False
    core = token.strip(".,!?")
    return any(c.isdigit() for c in core) or (not core.isalpha() and core.isascii() and "-" not in core)


_FINDERS = (
    ("seed phrase", _seed_phrases),
    ("private key", _private_keys),
    ("card number", _cards),
    ("secret", _named_secrets),
)
