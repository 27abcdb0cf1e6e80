"""Marks on PDF text: the layer it belongs to, and the other text that a file may claim it stands for."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2.raw as pdfium

_NARROWEST_GLYPH = 0.2  # of the font size; a longer replacement cannot be what is seen


def in_layer(handle: Any) -> bool:
    """Whether the object belongs to optional content, which a viewer may have switched off."""
    return any(_name(mark) == "OC" for mark in _marks(handle))


def strip_actual_text(handle: Any, widths_of_size: float) -> bool:
    """Remove each ``/ActualText`` from the object, so that the glyphs a reader sees are what is read.

    True where one was far longer than the glyphs could be: ``widths_of_size`` is the object's width over its font size.
    """
    suspicious = False
    for mark in list(_marks(handle)):
        length = ctypes.c_ulong()
        if pdfium.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", None, 0, length) and length.value:
            characters = length.value // 2 - 1
            suspicious |= characters * _NARROWEST_GLYPH > widths_of_size + 1
            pdfium.FPDFPageObj_RemoveMark(handle, mark)
    return suspicious


def _marks(handle: Any) -> Iterator[Any]:
    for index in range(pdfium.FPDFPageObj_CountMarks(handle)):
        yield pdfium.FPDFPageObj_GetMark(handle, index)


def _name(mark: Any) -> str:
    name, length = (ctypes.c_ushort * 16)(), ctypes.c_ulong()
    if not pdfium.FPDFPageObjMark_GetName(mark, name, ctypes.sizeof(name), length) or length.value > 32:
        return ""
    return bytes(name)[: length.value - 2].decode("utf-16-le", "replace")
