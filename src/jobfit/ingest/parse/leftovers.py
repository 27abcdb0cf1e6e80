"""What other programs leave in a text in place of its lines: tags, entities, line ends written out, gaps.

Forms of the web, exports and tables hold "<br>", "&nbsp;" or a backslash and an n where a person saw a new line.
"""

from __future__ import annotations

import re
from html import unescape

from jobfit.ingest.raw import RawDocument

_TAG = re.compile(r"</?(?:br|p|div|li|ul|ol|tr|td|table|h[1-6])(?:\s[^<>]{0,300})?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp;){0,3}(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8}\d{0,2});")
_ESCAPE = re.compile(r"(?:\\r)?\\n|\\r|\\t")
_GAP = re.compile(r"[ \t\xa0]{2,99}|\t")
_SPREAD = re.compile(r"\n[ \t]{0,99}(?=\n)")
_ADJACENT = re.compile(r"[^\n]\n[ \t]{0,99}[^\s]")
_LEAST = 3  # tags, or line ends written out
_RARELY = 400  # characters to a tag in a text that is about them
_LINES = 10  # at least
_SHORTEST, _LONGEST = 20, 160  # characters of its lines on average
_DEEPEST = 4  # times that a text was written out


def without_leftovers(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text with line ends and signs in place of how they were written out, and the flags of what was hidden.

    >>> without_leftovers("Nurse &amp; tutor<br>Leeds<br/>Languages: French<br>")[0]
    'Nurse & tutor\\nLeeds\\nLanguages: French\\n'
    """
    flags: tuple[str, ...] = ()
    for _ in range(_DEEPEST):
        before = text
        text, found = _without_tags(text)
        flags += found
        text = _ENTITY.sub(lambda entity: unescape(unescape(entity.group())), text)
        if text == before:
            break
    if len(_ESCAPE.findall(text)) >= max(_LEAST, text.count("\n")):
        text = _ESCAPE.sub(lambda escape: "\t" if escape.group() == r"\t" else "\n", text)
    text = _without_gaps(text)
    if text.count("\n\n") >= _LINES and not _ADJACENT.search(text.strip()):
        text = _SPREAD.sub("", text)
    return text, flags


def _without_tags(text: str) -> tuple[str, tuple[str, ...]]:
    tags = len(_TAG.findall(text))
    if tags < _LEAST or tags * _RARELY < len(text):
        return text, ()
    from jobfit.ingest.parse.html import visible  # only here: few texts need a parser of pages

    read = visible(text.replace("\n", "<br>"))
    return (read.text, read.flags) if isinstance(read, RawDocument) else (text, ())


def _without_gaps(text: str) -> str:
    """Return a long text of one line with line ends in place of its gaps, where these cut it into lines."""
    if "\n" in text.strip():
        return text
    lines = _GAP.split(text.strip())
    if len(lines) < _LINES or not _SHORTEST <= len(text) / len(lines) <= _LONGEST:
        return text
    return "\n".join(lines)
