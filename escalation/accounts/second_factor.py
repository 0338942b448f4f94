"""The second factor: a code that changes every 30 s (RFC 6238), and ten recovery codes for who lost its device.

Each code counts once: an accepted one is spent together with all before it, a recovery code is gone. The secret is
stored encrypted with a key derived from the service's, recovery codes as keyed hashes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy.ext.asyncio import AsyncSession

from escalation import audit
from escalation.accounts import repository
from escalation.accounts.models import SecondFactor
from escalation.domain import LEADS
from escalation.models import Agent
from kit.errors import Conflict, InvalidRequest, Misconfigured, NotPermitted

STEP_SECONDS = 30
#: Steps before and after the current one whose code is accepted too: clocks differ.
_DRIFT = 1
ISSUER = "Pharos desk"
RECOVERY_CODES = 10
_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


class SecondFactorRequired(NotPermitted):
    """The agent must set up a second factor before anything else."""


class AlreadyEnrolled(Conflict):
    """The agent has a second factor."""


class NotEnrolled(Conflict):
    """The agent has no second factor."""


class WrongCode(InvalidRequest):
    """The code is wrong, too old, or was used before."""


@dataclass(frozen=True)
class FactorPolicy:
    """The service's key, and whether leads and admins must have a second factor."""

    key: bytes
    is_required: bool = False

    def demands(self, agent: Agent) -> bool:
        return self.is_required and agent.role in LEADS

    def hashed(self, text: str) -> str:
        """Return a keyed hash: of an address or a recovery code, to compare with and not to read back."""
        return hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()

    def encrypt(self, secret: str) -> str:
        return self._fernet().encrypt(secret.encode()).decode()

    def decrypt(self, stored: str) -> str:
        """Return what was encrypted, or raise Misconfigured when that was with another key."""
        try:
            return self._fernet().decrypt(stored.encode()).decode()
        except InvalidToken as error:
            raise Misconfigured("The secret key is not the one that second factors were stored with.") from error

    def _fernet(self) -> Fernet:
        derived = hmac.new(self.key, b"second factor", hashlib.sha256).digest()
        return Fernet(base64.urlsafe_b64encode(derived))


@dataclass(frozen=True)
class Offer:
    """What an authenticator app needs: as text, and as a QR code in SVG."""

    secret: str
    uri: str
    qr_svg: str


async def offer(session: AsyncSession, policy: FactorPolicy, agent: Agent) -> Offer:
    """Make a secret, which counts from the first right code on; an earlier offer is void.

    Raises:
        AlreadyEnrolled: a factor is in force; it is removed first.
    """
    await repository.lock_agent(session, agent.id)
    factor = await repository.factor(session, agent.id)
    if factor is not None and factor.confirmed_at is not None:
        raise AlreadyEnrolled("There is a second factor already. Remove it first.")
    secret = pyotp.random_base32()
    stored = policy.encrypt(secret)
    if factor is None:
        session.add(SecondFactor(agent_id=agent.id, secret=stored, confirmed_at=None, last_step=0))
    else:
        factor.secret, factor.last_step = stored, 0
    await session.flush()
    uri = pyotp.TOTP(secret).provisioning_uri(name=agent.login, issuer_name=ISSUER)
    return Offer(secret, uri, _drawn(uri))


def _drawn(uri: str) -> str:
    out = io.BytesIO()
    segno.make(uri, error="m").save(out, kind="svg", xmldecl=False, scale=4, light="#fff")
    return out.getvalue().decode().strip()


async def confirm(
    session: AsyncSession, now: datetime, policy: FactorPolicy, agent: Agent, text: str, token: str | None
) -> list[str]:
    """Put the offered factor in force and return the recovery codes; every other session of the agent ends.

    Args:
        token: of the session that goes on.

    Raises:
        NotEnrolled: nothing was offered.
        WrongCode: the code is not the offered secret's.
    """
    await repository.lock_agent(session, agent.id)
    factor = await repository.factor(session, agent.id)
    if factor is None:
        raise NotEnrolled("Ask for a secret first.")
    if factor.confirmed_at is not None:
        raise AlreadyEnrolled("There is a second factor already.")
    if not _spend(factor, policy, text, now):
        raise WrongCode("The code is wrong or too old. Check the clock of the device, and use a fresh code.")
    factor.confirmed_at = now
    await repository.end_sessions(session, agent.id, but_token=token)
    await audit.record(session, now, agent, "second_factor.enrolled", f"agent:{agent.id}")
    return await _new_recovery_codes(session, policy, agent)


async def accepts(session: AsyncSession, now: datetime, policy: FactorPolicy, agent: Agent, text: str) -> str | None:
    """Spend a code or a recovery code; returns which it was, None for neither. The agent's row must be locked."""
    factor = await repository.factor(session, agent.id)
    if factor is not None and factor.confirmed_at is not None and _spend(factor, policy, text, now):
        await session.flush()
        return "app"
    normal = "".join(text.split()).replace("-", "").casefold()
    is_spent = await repository.spend_recovery_code(session, agent.id, policy.hashed(normal))
    return "recovery" if is_spent else None


async def is_enrolled(session: AsyncSession, agent_id: str) -> bool:
    factor = await repository.factor(session, agent_id)
    return factor is not None and factor.confirmed_at is not None


async def renew_recovery_codes(session: AsyncSession, now: datetime, policy: FactorPolicy, agent: Agent) -> list[str]:
    """Return ten new recovery codes; the old ones are void."""
    await audit.record(session, now, agent, "second_factor.codes_renewed", f"agent:{agent.id}")
    return await _new_recovery_codes(session, policy, agent)


def check_may_remove(policy: FactorPolicy, agent: Agent) -> None:
    """Raise SecondFactorRequired where the agent's role must have one."""
    if policy.demands(agent):
        raise SecondFactorRequired("Leads and admins must have a second factor here.")


async def remove(session: AsyncSession, now: datetime, policy: FactorPolicy, agent: Agent) -> None:
    """Do without the second factor from now on (see check_may_remove)."""
    check_may_remove(policy, agent)
    await repository.forget_factor(session, agent.id)
    await audit.record(session, now, agent, "second_factor.removed", f"agent:{agent.id}")


def _spend(factor: SecondFactor, policy: FactorPolicy, text: str, now: datetime) -> bool:
    code = "".join(text.split())
    totp = pyotp.TOTP(policy.decrypt(factor.secret), interval=STEP_SECONDS)
    current = int(now.timestamp()) // STEP_SECONDS
    for step in range(current - _DRIFT, current + _DRIFT + 1):
        if step > factor.last_step and hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            factor.last_step = step
            return True
    return False


async def _new_recovery_codes(session: AsyncSession, policy: FactorPolicy, agent: Agent) -> list[str]:
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(16)) for _ in range(RECOVERY_CODES)]
    await repository.replace_recovery_codes(session, agent.id, [policy.hashed(code) for code in codes])
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]
