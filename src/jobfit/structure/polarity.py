"""Whether a CV claims a skill that it names, denies it, or only wants it.

A cue ("have never used", "keen to learn") opens a *scope*, which reaches over a list ("X, Y or Z") and ends with the
sentence, at a contrast ("but"), an exception ("other than") or where a new clause begins (", I know"). Other cues
follow what they are about ("Scala (learning)", "SAP, which I have never used", "Go, which was not my part"). What is
said of other people ("users who had never used Excel"), a denied denial ("not unfamiliar with") and "not only" open
nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from jobfit.lexicon import Lexicon, built
from jobfit.records import Polarity, Stated
from jobfit.structure.sections import lines_of
from jobfit.structure.spans import first_mentions
from jobfit.structure.text import ReadText, as_read

_REACH = 200  # characters from a cue to the end of its scope, at most
_NEAR = 60  # characters before a cue that are looked at
_BESIDE = 40  # characters directly before a mention that are looked at
_AFTER = 90  # characters after a mention that are looked at
_JOINED = 8  # characters between two skills that one cue may follow
_SEPARATOR = re.compile(r" ?[|;\t] ?| {2,9}")
_COMMA = re.compile(", ?")
_ENDS = re.compile(r"\s{0,2}(?:[).,;|\n]|$)")
_TICKS = frozenset("x✓✔☑☒●•■v")
_KINDS: dict[str, Polarity | None] = {"not": Polarity.HAS_NOT, "wants": Polarity.WANTS, "unsure": None}


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        fillers = {f"<{key}>": f"(?:{lexicon.union('polarity', key)})" for key in ("nouns", "used", "much")}

        def of(key: str) -> str:
            pattern = lexicon.union("polarity", key)
            for name, words in fillers.items():
                pattern = pattern.replace(name, words)
            return pattern

        def kinds(place: str, *names: str) -> str:
            return "|".join(f"(?P<{name}>{of(f'{name}_{place}')})" for name in names)

        self.cue = re.compile(rf"(?<![\w-])(?:{kinds('before', *_KINDS)})(?![\w-])(?! (?:{of('not_only')})\b)")
        self.after = re.compile(rf"(?:{kinds('after', *_KINDS)})(?=\s{{0,3}}(?:[).,;:!?|\n]|$))")
        self.double = re.compile(rf"\b(?:{of('negations')}) (?:\w{{1,15}} ){{0,2}}\Z")
        self.others = re.compile(rf"\b(?:{of('others')})\b(?P<between>[^.,;\n]{{0,25}})\Z")
        self.myself = re.compile(rf"\b(?:{of('myself')})\b")
        self.end = re.compile(
            rf"[.!?](?=\s|$)|[;|•·▪●)\n\ufffd]|,? ?\b(?:{of('ends')})\b|, \d|"
            rf"(?:, (?:(?:{of('and')}) )?| (?:{of('and')}) )(?:{of('clauses')})\b"
        )
        self.goes_on = re.compile(rf"(?:[,:(]|\b(?:{of('goes_on')}))\s{{0,3}}$")
        self.wants = re.compile(rf"(?:{of('wants_beside')}) ?\Z")
        self.unsure = re.compile(rf"(?<!\w)(?:{of('unsure_beside')}) ?\Z")
        self.no = re.compile(rf"(?<![\w-])(?:{of('no')}) ?\Z")
        marks = "|".join(f"(?P<{name}>{lexicon.union('polarity', f'{name}_mark')})" for name in ("has", *_KINDS))
        self.mark = re.compile(rf"(?:{marks})\Z")
        self.of_no = re.compile(rf" (?:{of('nouns')})\b|\s{{0,2}}(?:[.,;)\n]|$)")
        self.joins = re.compile(rf" ?(?:/|&|\b(?:{of('and')})\b) ?")


_words = built(_Words)


@dataclass(frozen=True, slots=True)
class Scope:
    """Characters ``start``..``end`` of a text for which a cue speaks; no ``polarity``: it can be read in two ways."""

    start: int
    end: int
    polarity: Polarity | None


def find_scopes(folded: str) -> Iterator[Scope]:
    """Yield the scopes of the cues that precede what they are about, in order."""
    words = _words()
    for cue in words.cue.finditer(folded):
        before, kind = folded[max(0, cue.start() - _NEAR) : cue.start()], str(cue.lastgroup)
        others = words.others.search(before)
        if others and not words.myself.search(others["between"]):
            continue
        if kind != "wants" and words.double.search(before):
            continue
        if before.rstrip(" ").endswith((":", "(", "-", "=")) and _ENDS.match(folded, cue.end()):
            continue  # "Java: never used" is about what stands before it
        yield Scope(cue.end(), _scope_end(folded, cue.end()), _KINDS[kind])


def _ticked(read: ReadText) -> Iterator[Scope]:
    """Yield the names in tables of skills: "SAP | no", "No | SAP", and "SAP | | x" under "Skill | yes | no".

    Where cells of a row were lost ("SAP | x"), nobody knows to which column a tick belongs.
    """
    heads: list[str | None] = []
    for start, end in lines_of(read.text):
        cells = _cells(read.text, start, end) if end - start <= _REACH else []
        kinds = [_mark(read.folded[slice(*cell)]) for cell in cells]
        if len(cells) < 2:
            heads = []
        elif "not" in kinds and "has" in kinds and not (heads and len(cells) == 2):
            heads = kinds
        elif heads:
            ticks = [place for place, cell in enumerate(cells) if read.folded[slice(*cell)].strip() in _TICKS]
            told = (heads[ticks[0]] if len(cells) == len(heads) else "unsure") if len(ticks) == 1 else None
            if told and told != "has":
                yield Scope(*cells[0], _KINDS[told])
        elif len(cells) == 2 and bool(kinds[0]) != bool(kinds[1]):
            told, named = (kinds[0], cells[1]) if kinds[0] else (kinds[1], cells[0])
            if told and told != "has":
                yield Scope(*named, _KINDS[told])


def _cells(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the spans of the cells of a line; commas part them where nothing else does."""
    separators = list(_SEPARATOR.finditer(text, start, end)) or list(_COMMA.finditer(text, start, end))
    edges = [start, *(edge for match in separators for edge in match.span()), end]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _mark(cell: str) -> str | None:
    """Return what a cell of a table says in a word: "yes", "non", "in progress"."""
    match = _words().mark.match(cell.strip(" :-"))
    return match.lastgroup if match else None


