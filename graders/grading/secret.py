"""The course secret, and the keys and nonces from which inputs are drawn."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

from graders.messages.errors import UsageError

__all__ = ["SEPARATOR", "Secret", "fresh_nonce", "hidden_key", "load_secret", "public_key"]

SEPARATOR = "\x1f"


class Secret:
    """The course secret; prints as its key id, so that no log or report can leak it."""

    def __init__(self, value: bytes) -> None:
        self._value = value
        self.key_id = hashlib.sha256(b"key id" + value).hexdigest()[:12]

    def __repr__(self) -> str:
        return f"Secret({self.key_id})"

    def derive(self, *parts: str) -> bytes:
        """HMAC-SHA256 of the parts; a part that contains the separator cannot forge another list of parts."""
        text = SEPARATOR.join(part.replace(SEPARATOR, " ") for part in parts)
        return hmac.new(self._value, text.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


def load_secret(path: Path | None = None) -> Secret:
    """The secret in ``DEEPGRADE_SECRET_FILE``, created on first use with mode 0600, outside the repository."""
    if path is None:
        named = os.environ.get("DEEPGRADE_SECRET_FILE")
        state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
        path = Path(named) if named else state / "deepgrade" / "secret"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.path.lexists(path):
            _make_secret(path)
        value = path.read_bytes()
    except OSError as error:
        raise UsageError("usage.secret_unreadable", path=str(path), reason=error.strerror) from error
    if len(value) < 16:
        raise UsageError("usage.secret_short", path=str(path), size=len(value))
    return Secret(value)


def _make_secret(path: Path) -> None:
    """Write a temporary file and move it into place only if nobody was first: readers see all of it or nothing."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".secret.")  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
        os.link(name, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(name)


def public_key(unit: str, exercise: str, attempt: str = "") -> bytes:
    """The constant seed of practice; with ``attempt`` (a digest and a number), a fresh one. Neither is secret."""
    return Secret(b"deepgrade: public inputs").derive(unit, exercise, attempt)


def fresh_nonce() -> str:
    """Makes a grading's hidden inputs unique: the same bytes handed in again get other inputs."""
    return secrets.token_hex(16)


def hidden_key(
    secret: Secret, course: str, student: str, sha256: str, unit: str, exercise: str, nonce: str = ""
) -> bytes:
    """The seed of the hidden cases of one exercise in one grading (reports of earlier versions have no nonce)."""
    return secret.derive(course, student, sha256, *([nonce] if nonce else []), f"{unit}.{exercise}")
