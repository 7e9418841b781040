"""Bytes by their digest: the same file, submitted a hundred times, is stored once."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, insert, select

from graders.messages.errors import BrokenError
from graders.server.store.models import Blob

__all__ = ["content_of", "digest_of", "keep"]


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def keep(connection: Connection, content: bytes) -> str:
    """Store these bytes unless they are stored already; returns their digest."""
    digest = digest_of(content)
    if connection.execute(select(Blob.digest).where(Blob.digest == digest)).scalar() is None:
        connection.execute(insert(Blob).values(digest=digest, size=len(content), content=content))
    return digest


def content_of(connection: Connection, digest: str) -> bytes:
    """The bytes. BrokenError if the disk returns different ones."""
    content = connection.execute(select(Blob.content).where(Blob.digest == digest)).scalar_one()
    if digest_of(content) != digest:
        raise BrokenError("broken.raised", kind="Blob", text=f"the content of {digest[:12]} has changed")
    return content
