"""The last step of every reader: clean the text, check its length, and refuse what nobody could use."""

from __future__ import annotations

from dataclasses import replace

from jobfit.ingest.parse.clean import clean
from jobfit.ingest.parse.limits import LIMITS
from jobfit.ingest.parse.quality import complaint
from jobfit.ingest.raw import RawDocument, RawRejection

PROSE_WORDS = 20
STRUCTURED_WORDS = 3


def admit(result: RawDocument | RawRejection) -> RawDocument | RawRejection:
    """The document with clean text and its flags, or a rejection with the reason; a rejection stays as it is.

    A source that states the kind or the row (a table, JSON Resume) may be short: three words. Free text needs twenty.
    """
    if isinstance(result, RawRejection):
        return result
    most = LIMITS.get().characters
    if len(result.text) > 4 * most:  # far too long: not even worth cleaning
        return _too_long(result, len(result.text), most)
    text, flags = clean(result.text)
    if len(text) > most:
        return _too_long(result, len(text), most)
    structured = result.kind is not None or result.row is not None
    reason = complaint(text, STRUCTURED_WORDS if structured else PROSE_WORDS)
    if reason is not None:
        return RawRejection(reason, row=result.row)
    return replace(result, text=text, flags=tuple(dict.fromkeys((*result.flags, *flags))))


def _too_long(result: RawDocument, length: int, most: int) -> RawRejection:
    reason = f"its text has {length:,} characters, more than {most:,}; is it one CV or vacancy? Split it"
    return RawRejection(reason, row=result.row)
