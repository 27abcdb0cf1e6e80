"""Security clearances that a text names: ``uk:sc``, ``us:ts_sci``, ``fr:secret``; ``any`` where no level is said."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

from jobfit.lexicon import Lexicon, built
from jobfit.records import Polarity, Stated
from jobfit.structure.spans import stated
from jobfit.structure.text import ReadText, as_read, begins_word

_BEFORE, _AFTER = 90, 60
ANY = "any"


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "clearances")
        self.hint = re.compile(of("hints"))
        self.levels = tuple(
            (value, re.compile(rf"(?:{'|'.join(parts)})(?!\w)"))
            for value, parts in lexicon.groups("clearances", "levels").items()
        )
        self.includes = lexicon.groups("clearances", "includes")
        self.labels = {value: " ".join(words) for value, words in lexicon.groups("clearances", "labels").items()}
        self.to_obtain = re.compile(rf"\b(?:{of('to_obtain')})\b")
        self.not_held = re.compile(rf"\b(?:{of('not_held')})\b")
        self.held_now = re.compile(rf"\b(?:{of('held_now')})\b")
        self.not_asked = re.compile(rf"\b(?:{of('not_asked')})\b")


_words = built(_Words)


def clearance_label(value: str) -> str:
    """Return "UK SC clearance", "Security clearance" for :data:`ANY`."""
    return _words().labels.get(value) or value.replace(":", " ").replace("_", " ").capitalize()


def clearance_ids() -> tuple[str, ...]:
    """Return every clearance that can be read, for files that ask for one."""
    return tuple(value for value, _ in _words().levels)


def find_clearances(text: str | ReadText) -> tuple[Stated[str], ...]:
    """Return the clearances named in ``text``; ``WANTS`` where it is about obtaining one, ``HAS_NOT`` where it lapsed.

    >>> [(s.value, s.polarity.value) for s in find_clearances("SC cleared; eligible for DV clearance")]
    [('uk:sc', 'has'), ('uk:dv', 'wants')]
    """
    read, words = as_read(text), _words()
    folded = read.folded
    if not words.hint.search(folded):
        return ()
    found: list[Stated[str]] = []
    taken = bytearray(len(folded))
    for value, pattern in words.levels:
        for match in pattern.finditer(folded):
            place, item = slice(*match.span()), stated(value, read.text, *match.span())
            if not begins_word(read.text, match.start()):
                continue
            if not any(taken[place]) and (polarity := _polarity(folded, *match.span())):
                found.append(replace(item, polarity=polarity, sure=value != ANY))
                taken[place] = b"\1" * (match.end() - match.start())
    found.sort(key=lambda item: (item.polarity is not Polarity.HAS, item.evidence.start))
    kept: dict[str, Stated[str]] = {}
    for item in found:
        kept.setdefault(item.value, item)
    return tuple(sorted(kept.values(), key=lambda item: item.evidence.start))


def read_clearances(text: str | ReadText) -> tuple[Stated[str], ...]:
    """Return the clearances of a person, with those that each includes (Top Secret: Secret), by the same quote."""
    found = find_clearances(text)
    kept = {item.value: item for item in found}
    for item in found:
        if item.polarity is Polarity.HAS:
            for value in (*_words().includes.get(item.value, ()), ANY):
                if value not in kept or kept[value].polarity is not Polarity.HAS:
                    kept[value] = replace(item, value=value)
    return tuple(kept.values())


def _polarity(folded: str, start: int, end: int) -> Polarity | None:
    """Return what is said of a clearance; ``None`` where nobody in particular holds or needs it."""
    words = _words()
    before, after = folded[max(0, start - _BEFORE) : start], folded[end : end + _AFTER]
    before = before[max(before.rfind(stop) for stop in ("\n", ". ", ";")) + 1 :]
    after = re.split(r"\n|[.;](?:\s|$)|, (?:and|but|et|mais) ", after, maxsplit=1)[0]
    if words.not_asked.search(before[-40:]):
        return None
    ended = words.not_held.search(after[:30])
    if ended and words.held_now.search(told := after[: ended.start()]) and not told.endswith(": "):
        ended = None  # "SC (active), previously DV", not "SC held: none"
    if ended or words.not_held.search(before[-30:]):
        return Polarity.HAS_NOT
    if any(words.to_obtain.search(piece) for piece in (before, folded[start:end], after)):
        return Polarity.WANTS
    return Polarity.HAS
