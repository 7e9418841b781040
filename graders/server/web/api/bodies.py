"""Files in a request, raw or as a form: counted while they are read and refused as soon as they are too large."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from graders.server.web.faults import Refused
from graders.submission.upload import MAX_TOTAL_MB

__all__ = ["Sent", "read_body", "read_file"]

FORM_KB = 64  # room for a form's fields and headers around its file
CHUNK = 1 << 20


@dataclass(frozen=True)
class Sent:
    name: str
    content: bytes


async def read_body(request: Request, most: int, name: str = "-") -> bytes:
    """The whole body, or 413 at the first byte too many; the Content-Length header is not trusted."""
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > most:
        raise _too_large(int(said), most, name)
    parts, size = list[bytes](), 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise _too_large(size, most, name)
        parts.append(part)
    return b"".join(parts)


async def read_file(request: Request, name: str, most: int = MAX_TOTAL_MB << 20) -> Sent:
    """The body, or the one file of a form, whose file name counts if the URL gives none."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return Sent(name, await read_body(request, most, name or "-"))
    body = await read_body(request, most + (FORM_KB << 10), name or "-")

    async def stream() -> AsyncGenerator[bytes, None]:
        for start in range(0, len(body), CHUNK):
            yield body[start : start + CHUNK]

    try:
        form = await MultiPartParser(request.headers, stream(), max_files=1, max_fields=8).parse()
    except (MultiPartException, KeyError) as error:
        raise Refused(422, "api.form", reason=str(getattr(error, "message", error)).rstrip(".")) from None
    try:
        file = next((one for one in form.values() if isinstance(one, UploadFile)), None)
        if file is None:
            raise Refused(422, "api.form", reason="no file")
        content = await file.read()
    finally:
        await form.close()
    if len(content) > most:
        raise _too_large(len(content), most, name)
    return Sent(name or file.filename or "file", content)


def _too_large(size: int, most: int, name: str) -> Refused:
    return Refused(413, "server.too_large", name=name[:200], size_mb=-(-size >> 20), limit_mb=most >> 20)
