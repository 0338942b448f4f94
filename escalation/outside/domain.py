"""Rules of what leaves the desk, without a database, a clock or a network.

A *delivery* is one thing for one *destination*. Those of a destination go in their order, one at a time, each until it
arrived, was refused for good, or is a day old. A destination that failed five times in a row has its *circuit* open:
only one trial is made after each wait. A *notice* tells an agent of something; its *kind* says of what, its *way* how.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from kit.errors import InvalidRequest

#: A delivery is given up this long after it was put in, or sent again by hand.
GIVEN_UP_AFTER = timedelta(hours=24)
#: Waits after failures in a row: 5 s, doubling, at most an hour.
FIRST_WAIT = timedelta(seconds=5)
MAX_WAIT = timedelta(hours=1)
#: Failures in a row that open a destination's circuit.
OPEN_AFTER = 5
#: How long deliveries stay in the log.
LOG_KEPT = timedelta(days=30)

KINDS = ("p1_opened", "sla_warned", "sla_breached", "assigned", "customer_replied")
WAYS = ("mail", "telegram")
#: What an agent who never chose is told, and how.
DEFAULT_WAYS: dict[str, tuple[str, ...]] = {
    "p1_opened": ("mail", "telegram"),
    "sla_warned": ("telegram",),
    "sla_breached": ("mail", "telegram"),
    "assigned": ("telegram",),
    "customer_replied": ("mail", "telegram"),
}
#: Kinds that strangers can cause at will, so that they are capped while a ticket is unverified and nobody's.
CAPPED_KINDS = ("p1_opened", "sla_warned", "sla_breached")
ALERTS_PER_HOUR = 5
ALERT_WINDOW = timedelta(hours=1)

#: Happenings a webhook may ask for; "*" is all of them.
WEBHOOK_EVENTS = (
    "ticket.opened",
    "ticket.assigned",
    "ticket.taken",
    "ticket.released",
    "ticket.transferred",
    "ticket.replied",
    "ticket.customer_replied",
    "ticket.facts_added",
    "ticket.handed_back",
    "ticket.held",
    "ticket.unheld",
    "ticket.priority_changed",
    "ticket.warned",
    "ticket.breached",
    "ticket.resolved",
    "ticket.reopened",
    "ticket.closed",
    "ticket.merged",
    "ticket.no_skill",
)

_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def wait_after(failures: int) -> timedelta:
    """Return how long a destination rests after that many failures in a row."""
    return min(FIRST_WAIT * (1 << min(failures - 1, 20)), MAX_WAIT)


def is_circuit_open(failures: int) -> bool:
    return failures >= OPEN_AFTER


def body_of(payload: Mapping[str, Any]) -> bytes:
    """Return a webhook's body: the same bytes at every attempt, whatever order a store gives the keys."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return what X-Pharos-Signature says: `sha256=` and the HMAC of timestamp, a dot and the body."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={digest.hexdigest()}"


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the open internet; what hides an address inside it is looked into."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def is_mail_address(text: str) -> bool:
    """Tell whether mail can be sent there: one plain address of at most 254 characters."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def clean_ways(asked: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return which kinds go by which ways, with the default for kinds that are not named.

    Raises:
        InvalidRequest: an unknown kind or way.
    """
    if unknown := set(asked) - set(KINDS):
        raise InvalidRequest(f"'ways': there is no kind '{sorted(unknown)[0][:40]}'; there are {', '.join(KINDS)}.")
    chosen = {kind: list(asked.get(kind, DEFAULT_WAYS[kind])) for kind in KINDS}
    if unknown := {way for ways in chosen.values() for way in ways} - set(WAYS):
        raise InvalidRequest(f"'ways': there is no way '{sorted(unknown)[0][:40]}'; there are {', '.join(WAYS)}.")
    return {kind: [way for way in WAYS if way in ways] for kind, ways in chosen.items()}


def alert_form(earlier: Iterable[tuple[datetime, bool]], now: datetime) -> str | None:
    """Return what one more capped alert becomes: `alert`, `more` (others wait, said once), or None: nothing.

    Args:
        earlier: when each earlier alert of the kind was made, and whether it was a `more`.
    """
    recent = [is_more for at, is_more in earlier if at > now - ALERT_WINDOW]
    if recent.count(False) < ALERTS_PER_HOUR:
        return "alert"
    return None if True in recent else "more"
