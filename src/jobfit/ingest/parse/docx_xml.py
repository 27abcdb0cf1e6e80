"""The names, switches, sizes and colours of WordprocessingML, as its elements state them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element as Element

from jobfit.ingest.parse.contrast import Color

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_HEX = re.compile("[0-9A-Fa-f]{6}")
_OFF = ("0", "false", "off", "none")
_UNITS = {"": 0.5, "pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 7.2 / 2.54}
EMU = 12_700  # per point
_TWIPS = 20  # per point


def half_points(setting: str | None) -> float | None:
    """The points of a size in half points, or in a unit of its own as newer files may have it."""
    match = re.fullmatch(r"(-?\d{1,6}(?:\.\d{1,6})?)(pt|in|cm|mm)?", (setting or "").strip())
    return None if match is None else float(match.group(1)) * _UNITS[match.group(2) or ""]


def color_of(text: str | None) -> Color | None:
    """The colour of six hexadecimal digits, with or without ``#``; None for ``auto`` and anything else."""
    digits = (text or "").strip().lstrip("#")
    return (*bytes.fromhex(digits),) if _HEX.fullmatch(digits) else None


def value_of(parent: Element | None, name: str) -> str | None:
    child = None if parent is None else parent.find(f"{W}{name}")
    return None if child is None else child.get(f"{W}val")


def is_on(setting: str | None) -> bool:
    return setting is not None and setting.lower() not in _OFF


def is_present(parent: Element | None, name: str) -> bool:
    """Whether the switch ``name`` stands there and is on; without a value it is."""
    child = None if parent is None else parent.find(f"{W}{name}")
    return child is not None and is_on(child.get(f"{W}val", "1"))


def number_of(text: str | None) -> float:
    return float(text) if text is not None and re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", text.strip()) else 0.0


def points_of(twips: str | None) -> float:
    try:
        return float((twips or "0")[:12]) / _TWIPS
    except ValueError:
        return 0.0


def local_name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def parents(element: Element, top: Element) -> Iterator[Element]:
    parent = element.getparent()
    while parent is not None and parent is not top:
        yield parent
        parent = parent.getparent()
