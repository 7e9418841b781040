"""Passwords: argon2id, rehashed when the parameters grow."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from graders.messages.errors import UsageError

__all__ = ["hashed", "is_outdated", "verified"]

LEAST, MOST = 10, 256  # characters
HASHER = PasswordHasher(time_cost=2, memory_cost=19 << 10, parallelism=1)  # OWASP's password storage cheat sheet, 2025
NOBODYS = HASHER.hash("of an address without an account: who asks for one waits as long as for another")
# A small pool of its own: each thread keeps its 19 MB for good, because of the allocator, and a whole class logging in
# at once must leave processors for other work.
THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")


def hashed(password: str) -> str:
    """The hash to store. UsageError if the password is too short, or longer than anyone types."""
    plain = _plain(password)
    if len(plain) < LEAST:
        raise UsageError("server.password_short", count=len(plain), least=LEAST)
    if len(plain) > MOST:
        raise UsageError("server.password_long", count=len(plain), most=MOST)
    return THREADS.submit(HASHER.hash, plain).result()


def verified(password: str, kept: str | None) -> bool:
    """Whether it matches the stored hash; takes the same time if there is none."""
    try:
        asked = THREADS.submit(HASHER.verify, kept or NOBODYS, _plain(password)[: MOST + 1])
        return asked.result() and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    return HASHER.check_needs_rehash(kept)


def _plain(password: str) -> str:
    """Normalized after RFC 8265: what two keyboards encode differently is the same password."""
    return unicodedata.normalize("NFC", password)
