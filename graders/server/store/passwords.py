"""Passwords: argon2id, hashed anew where the parameters have grown."""

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
# Threads of their own, and few: each keeps its 19 MB for good (as the allocator has it), and a class that logs in at
# once must leave the processors to others.
THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")


def hashed(password: str) -> str:
    """What is kept of it. UsageError where it is too short, or longer than anyone types."""
    plain = _plain(password)
    if len(plain) < LEAST:
        raise UsageError("server.password_short", count=len(plain), least=LEAST)
    if len(plain) > MOST:
        raise UsageError("server.password_long", count=len(plain), most=MOST)
    return THREADS.submit(HASHER.hash, plain).result()


def verified(password: str, kept: str | None) -> bool:
    """Whether it is the one that was kept; takes the same time where nothing was."""
    try:
        asked = THREADS.submit(HASHER.verify, kept or NOBODYS, _plain(password)[: MOST + 1])
        return asked.result() and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    return HASHER.check_needs_rehash(kept)


def _plain(password: str) -> str:
    """As RFC 8265 has it: what two keyboards write differently is one password."""
    return unicodedata.normalize("NFC", password)
