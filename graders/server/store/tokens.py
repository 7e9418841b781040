"""Random tokens: 256 bits that only their holder has; only the SHA-256 is stored."""

from __future__ import annotations

import hashlib
import secrets

__all__ = ["fresh_token", "public_id", "token_hash"]


def fresh_token(prefix: str = "") -> str:
    """A token to show once. ``prefix`` tells people and scanners of leaked keys what it is."""
    return prefix + secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """The hash to store: a random token needs neither a salt nor a slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def public_id() -> str:
    """An identifier that can be neither guessed nor counted."""
    return secrets.token_hex(12)
