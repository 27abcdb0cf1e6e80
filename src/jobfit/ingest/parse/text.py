"""Plain text and Markdown: the encoding is detected, never assumed silently."""

from __future__ import annotations

import codecs
from collections.abc import Iterable

from jobfit.ingest.raw import RawDocument, RawRejection

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark starts with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1b")
_MOST_CONTROLS = 0.01
_MOST_ACCENTED = 0.30


def extract(data: bytes) -> Iterable[RawDocument | RawRejection]:
    """One document, flagged with its encoding where that is not UTF-8; a rejection for a binary file."""
    decoded = decode(data)
    return [decoded if isinstance(decoded, RawRejection) else RawDocument(text=decoded[0], flags=decoded[1])]


def decode(data: bytes) -> tuple[str, tuple[str, ...]] | RawRejection:
    """The text and its flags, or why the bytes are not text.

    A byte order mark decides; then UTF-8; then UTF-8 with Windows-1252 for each byte that is not UTF-8, which reads
    old files and files pasted together from both (flags ``encoding:cp1252``, ``encoding:mixed``). A few NUL bytes are
    dropped (flag ``nul_bytes``); more of them, or of other control bytes, make it a binary file.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, "replace")
            return text, () if encoding == "utf-8" and "\ufffd" not in text else (f"encoding:{encoding}",)
    half = data[: 2 * (len(data) // 2)]
    for encoding, empty, full in (("utf-16-le", half[1::2], half[::2]), ("utf-16-be", half[::2], half[1::2])):
        if empty.count(0) > 0.4 * len(empty) and full.count(0) == 0:
            return half.decode(encoding, "replace"), (f"encoding:{encoding}",)
    if len(data) - len(data.translate(None, _CONTROLS)) > _MOST_CONTROLS * len(data):
        return RawRejection("it is a binary file, not text; give the CV as PDF, DOCX, HTML or plain text")
    flags = ("nul_bytes",) if b"\0" in data else ()
    data = data.replace(b"\0", b"")
    try:
        return data.decode("utf-8"), flags
    except UnicodeDecodeError:
        text = data.decode("utf-8", _FALLBACK)
    letters = sum(character.isalpha() for character in text)
    accented = sum(character.isalpha() and not character.isascii() for character in text)
    if accented > _MOST_ACCENTED * letters:
        return RawRejection("its encoding is neither UTF-8 nor Western European; save it again as UTF-8")
    mixed = not data.decode("utf-8", "ignore").isascii()
    return text, (*flags, "encoding:mixed" if mixed else "encoding:cp1252")


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_FALLBACK = "jobfit.cp1252"
codecs.register_error(_FALLBACK, _as_windows_1252)
