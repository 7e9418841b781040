"""Submitting work to a course's service: which course, the receipt, and the result when it comes."""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from graders.messages.errors import BusyError, DeepgradeError, UsageError
from graders.practice.connection import one_line
from graders.practice.logins import remember, remembered
from graders.practice.opened import own_folder
from graders.practice.parcel import Parcel
from graders.practice.service import Service
from graders.reports.report import Report

__all__ = [
    "Found",
    "Receipt",
    "chosen_course",
    "clock_time",
    "hand_in",
    "keep_receipt",
    "result_of",
    "understood",
    "wait_for",
]

T = TypeVar("T")
RECEIPTS = "receipts.jsonl"
OPEN = ("queued", "leased")
NOT_GRADED = ("cancelled", "quarantined")
PAUSES_S = (0.5, 2.0)  # before each retry
POLL_S, MOST_POLL_S = 0.3, 3.0
PATIENCE_S = 60.0  # while a service does not answer, as during a restart
LAST_SECOND = datetime(9999, 12, 30, tzinfo=UTC).timestamp()


@dataclass(frozen=True)
class Receipt:
    """Proof that the service has the work. ``repeated``: it had it already, and nothing new was created."""

    url: str
    course: str
    unit: str
    file: str
    public_id: str
    digest: str
    at: float
    attempt: int | None
    repeated: bool = False

    @property
    def page(self) -> str:
        return f"{self.url}/submissions/{quote(self.public_id, safe='')}"


@dataclass(frozen=True)
class Found:
    """A submission's status: its state, how many are graded before it, and the report once there is one."""

    state: str
    ahead: int | None
    report: Report | None
    data: Mapping[str, Any]


def chosen_course(service: Service, slug: str | None, start: Path) -> str:
    """The course named, else the one that ``start`` was last submitted to, else the only one; it is remembered."""
    known = [str(one["slug"]) for one in service.me()["courses"]]
    names = one_line(", ".join(known)) or "-"
    before = remembered(start)
    if not known:
        raise UsageError("remote.in_no_course", url=service.url)
    if slug is not None and slug not in known:
        raise UsageError("remote.no_course", slug=slug[:80], known=names)
    if slug is None and before.url == service.url and before.course in known:
        slug = before.course
    if slug is None and len(known) > 1:
        raise UsageError("remote.which_course", known=names)
    slug = slug or known[0]
    remember(start, service.url, slug)
    return slug


# --- submitting ------------------------------------------------------------------------------------------------------


def hand_in(service: Service, course: str, parcel: Parcel, *, again: bool = False) -> Receipt:
    """Submit and return the receipt. Bytes that are already the unit's last attempt are not resent, unless ``again``.

    So after a lost connection, the same command can be run again and returns the receipt if there is one. BusyError:
    the work may or may not have arrived.
    """
    tried = service.attempts(course, parcel.unit)
    if not again and tried and _stands(tried[0], parcel):
        return _receipt(service, course, parcel, tried[0], repeated=True)
    known = {str(one.get("public_id")) for one in tried}
    for pause_s in (*PAUSES_S, None):
        try:
            return _receipt(service, course, parcel, service.submit(course, parcel.unit, parcel.name, parcel.content))
        except BusyError as error:
            if error.message_id == "remote.said" and pause_s is None:
                raise
            if pause_s is None:
                raise BusyError("remote.cut", file=parcel.name, url=service.url) from None
        time.sleep(pause_s)
        arrived = _arrived(service, course, parcel, known)
        if arrived is not None:
            return arrived
    raise AssertionError("the last try returns or raises")


def keep_receipt(start: Path, receipt: Receipt) -> Path | None:
    """Write a line in the homework folder of ``start``, or in the user's own; None if that is not writable."""
    path = own_folder(start) / RECEIPTS
    if receipt.repeated and _is_kept(path, receipt.public_id):
        return path
    told = {key: value for key, value in asdict(receipt).items() if key != "repeated"}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"schema": 1, **told, "time": clock_time(receipt.at), "page": receipt.page}) + "\n")
    except OSError:
        return None
    return path


