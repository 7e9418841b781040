"""Random tokens: 256 bits that only their holder has; what is kept is the SHA-256."""

from __future__ import annotations

import hashlib
import secrets

__all__ = ["fresh_token", "public_id", "token_hash"]


def fresh_token(prefix: str = "") -> str:
    """One to be shown once. ``prefix`` tells people and scanners of leaked keys what it is."""
    return prefix + secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of it: a random token needs no salt and no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def public_id() -> str:
    """A name that nobody can guess or count."""
    return secrets.token_hex(12)
