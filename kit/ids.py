"""Identifiers: random, opaque, and never a credential unless called a token."""

from __future__ import annotations

import hashlib
import secrets
import uuid

#: No 0/O, 1/I/L or U: a ticket number is read out over the phone (Crockford's alphabet, less U).
_NUMBER_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> str:
    """Return a random id (UUID4 in hex, 32 characters)."""
    return uuid.uuid4().hex


def new_token() -> str:
    """Return a bearer credential of 256 bits, URL-safe."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is stored of a token. A 256-bit random needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_ticket_number() -> str:
    """Return a label such as `PH-7K2M-9QXA`: 30^8 possibilities, not a credential."""
    letters = [secrets.choice(_NUMBER_ALPHABET) for _ in range(8)]
    return f"PH-{''.join(letters[:4])}-{''.join(letters[4:])}"
