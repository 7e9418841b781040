"""What people read: a report as terminal text, HTML, pictures and exports, in Korean or English."""

from __future__ import annotations
