"""Keys from answers, and what they encrypt: HKDF or scrypt, and AES-SIV, whose output is deterministic."""

from __future__ import annotations

import json
from collections.abc import Sequence

__all__ = ["FEWEST_BITS", "KEY_BYTES", "STRETCHED_BELOW", "combined", "key_from", "locked", "proof_of", "unlocked"]

KEY_BYTES = 32
FEWEST_BITS = 40  # with fewer, trying all answers is easier than the exercise
STRETCHED_BELOW = 80  # bits: with fewer keys to try, each attempt must cost more
SCRYPT = {"n": 2**13, "r": 8, "p": 1}  # 20 ms, 8 MB


def key_from(material: bytes, where: str, stretched: bool) -> bytes:
    """The key that answers give; ``where`` they were given is part of it."""
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    if stretched:
        material = Scrypt(salt=where.encode(), length=KEY_BYTES, **SCRYPT).derive(material)
    return _derived(material, f"answers of {where}")


def combined(keys: Sequence[bytes], where: str) -> bytes:
    """The key of a text that needs all of these."""
    return _derived(b"".join(keys), f"text of {where}")


def proof_of(key: bytes) -> bytes:
    """Eight bytes that show whether a stored key is still the right one."""
    return _derived(key, "proof")[:8]


def _derived(material: bytes, purpose: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_BYTES, salt=b"deepgrade: after it passes", info=purpose.encode()).derive(material)


def locked(key: bytes, content: bytes, *names: str) -> bytes:
    """Encrypts and authenticates the content together with its names; the same content gives the same bytes."""
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    return AESSIV(key).encrypt(content, [json.dumps(names).encode()])


def unlocked(key: bytes, sealed: bytes, *names: str) -> bytes | None:
    """The decrypted content; None with another key, under other names, or if a bit was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    try:
        return AESSIV(key).decrypt(sealed, [json.dumps(names).encode()])
    except (InvalidTag, ValueError):
        return None
