"""Mail over TLS: handed in only to the server that was meant, and never in plain text instead."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from escalation.outside.models import Delivery
from tests.escalation.outside.conftest import OpenDesk
from tests.escalation.outside.receivers import Post, post_office

HERE, ELSEWHERE = "127.0.0.1", "192.0.2.1"


@pytest.fixture(params=["smtps", "smtp+starttls"])
def smtp_scheme(request: pytest.FixtureRequest) -> str:
    scheme: str = request.param
    return scheme


@pytest.fixture
def address() -> str:
    """Whom the server's certificate names."""
    return HERE


@pytest.fixture
def certificate(tmp_path: Path, address: str) -> Path:
    """A certificate that nobody but itself vouches for, with its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(datetime.now(UTC) - timedelta(hours=1))
        .not_valid_after(datetime.now(UTC) + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = tmp_path / "server.pem"
    file.write_bytes(made.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return file


@pytest.fixture
async def post(smtp_scheme: str, certificate: Path) -> AsyncIterator[Post]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    way = {"tls": context} if smtp_scheme == "smtps" else {"starttls": context}
    async with post_office(**way) as post:
        yield post


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have this machine trust the certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


async def send_notice(desk: OpenDesk) -> tuple[str, str]:
    """Have a mail sent; returns what became of it: status and error."""
    await desk.agent("ana@exchange.example", "Ana")
    await desk.case("My account was hacked.")
    await desk.send()
    async with desk.database.read() as session:
        (delivery,) = (await session.execute(select(Delivery))).scalars()
    return delivery.status, delivery.error or ""


async def test_mail_is_handed_in_under_tls(desk: OpenDesk, post: Post, trusted: None) -> None:
    assert await send_notice(desk) == ("delivered", "")

    assert [mail["To"] for mail in post.mails] == ["ana@exchange.example"]


async def test_server_with_a_certificate_nobody_vouches_for_gets_nothing_until_it_is_trusted(
    desk: OpenDesk, post: Post, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, error = await send_notice(desk)
    assert (status, post.mails) == ("pending", [])
    assert "SSLCertVerificationError" in error

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    desk.clock.advance(seconds=5)
    await desk.send()

    assert len(post.mails) == 1


@pytest.mark.parametrize("address", [ELSEWHERE])
async def test_server_with_the_certificate_of_another_one_gets_nothing(
    desk: OpenDesk, post: Post, trusted: None
) -> None:
    status, error = await send_notice(desk)

    assert (status, post.mails) == ("pending", [])
    assert "SSLCertVerificationError" in error


class TestPlainServer:
    """A server, or somebody on the way, that knows no TLS."""

    @pytest.fixture
    async def post(self) -> AsyncIterator[Post]:
        async with post_office() as post:
            yield post

    async def test_mail_is_never_handed_in_as_plain_text(self, desk: OpenDesk, post: Post) -> None:
        status, _error = await send_notice(desk)

        assert (status, post.mails) == ("pending", [])
