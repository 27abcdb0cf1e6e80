"""Sentences that were cut at the width of a page: PDF, e-mail and plain text end lines where no sentence ends."""

from __future__ import annotations

import re
from itertools import pairwise

from jobfit.lexicon import Lexicon, built, stop_words

_WIDEST, _NARROWEST = 160, 40  # characters of a line, and of the third longest, where a text is cut at a width
_NEARLY = 0.7  # of the third longest
_CERTAIN = 2  # sentences that are cut for certain
_ENDED = re.compile(r"[.!?:;•|]\Z")
_GOES_ON = re.compile(r"(?!o |\S{1,30} ?[-–] )[^\W_][^\s@:]*(?:\s|\Z)")  # no bullet, address or label
_ADDRESS = re.compile(r"\S+[./@]\w")
_OPEN = re.compile(r"[,(&/]\Z|(?:\A|\s)([^\W\d_]+)\Z")


@built
def _now(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{lexicon.union('dates', 'now')})\W{{0,2}}\Z", re.IGNORECASE)


@built
def _dates(lexicon: Lexicon) -> re.Pattern[str]:
    """Return what a line of a position begins with: "March 2019"."""
    return re.compile(
        rf"(?:{lexicon.union('dates', 'months')})\W{{1,2}}(?:\d{{1,2}}\W{{1,2}})?(?:19|20)\d\d", re.IGNORECASE
    )


def unwrapped(text: str) -> str:
    """Return the text with a blank in place of each line end that cuts a sentence; all else stays where it is.

    A sentence is cut where a line is nearly as wide as the text and ends no sentence, and where the next goes on in
    lower case, or this one ends with a comma, an open bracket or a word such as "the". Where that happens twice,
    also where the next word had no room. Nothing is changed in a text that has longer lines than a page, and no line
    with columns. Doing it twice changes nothing more.

    >>> wide = "We want a nurse who has worked on a ward before and who"
    >>> print(unwrapped(f"{wide}\\nknows the night.\\n{wide}\\ndrives.\\n{wide}\\nsings.").split(chr(10))[0])
    We want a nurse who has worked on a ward before and who knows the night.
    """
    lines = text.split("\n")
    widths = sorted(map(len, lines))
    if len(lines) < 3 or widths[-1] > _WIDEST or widths[-3] < _NARROWEST:
        return text
    width = widths[-3]
    least = _NEARLY * width
    cut = sum(len(line) >= least and _goes_on(line, following) for line, following in pairwise(lines))
    kept = [lines[0]]
    for line, following in pairwise(lines):
        full = cut >= _CERTAIN and len(line) + len(following.partition(" ")[0]) >= width
        if len(kept[-1]) >= least and _goes_on(kept[-1], following, full):
            kept[-1] += f" {following}"
        else:
            kept.append(following)
    return "\n".join(kept)


def _goes_on(line: str, following: str, full: bool = False) -> bool:
    columns = "\t" in line or "\t" in following
    if columns or _ENDED.search(line) or not _GOES_ON.match(following) or _dates().match(following):
        return False
    if following[0].islower():
        return _ADDRESS.match(following) is None
    if full and following[0].isalpha() and not line[-1].isdigit() and not _now().search(line):
        return True
    open_ = _OPEN.search(line)
    return open_ is not None and (following[0].isalpha() if open_[1] is None else open_[1] in stop_words())
