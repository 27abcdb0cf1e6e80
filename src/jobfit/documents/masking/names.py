"""Mask every occurrence of a known name: full, reversed, initials, upper case, possessive, with or without accents.

A word of a name that is also an ordinary word (Rose, Page, Will; two letters; or written in lower case elsewhere in the
text) is masked next to another word of the name, and alone only where its surroundings show a name. So a swap with a
rare name masks the same places, and "I will" or the skill Jenkins stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from jobfit.documents.masking.spans import Edit
from jobfit.documents.masking.words import (
    fold,
    is_capitalised,
    is_ordinary,
    lines_of,
    lists,
    near,
    tokens,
    word_pattern,
)
from jobfit.lexicon import Lexicon, built

_JOINER = re.compile(r"[ \u00a0\u202f,'’ʼ`\-‐‑·]{1,3}")
_AFTER_INITIAL = re.compile(r"\.?[ \u00a0\u202f,'’ʼ`\-‐‑·]{0,2}")
_POSSESSIVE = re.compile(r"['’](?:s\b|(?!\w))", re.I)
_GLUED = re.compile(r"\b[^\W\d_]{1,20}[a-zß-ÿ][A-ZÀ-Þ][a-zß-ÿ][^\W\d_]{0,20}\b")
_CAMEL = re.compile(r"[a-zß-ÿ][A-ZÀ-Þ][a-zß-ÿ]")
_CASE_EDGE = re.compile(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])")
_ALONE_AFTER = re.compile(r"[^\S\n]*(?:$|[|•·\n\t])|[,.!]?[^\S\n]*(?:$|\n)")


_SENTENCE_BEFORE = re.compile(r"[.!?]\s{1,2}$")
_LETTERS = 4  # "Priya Shah ACCA"; of fewer ("Ma", "Do") some are names


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "masking")
        self.honorific = re.compile(rf"(?:\b(?:{of('honorific')})\.?\s{{1,2}})$", re.I)
        self.before = re.compile(rf"(?:\b(?:{of('greeted')})[ :,]{{1,2}}|(?:^|[|•·;\n\t])[^\S\n]*)$", re.I)
        self.verb = re.compile(rf" (?:{of('verb')}|[a-zé]{{2,12}}(?:ed|es))\b")


_words = built(_Words)


@dataclass(frozen=True, slots=True)
class KnownNames:
    tokens: frozenset[str]
    initials: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    sequences: tuple[tuple[str, ...], ...]


def known_names(names: Iterable[str], loose: Iterable[str] = ()) -> KnownNames:
    # longest first
    sequences = tuple(sorted({t for name in names if (t := _own(tokens(name)))}, key=lambda s: (-len(s), s)))
    every = {t for sequence in sequences for t in sequence} | set(loose)
    pairs = {pair for s in sequences for pair in zip(s, s[1:] + s[:1])}
    return KnownNames(frozenset(every), frozenset(t[0] for t in every if t), frozenset(pairs), sequences)


def _own(name: tuple[str, ...]) -> tuple[str, ...]:
    """Return a name without the letters behind it that are no name of anybody: they stand for a qualification."""
    while len(name) > 2 and len(name[-1]) >= _LETTERS and name[-1] in lists().degrees and not is_ordinary(name[-1]):
        name = name[:-1]
    return name


def name_edits(text: str, known: KnownNames) -> Iterator[Edit]:
    if not known.tokens:
        return
    words = list(_words_beside(text, known))
    folded = [fold(m.group()) for m in words]
    hits = [i for i, t in enumerate(folded) if t in known.tokens or (len(t) == 1 and t in known.initials)]
    lower = {folded[i] for i in hits if folded[i] in known.tokens and words[i].group().islower()}
    done = 0
    for index in hits:
        if index < done:
            continue
        stop = _run_end(text, words, folded, index, known)
        if stop > index and (edit := _edit_for_run(text, words[index:stop], folded[index:stop], known, lower)):
            yield edit
        done = max(stop, index + 1)


def _words_beside(text: str, known: KnownNames) -> Iterator[re.Match[str]]:
    """Yield the words of the lines that hold a word of a name: no name goes on in the next line."""
    pattern = word_pattern(text)
    for line, start, end in lines_of(text):
        if not known.tokens.isdisjoint(map(fold, pattern.findall(line))):
            yield from pattern.finditer(text, start, end)


def glued_edits(text: str, known: KnownNames) -> Iterator[Edit]:
    """Yield the removal of words written together that hold a word of a name, such as ``JaneDoe`` or ``byJane``.

    An ordinary word does not count: ``GrantManager`` stays where the person is called Grant.
    """
    telling = {token for token in known.tokens if len(token) > 3 and not is_ordinary(token)}
    for match in near(_GLUED, _CAMEL, text) if telling else ():
        if not telling.isdisjoint(map(fold, _CASE_EDGE.split(match.group()))):
            yield Edit(match.start(), match.end(), "name")


def _member(word: str, token: str, known: KnownNames) -> bool:
    if len(token) == 1 and token not in known.tokens:
        return is_capitalised(word) and token in known.initials
    return token in known.tokens and (is_capitalised(word) or _loose(token) or not is_ordinary(token))


def _run_end(text: str, words: Sequence[re.Match[str]], folded: Sequence[str], index: int, known: KnownNames) -> int:
    whole = _lower_case_name(text, words, folded, index, known)
    if whole > index or not _member(words[index].group(), folded[index], known):
        return whole
    stop = index + 1
    while stop < len(words) and _member(words[stop].group(), folded[stop], known):
        joiner = _AFTER_INITIAL if len(folded[stop - 1]) == 1 else _JOINER
        if not joiner.fullmatch(text, words[stop - 1].end(), words[stop].start()):
            break
        stop += 1
    return stop


def _lower_case_name(
    text: str, words: Sequence[re.Match[str]], folded: Sequence[str], index: int, known: KnownNames
) -> int:
    """Return the index behind a full name at ``index`` whatever its case; ``index`` where there is none."""
    for name in known.sequences:
        stop = index + len(name)
        if len(name) > 1 and folded[index] == name[0] and tuple(folded[index:stop]) == name:
            neighbours = pairwise(words[index:stop])
            joined = all(_JOINER.fullmatch(text, a.end(), b.start()) for a, b in neighbours)
            if joined and not all(is_ordinary(t) for t in name):
                return stop
    return index


def _edit_for_run(
    text: str, words: Sequence[re.Match[str]], folded: Sequence[str], known: KnownNames, lower: set[str]
) -> Edit | None:
    first, last = 0, len(words)
    while first < last and _loose(token := folded[first]):
        initial = len(token) == 1 and token in known.initials
        if first + 1 < last and (initial or (token, folded[first + 1]) in known.pairs):
            break
        first += 1
    while last > first and _loose(token := folded[last - 1]):
        dotted = text.startswith(".", words[last - 1].end())
        if last - 2 >= first and (dotted or (folded[last - 2], token) in known.pairs):
            break
        last -= 1
    kept = folded[first:last]
    anchors = [t for t in kept if not _loose(t)]
    if not anchors and tuple(kept) not in known.sequences:
        if len(folded) > 1 or len(folded[0]) < 2:
            return None
        first, last, kept = 0, 1, folded  # "Le" or "Al" alone, which may be a given name
    start, end = words[first].start(), words[last - 1].end()
    title = _words().honorific.search(text, max(0, start - 15), start)
    start = title.start() if title else start
    possessive = _POSSESSIVE.match(text, end)
    if len(kept) == 1 and (is_ordinary(kept[0]) or kept[0] in lower or _loose(kept[0])):
        shown = title or possessive or _in_name_place(text, start, end)
        if not (shown and is_capitalised(words[first].group())):
            return None
    if len(folded[last - 1]) == 1 and text[end : end + 1] == ".":
        end += 1
    return Edit(start, possessive.end() if possessive else end, "name")


def _loose(token: str) -> bool:
    return len(token) == 1 or token in lists().particles


def _in_name_place(text: str, start: int, end: int) -> bool:
    before = _words().before.search(text, max(0, start - 15), start)
    sentence = before or start == 0 or _SENTENCE_BEFORE.search(text[max(0, start - 4) : start])
    greeted = before and before.group().strip(" \n\t|•·;")
    token = fold(text[start:end])
    alone = _ALONE_AFTER.match(text, end) and not (token in lists().places or token in lists().skills)
    return bool(greeted or (sentence and (alone or _words().verb.match(text, end))))
