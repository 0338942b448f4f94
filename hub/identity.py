"""Who a customer is, as the exchange's site vouches for it: a JWT that is short-lived and good once.

Algorithm, key, issuer and audience come from settings, never from the token's header.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from sqlalchemy.ext.asyncio import AsyncSession

from conversations import repository
from hub.settings import Settings
from kit.errors import NotSignedIn, Unavailable

#: Longest life a token may have.
MAX_LIFETIME = timedelta(minutes=10)
ALGORITHMS = ("HS256", "RS256")
#: Longest `sub` and `jti`. A longer one is refused, not cut: two customers could become one.
MAX_ID_LENGTH = 128


@dataclass(frozen=True)
class Identity:
    customer_id: str
    jti: str
    expires_at: datetime
    #: Their e-mail address, if the site says it.
    mail_address: str = ""


class IdentityVerifier:
    """Checks identity tokens against the settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._jwks = jwt.PyJWKClient(settings.identity_jwks_url) if settings.identity_jwks_url else None

    def verify(self, token: str, now: datetime) -> Identity:
        """Return who the token vouches for.

        Raises:
            NotSignedIn: it vouches for nobody; the sentence says why not.
            Unavailable: the site's keys cannot be fetched.
        """
        try:
            claims = jwt.decode(
                token,
                self._key(token),
                algorithms=[self._settings.identity_algorithm],
                audience=self._settings.identity_audience,
                issuer=self._settings.identity_issuer,
                options={"require": ["exp", "sub", "jti", "aud"], "verify_exp": False, "verify_iat": False},
            )
            expires_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
        except (jwt.PyJWTError, TypeError, ValueError, OverflowError, OSError) as error:
            raise NotSignedIn(f"The identity token was refused: {error}.") from error
        if not now < expires_at <= now + MAX_LIFETIME:
            raise NotSignedIn("The identity token has expired, or lives longer than 10 minutes.")
        customer_id, jti = str(claims["sub"]), str(claims["jti"])
        if not (_is_id(customer_id) and _is_id(jti)):
            raise NotSignedIn(
                f"The identity token was refused: sub and jti have 1 to {MAX_ID_LENGTH} visible characters."
            )
        return Identity(customer_id, jti, expires_at, str(claims.get("email") or ""))

    async def check(self, token: str, now: datetime) -> Identity:
        """Verify without holding up others: a key set may have to be fetched."""
        return await asyncio.to_thread(self.verify, token, now)

    async def use(self, session: AsyncSession, identity: Identity, now: datetime) -> None:
        """Note a token's use; the second use is refused."""
        if not await repository.use_identity(session, identity.jti, identity.expires_at, now):
            raise NotSignedIn("The identity token was used before. Ask the site for a new one.")

    def _key(self, token: str) -> Any:
        if self._settings.identity_algorithm not in ALGORITHMS:
            raise NotSignedIn("PHAROS_IDENTITY_ALGORITHM must be HS256 or RS256.")
        if self._jwks is not None:
            try:
                return self._jwks.get_signing_key_from_jwt(token).key
            except jwt.PyJWKClientConnectionError as error:
                raise Unavailable("The site's keys cannot be fetched at the moment. Try again.") from error
        if self._settings.identity_key is None:
            raise NotSignedIn("This service accepts no identity tokens: PHAROS_IDENTITY_KEY is not set.")
        return self._settings.identity_key.get_secret_value()


def _is_id(text: str) -> bool:
    return 0 < len(text) <= MAX_ID_LENGTH and text.isprintable() and not text.isspace()
