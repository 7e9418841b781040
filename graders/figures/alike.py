"""Whether two SVGs show the same: the last digit of a number varies between machines."""

from __future__ import annotations

import base64
import io
import re

__all__ = ["alike"]

NOISE = 0.02  # points; an SVG keeps two decimals
PIXEL = 0.02  # of the full range of a colour
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_RASTER = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=\s]+)")


def alike(one: str, other: str) -> bool:
    """Whether they differ only by rounding; a raster's bytes may differ, its pixels may not."""
    if one == other:
        return True
    rasters = [_RASTER.findall(text) for text in (one, other)]
    plain = [_RASTER.sub("", text) for text in (one, other)]
    if len(rasters[0]) != len(rasters[1]) or _NUMBER.sub("0", plain[0]) != _NUMBER.sub("0", plain[1]):
        return False
    numbers = [list(map(float, _NUMBER.findall(text))) for text in plain]
    if any(abs(a - b) > NOISE for a, b in zip(*numbers, strict=True)):
        return False
    return all(_same_pixels(a, b) for a, b in zip(*rasters, strict=True))


def _same_pixels(one: str, other: str) -> bool:
    from matplotlib.image import imread

    a, b = (imread(io.BytesIO(base64.b64decode(text))) for text in (one, other))
    return a.shape == b.shape and bool(abs(a - b).max(initial=0) <= PIXEL)
