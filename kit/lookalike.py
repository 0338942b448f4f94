"""Web addresses that pretend to be ours: those in a text, and which are *look-alikes* of an official domain.

Pure rules. A look-alike is a host that is neither an official domain nor below one, and whose name reads like one: the
same with other letters of the same shape, one or two letters off, with words or another ending added, or as the user
part of an address. It is a hint for a person, never a verdict.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: Longest host that is looked at, and most hosts of one text: a message is no list of addresses.
_MAX_HOST = 253
_MAX_HOSTS = 50
#: From this length on a name two letters off counts whatever it looks like, and a part of a longer word counts.
_LONG_NAME, _CLEAR_NAME = 8, 5

_HOST = re.compile(
    r"(?P<scheme>https?://)?(?:(?P<user>[^\s/@<>\"']{1,200})@)?"
    r"(?P<host>(?:[^\W_](?:[\w-]{0,61}[^\W_])?[.。．｡]){1,10}(?:xn--[a-z0-9-]{2,59}|[^\W\d_]{2,63}))(?![\w-])",
    re.IGNORECASE,
)
#: Ends of file names and field paths, not of addresses.
_NOT_DOMAINS = frozenset("csv gif html jpeg jpg js json log md pdf png py svg txt webp xls xlsx xml yaml yml".split())

#: Letters of other alphabets, and digits, that are drawn like Latin ones.
_SAME_SHAPE = str.maketrans(
    {
        **dict(zip("аԁеһіјкӏмոорԛгѕтցихусԝв", "adehijklmnopqrstguxycwb", strict=True)),  # Cyrillic, Armenian
        **dict(zip("αβεικνορτυχωγ", "abeiknoptuxwy", strict=True)),  # Greek
        **dict(zip("ıɩɪǀɡɑƅɓøłđħŧ", "iiilgabboldht", strict=True)),  # Latin with an odd shape
        **dict(zip("013456789", "oleasgtbg", strict=True)),
    }
)
#: Letters that a reader takes for one another, after the table above.
_ONE_FORM = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("i", "l"), ("j", "l"))


@dataclass(frozen=True)
class LookAlike:
    """A host as it was written, and the official domain it reads like.

    `encoded` is the host as computers write it, where it has letters that only look Latin: nobody sees the difference.
    """

    domain: str
    official: str
    encoded: str | None = None


def domains_of(setting: str) -> tuple[str, ...]:
    """Return the domains of a comma-separated setting, in lower case."""
    return tuple(part.strip().strip(".").lower() for part in setting.split(",") if part.strip())


def is_official(host: str, official: Sequence[str]) -> bool:
    """Tell whether a host is an official domain, or below one."""
    plain = _plain(host)
    return any(plain == domain or plain.endswith(f".{domain}") for domain in official)


def hosts(text: str) -> Iterator[re.Match[str]]:
    """Find what looks like web addresses in a text; the groups are `scheme`, `user` and `host`."""
    found = 0
    for match in _HOST.finditer(text):
        if len(match["host"]) <= _MAX_HOST and match["host"].rpartition(".")[2].lower() not in _NOT_DOMAINS:
            yield match
            found += 1
            if found == _MAX_HOSTS:
                return


def lookalikes(text: str, official: Sequence[str]) -> list[LookAlike]:
    """Return the look-alikes in a text, each once, in the order they stand there."""
    found: dict[str, LookAlike] = {}
    for match in hosts(text):
        host = match["host"].lower()
        if not is_official(host, official) and (like := _is_like(host, match["user"] or "", official)):
            found.setdefault(host, LookAlike(host, like, _encoded(host)))
    return list(found.values())


def _is_like(host: str, user: str, official: Sequence[str]) -> str | None:
    """Return the official domain that a host, or what stands before its @, reads like."""
    labels = [_skeleton(label) for label in _unicode(_plain(host)).split(".")]
    is_address = not user or ":" in user or "." in user  # else somebody's mailbox
    for domain in official:
        name = _skeleton(_name(domain))
        if any(_reads_like(label, name) for label in labels[:-1]):
            return domain
        if user and is_address and name in _skeleton(user):
            return domain
    return None


def _name(domain: str) -> str:
    """Return what a domain is known by: its longest label before the ending."""
    labels = domain.split(".")
    return max(labels[:-1] or labels, key=len)


def _reads_like(label: str, name: str) -> bool:
    words = [label.replace("-", ""), *label.split("-")]
    if len(name) >= _CLEAR_NAME and name in words[0]:
        return True
    return any(_is_near(word, name) for word in words)


def _is_near(word: str, name: str) -> bool:
    """Tell whether a word is one slip away from a name, or two that keep its length and both its ends."""
    if len(name) < _CLEAR_NAME:
        return word == name
    distance = _distance(word, name)
    keeps_shape = len(word) == len(name) and (word[0], word[-1]) == (name[0], name[-1])
    return distance <= 1 or (distance == 2 and (len(name) >= _LONG_NAME or keeps_shape))


def _distance(a: str, b: str) -> int:
    """Count insertions, deletions, replacements and swaps of neighbours; more than two are three."""
    if abs(len(a) - len(b)) > 2:
        return 3
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and (x, a[i - 2]) == (b[j - 2], y):
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return min(row[-1], 3)


def _plain(host: str) -> str:
    """Return a host as a browser looks it up: wide forms narrowed, in lower case, without a dot at its end."""
    return unicodedata.normalize("NFKC", host).replace("。", ".").lower().strip(".")


def _encoded(host: str) -> str | None:
    """Return a host in punycode; None where it is plain anyway."""
    plain = _plain(host)
    if plain.isascii():
        return None
    labels = plain.split(".")
    return ".".join(label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels)


def _unicode(host: str) -> str:
    """Return a host with its punycode labels as people see them."""
    labels = []
    for label in host.split("."):
        try:
            labels.append(label[4:].encode().decode("punycode") if label.startswith("xn--") else label)
        except (UnicodeError, ValueError):
            labels.append(label)
    return ".".join(labels)


def _skeleton(text: str) -> str:
    """Return the letters a text is drawn with: no marks, one letter for all that look alike."""
    marked = unicodedata.normalize("NFKD", text.lower())
    shape = "".join(c for c in marked if not unicodedata.combining(c)).translate(_SAME_SHAPE)
    for written, read in _ONE_FORM:
        shape = shape.replace(written, read)
    return shape
