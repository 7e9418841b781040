"""When something was handed in, parsed from what a learning platform writes."""

from __future__ import annotations

import re
from datetime import UTC, datetime

__all__ = ["moment"]

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

# Moodle: "Monday, 21 September 2026, 10:30 PM"; in Korean "2026년 9월 21일 월요일 오후 10:30".
_ENGLISH = re.compile(
    r"(?:[a-z]+,\s*)?(?P<day>\d{1,2})\s+(?P<month>[a-z]{3})[a-z]*\.?,?\s+(?P<year>\d{4}),?\s+"
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?\s*(?P<half>[ap]m)?",
    re.ASCII | re.IGNORECASE,
)
_KOREAN = re.compile(
    r"(?P<year>\d{4})년\s*(?P<month>\d{1,2})월\s*(?P<day>\d{1,2})일(?:\s*[월화수목금토일]요일)?,?\s*"
    r"(?P<half>오전|오후)?\s*(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?",
)
_AFTERNOON = {"am": 0, "오전": 0, "pm": 12, "오후": 12}


def moment(text: str) -> str | None:
    """ISO 8601 without a zone, in UTC if the platform names the zone; None if the text is not understood.

    Ambiguous forms such as 3/4/2026 are not guessed.
    """
    try:
        when = datetime.fromisoformat(text.strip()) if re.match(r"\s*\d{4}-\d\d-\d\d", text) else _written(text)
        if when is not None and when.tzinfo is not None:
            when = when.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return None if when is None else when.replace(microsecond=0).isoformat()


def _written(text: str) -> datetime | None:
    found = _ENGLISH.fullmatch(text.strip()) or _KOREAN.fullmatch(text.strip())
    if found is None:
        return None
    month, half = found["month"].lower(), (found["half"] or "").lower()
    number = int(month) if month.isdecimal() else MONTHS.index(month) + 1
    hour = int(found["hour"]) % 12 + _AFTERNOON[half] if half else int(found["hour"])
    return datetime(
        int(found["year"]), number, int(found["day"]), hour, int(found["minute"]), int(found["second"] or 0)
    )
