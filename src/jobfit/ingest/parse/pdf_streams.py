"""What the compressed streams of a PDF unfold to, found before PDFium, which unfolds them whole and aborts.

A dictionary may lie about its filters, so the bytes decide: what begins as zlib data is unfolded, in pieces, and so is
what comes out of it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import chain

from jobfit.ingest.parse.limits import MIB

MOST_CONTENT = 16 * MIB  # of one stream that draws: PDFium makes objects of some twenty times its size
MOST_DATA = 256 * MIB  # of one picture or font
_MOST_IN_ALL = 1024 * MIB
_MOST_LAYERS = 8
_PIECE = 64 * 1024
_STREAM = re.compile(rb"(?<!end)stream\r?\n?")
_IS_DATA = re.compile(rb"/Subtype\s{0,9}/(?:Image|OpenType|Type1C|CIDFontType0C)|/Length1\b")
_DICTIONARY = 1000  # bytes before a stream that may say what it is


def unfolds_too_far(data: bytes) -> bool:
    """Tell whether a stream of the PDF, or all of them, unfold to more than a document may need."""
    total = 0
    for match in _STREAM.finditer(data):
        if not _is_zlib(data[match.end() : match.end() + 2]):
            continue
        said = data[max(0, match.start() - _DICTIONARY) : match.start()].rpartition(b"endobj")[2]
        most = MOST_DATA if _IS_DATA.search(said) else MOST_CONTENT
        pieces: Iterator[bytes] = (data[at : at + _PIECE] for at in range(match.end(), len(data), _PIECE))
        for _ in range(_MOST_LAYERS):
            pieces = _unfolded(pieces)
            first = next(pieces, b"")
            pieces = chain((first,), pieces)
            if not _is_zlib(first[:2]):
                break
        else:
            return True
        size = 0
        for piece in pieces:
            size += len(piece)
            if size > most or total + size > _MOST_IN_ALL:
                return True
        total += size
    return False


def _is_zlib(start: bytes) -> bool:
    """Whether two bytes are a header of zlib (RFC 1950, 2.2): deflate, and a check modulo 31."""
    return len(start) == 2 and start[0] & 0x0F == 8 and start[0] >> 4 <= 7 and (start[0] << 8 | start[1]) % 31 == 0


def _unfolded(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Unfold pieces of zlib data up to their end or their first mistake."""
    unfold = zlib.decompressobj()
    try:
        for piece in pieces:
            while piece and not unfold.eof:
                if out := unfold.decompress(piece, _PIECE):
                    yield out
                piece = unfold.unconsumed_tail
            if unfold.eof:
                return
    except zlib.error:
        return
