"""Verified customers: who the exchange's site vouches for, once, for ten minutes at most."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import func, select

from conversations.models import Conversation
from hub.identity import IdentityVerifier
from kit import wire
from kit.clock import ManualClock
from kit.errors import NotSignedIn, Unavailable
from kit.ids import new_id
from tests.conversations.record import dump
from tests.fakes.assistant import FakeAssistant
from tests.hub.site import Site, running, settings_for

KEY = "the key the site and the service share, long enough for every HMAC there is"
OTHER_KEY = "a key that somebody else made up, long enough for every HMAC there is, too"


@pytest.fixture
async def site(tmp_path: Path, database_url: str, clock: ManualClock, assistant: FakeAssistant) -> AsyncIterator[Site]:
    settings = settings_for(tmp_path, database_url, identity_key=KEY, identity_issuer="exchange")
    async with running(settings, clock, assistant) as site:
        yield site


def claims(now: datetime, **changes: Any) -> dict[str, Any]:
    made = {
        "sub": "customer-7",
        "aud": "pharos",
        "iss": "exchange",
        "jti": new_id(),
        "exp": int((now + timedelta(minutes=5)).timestamp()),
        **changes,
    }
    return {name: value for name, value in made.items() if value is not None}


def token(now: datetime, *, key: str = KEY, algorithm: str = "HS256", **changes: Any) -> str:
    return jwt.encode(claims(now, **changes), key, algorithm=algorithm)


async def open_with(site: Site, identity: str) -> int:
    answer = await site.client().post("/api/v1/conversations", json={"identity": identity})
    return answer.status_code


async def count_conversations(site: Site) -> int:
    async with site.database.read() as session:
        return (await session.execute(select(func.count()).select_from(Conversation))).scalar_one()


async def test_customer_the_site_vouches_for_is_verified(site: Site) -> None:
    visitor = await site.visit(identity=token(site.clock.now()))
    await visitor.write("What is funding?")
    await visitor.wait_for_text("bot")

    assert site.assistant.requests[0].customer.verified


async def test_customer_without_identity_is_anonymous(site: Site) -> None:
    visitor = await site.visit()
    await visitor.write("What is funding?")
    await visitor.wait_for_text("bot")

    assert not site.assistant.requests[0].customer.verified


async def test_verified_customer_finds_their_ticket_in_a_new_conversation(site: Site) -> None:
    first = await site.visit(identity=token(site.clock.now()))
    await first.write("My deposit is missing.")
    number = (await first.wait_for_type(wire.TICKET_OPENED))["number"]
    own = await site.visit(identity=token(site.clock.now()))
    stranger = await site.visit(identity=token(site.clock.now(), sub="customer-8"))

    for visitor in (own, stranger):
        await visitor.write("Where does my ticket stand?")
        await visitor.wait_for_text("bot")

    seen = [[ticket.number for ticket in request.customer.tickets] for request in site.assistant.requests[1:]]
    assert seen == [[number], []]


async def test_forged_stale_or_foreign_identity_is_refused_and_nothing_opened(site: Site) -> None:
    now = site.clock.now()
    minute = timedelta(minutes=1)
    unsigned = jwt.encode(claims(now), "", algorithm="none")
    head, body, _ = token(now).split(".")
    refused = {
        "another key": token(now, key=OTHER_KEY),
        "no signature": unsigned,
        "signature cut off": f"{head}.{body}.",
        "another algorithm": token(now, algorithm="HS512"),
        "wrong audience": token(now, aud="somebody-else"),
        "no audience": token(now, aud=None),
        "wrong issuer": token(now, iss="somebody-else"),
        "no issuer": token(now, iss=None),
        "expired": token(now, exp=int((now - minute).timestamp())),
        "expires now": token(now, exp=int(now.timestamp())),
        "lives 11 minutes": token(now, exp=int((now + 11 * minute).timestamp())),
        "lives for ever": token(now, exp=10**18),
        "never expires": token(now, exp=None),
        "expires at no time": token(now, exp=[1]),
        "nobody": token(now, sub=None),
        "nobody's name": token(now, sub=""),
        "a blank": token(now, sub=" "),
        "a name too long to tell apart": token(now, sub="x" * 129),
        "a name no store takes": token(now, sub="a\x00b"),
        "half a letter": token(now, sub="a\ud800"),
        "a number no store takes": token(now, jti="a\x00b"),
        "cannot be told apart": token(now, jti=None),
        "not a token": "hello",
        "dots": "..",
    }

    codes = {name: await open_with(site, identity) for name, identity in refused.items()}

    assert codes == dict.fromkeys(refused, 401)
    assert await count_conversations(site) == 0


async def test_identity_is_good_once(site: Site) -> None:
    identity = token(site.clock.now())

    codes = [await open_with(site, identity), await open_with(site, identity)]

    assert codes == [201, 401]
    assert await count_conversations(site) == 1


async def test_identity_used_many_times_at_once_is_good_once(site: Site) -> None:
    identity = token(site.clock.now())

    codes = await asyncio.gather(*(open_with(site, identity) for _ in range(5)))

    assert sorted(codes) == [201, 401, 401, 401, 401]
    assert await count_conversations(site) == 1


async def test_identity_used_before_stays_used_until_it_expires(site: Site) -> None:
    now = site.clock.now()
    identity = token(now, exp=int((now + timedelta(minutes=10)).timestamp()))
    await open_with(site, identity)
    site.clock.advance(minutes=9, seconds=59)
    await open_with(site, token(site.clock.now()))

    assert await open_with(site, identity) == 401


async def test_identity_is_not_stored(site: Site) -> None:
    identity = token(site.clock.now())
    await open_with(site, identity)

    assert identity not in await dump(site.database)


async def test_service_without_a_key_accepts_no_identity(
    tmp_path: Path, database_url: str, clock: ManualClock, assistant: FakeAssistant
) -> None:
    async with running(settings_for(tmp_path, database_url), clock, assistant) as site:
        assert await open_with(site, token(clock.now())) == 401
        assert await open_with(site, jwt.encode(claims(clock.now()), "", algorithm="none")) == 401


class KeySet(jwt.PyJWKClient):
    """The site's key set, without a network: None cannot be reached."""

    def __init__(self, keys: list[dict[str, Any]] | None) -> None:
        super().__init__("https://exchange.example/keys.json")
        self._keys = keys

    def fetch_data(self) -> Any:
        if self._keys is None:
            raise jwt.PyJWKClientConnectionError("unreachable, as the test asked")
        return {"keys": self._keys}