def _scope_end(folded: str, start: int) -> int:
    """Return where the scope that opens at ``start`` ends; a line that ends with a comma or "or" goes on."""
    words, last = _words(), min(len(folded), start + _REACH)
    for match in words.end.finditer(folded, start, last):
        sign, at = match.group(), match.start()
        if sign == "\n" and (at - start <= 1 or words.goes_on.search(folded, max(start, at - 10), at)):
            continue
        if sign == ")" and "(" in folded[start:at]:
            continue
        return at
    return last


def claims(
    text: str | ReadText, mentions: Iterable[Stated[str]]
) -> tuple[tuple[Stated[str], ...], tuple[Stated[str], ...]]:
    """Return the skills that a text claims, and those that it denies or wants; the first mention of each.

    ``mentions`` stand in the order of the text. What is claimed anywhere is not among the others; what can be read in
    two ways is in neither.
    """
    found = tuple(mentions)
    polarities = _polarities(as_read(text), found)
    claimed = first_mentions(item for item, said in zip(found, polarities) if said is Polarity.HAS)
    have = {item.value for item in claimed}
    others = (
        replace(item, polarity=said, sure=False)
        for item, said in zip(found, polarities)
        if said in (Polarity.HAS_NOT, Polarity.WANTS) and item.value not in have
    )
    return claimed, first_mentions(others)


def _polarities(read: ReadText, found: Sequence[Stated[str]]) -> list[Polarity | None]:
    folded = read.folded
    scopes = sorted((*find_scopes(folded), *_ticked(read)), key=lambda scope: scope.start)
    starts = [scope.start for scope in scopes]
    words = _words()
    said: list[Polarity | None] = [Polarity.HAS] * len(found)
    follows = False  # whether the cue of the next skill follows it
    for index in reversed(range(len(found))):
        start, end = found[index].evidence.start, found[index].evidence.end
        scope = scopes[max(0, bisect_right(starts, start) - 1)] if scopes else None
        if scope and scope.start <= start < scope.end:
            said[index], follows = _unless_denied_twice(folded, start, scope.polarity), False
            continue
        after = words.after.match(folded, end, min(len(folded), end + _AFTER))
        joined = follows and words.joins.fullmatch(folded, end, min(found[index + 1].evidence.start, end + _JOINED))
        if after:
            said[index] = None if _denied_before(folded, start) else _KINDS[str(after.lastgroup)]
        elif joined:
            said[index] = said[index + 1]
        else:
            said[index] = _before(folded, start, end)
        follows = bool(after or joined)
    return said


def _unless_denied_twice(folded: str, start: int, polarity: Polarity | None) -> Polarity | None:
    """Return ``polarity``; ``None`` for a denial of doing without a skill: "never worked without Docker"."""
    twice = polarity is Polarity.HAS_NOT and _words().unsure.search(folded, max(0, start - _BESIDE), start)
    return None if twice else polarity


def _denied_before(folded: str, start: int) -> bool:
    """Tell whether a denial directly before a skill turns round the one that follows: "nothing in Java is foreign"."""
    return _words().double.search(folded, max(0, start - _BESIDE), start) is not None


def _before(folded: str, start: int, end: int) -> Polarity | None:
    """Read the words directly before a skill: "no PHP", "instead of Java"."""
    words, first = _words(), max(0, start - _BESIDE)
    if words.no.search(folded, first, start) and words.of_no.match(folded, end):
        return Polarity.HAS_NOT
    if words.wants.search(folded, first, start):
        return Polarity.WANTS
    return None if words.unsure.search(folded, first, start) else Polarity.HAS
