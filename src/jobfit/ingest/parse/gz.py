"""Files packed with gzip: unpacked within limits, so that a bomb is refused and never unfolds."""

from __future__ import annotations

import zlib

from jobfit.ingest.raw import RawRejection

START = b"\x1f\x8b"
_CHUNK = 65_536
_GZIP = 16 + zlib.MAX_WBITS
_DAMAGED = "its gzip packing is damaged; pack it again, or give it unpacked"


def head(data: bytes, most: int) -> bytes | RawRejection:
    """The first ``most`` bytes of what is packed, or fewer where there are no more."""
    try:
        return zlib.decompressobj(_GZIP).decompress(data, most)
    except zlib.error:
        return RawRejection(_DAMAGED)


def unpack(data: bytes, most: int) -> bytes | RawRejection:
    """All that is packed, of one or several gzip members; a rejection for more than ``most`` bytes and for damage."""
    parts: list[bytes] = []
    size = 0
    while data.startswith(START):
        member = zlib.decompressobj(_GZIP)
        while not member.eof:
            try:
                part = member.decompress(data, _CHUNK)
            except zlib.error:
                return RawRejection(_DAMAGED)
            data = member.unconsumed_tail
            if not part and not data and not member.eof:
                return RawRejection("its gzip packing is cut off; pack it again, or give it unpacked")
            parts.append(part)
            size += len(part)
            if size > most:
                return RawRejection(f"it unpacks to more than {most:,} bytes; split it")
        data = member.unused_data
    return RawRejection(_DAMAGED) if data.strip(b"\0") else b"".join(parts)