def with_key_set(tmp_path: Path, keys: list[dict[str, Any]] | None) -> IdentityVerifier:
    settings = settings_for(
        tmp_path, "sqlite://", identity_algorithm="RS256", identity_jwks_url="https://x", identity_issuer="exchange"
    )
    verifier = IdentityVerifier(settings)
    verifier._jwks = KeySet(keys)
    return verifier


def test_key_of_the_sites_key_set_is_found_by_its_id(tmp_path: Path, clock: ManualClock) -> None:
    private, other = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    published = jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    verifier = with_key_set(tmp_path, [{**published, "kid": "2026-11", "use": "sig"}])

    def signed(key: rsa.RSAPrivateKey, kid: str) -> str:
        return jwt.encode(claims(clock.now()), key, algorithm="RS256", headers={"kid": kid})

    assert verifier.verify(signed(private, "2026-11"), clock.now()).customer_id == "customer-7"
    for forged in (signed(other, "2026-11"), signed(private, "unknown"), token(clock.now()), "hello"):
        with pytest.raises(NotSignedIn):
            verifier.verify(forged, clock.now())


def test_key_set_that_cannot_be_reached_says_so(tmp_path: Path, clock: ManualClock) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    identity = jwt.encode(claims(clock.now()), private, algorithm="RS256", headers={"kid": "2026-11"})

    with pytest.raises(Unavailable):
        with_key_set(tmp_path, None).verify(identity, clock.now())


def test_public_key_is_not_taken_for_a_shared_secret(tmp_path: Path, clock: ManualClock) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    settings = settings_for(
        tmp_path, "sqlite://", identity_algorithm="RS256", identity_key=pem.decode(), identity_issuer="exchange"
    )
    verifier = IdentityVerifier(settings)
    good = jwt.encode(claims(clock.now()), private, algorithm="RS256")

    assert verifier.verify(good, clock.now()).customer_id == "customer-7"
    with pytest.raises(NotSignedIn):
        verifier.verify(token(clock.now(), key=OTHER_KEY), clock.now())