def clock_time(at: float) -> str:
    """Date and time in this machine's time zone."""
    return datetime.fromtimestamp(at, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _is_kept(path: Path, public_id: str) -> bool:
    with contextlib.suppress(OSError):
        return f'"{public_id}"' in path.read_text(encoding="utf-8", errors="replace")
    return False


def _stands(attempt: Mapping[str, Any], parcel: Parcel) -> bool:
    """Whether this attempt has these bytes and is graded or will be."""
    failed = attempt.get("state") in NOT_GRADED or attempt.get("verdict") == "broken"
    return attempt.get("digest") == parcel.digest and not failed


def _arrived(service: Service, course: str, parcel: Parcel, known: set[str]) -> Receipt | None:
    """The receipt of work sent before the connection was lost; None if it did not arrive, or no answer does."""
    try:
        tried = service.attempts(course, parcel.unit)
    except BusyError:
        return None
    new = [one for one in tried if one.get("public_id") not in known and one.get("digest") == parcel.digest]
    return _receipt(service, course, parcel, new[-1]) if new else None


def _receipt(service: Service, course: str, parcel: Parcel, data: Mapping[str, Any], repeated: bool = False) -> Receipt:
    """A checked receipt: it names the bytes that were sent."""
    at = data["at"] if "at" in data else data.get("handed_in_at")
    id, digest, attempt = data.get("public_id"), data.get("digest"), data.get("attempt")
    sound = isinstance(id, str) and re.fullmatch(r"[\w-]{1,64}", id, re.ASCII) is not None
    counted = attempt is None or (isinstance(attempt, int) and attempt >= 0)
    if not sound or not counted or not isinstance(at, int | float) or not 0 <= at < LAST_SECOND:
        raise UsageError("remote.strange", url=service.url)
    if digest != parcel.digest:
        raise BusyError("remote.other_bytes", url=service.url, file=parcel.name)
    return Receipt(service.url, course, parcel.unit, parcel.name, str(id), parcel.digest, at, attempt, repeated)


# --- the result ------------------------------------------------------------------------------------------------------


def result_of(service: Service, public_id: str) -> Found:
    """The status of a submission. UsageError if the response is not a valid report."""
    data = service.submission(public_id)
    state, ahead = str(data["submission"]["state"]), data.get("ahead")
    told = data.get("report")
    report = understood(service, lambda: Report.from_dict(_printable(told))) if told is not None else None
    return Found(state, ahead if isinstance(ahead, int) else None, report, data)


def _printable(data: Any) -> Any:
    """The data without characters that move a cursor or reverse text, in every text and key."""
    if isinstance(data, str):
        return "".join(one if one.isprintable() or one in "\n\t" else " " for one in data)
    if isinstance(data, dict):
        return {_printable(key): _printable(value) for key, value in data.items()}
    return [_printable(one) for one in data] if isinstance(data, list) else data


def understood(service: Service, act: Callable[[], T]) -> T:
    """What ``act`` makes of a response; UsageError blames the response for values that a report cannot have."""
    try:
        return act()
    except (DeepgradeError, OSError):
        raise
    except Exception:  # whatever it is
        raise UsageError("remote.strange", url=service.url) from None


def wait_for(
    service: Service, public_id: str, told: Callable[[Found], None], limit_s: float | None = None
) -> Found | None:
    """The result, polled less and less often, and again while the service is briefly away. None after ``limit_s``.

    ``told`` is called with each intermediate status.
    """
    pause_s, began, heard = POLL_S, time.monotonic(), time.monotonic()
    while True:
        try:
            found = result_of(service, public_id)
            heard = time.monotonic()
        except BusyError:
            if time.monotonic() - heard > PATIENCE_S:
                raise
        else:
            if found.state not in OPEN:
                return found
            told(found)
        if limit_s is not None and time.monotonic() + pause_s > began + limit_s:
            return None
        time.sleep(pause_s)
        pause_s = min(MOST_POLL_S, pause_s * 1.3)
