"""The name that opens a CV, where its shape alone does not show it: drawn, in lower case, or made of words.

``# Ann Lee``, ``ann lee``, ``Ann "Annie" Lee``, ``Ann Lee MSc PMP``, ``Ann Lee CONTACT``, ``Reed Manager``,
a name over two lines.
A name of ordinary words counts only where something else says that it is no title: a title near it, "Mr" or "CV of"
before it, or an initial in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from jobfit.documents.masking.header import (
    NOT_IN_NAME,
    SEPARATOR,
    has_year,
    head_lines,
    is_country,
    is_heading,
    is_long,
    is_person,
)
from jobfit.documents.masking.spans import Edit
from jobfit.documents.masking.words import fold, is_capitalised, is_ordinary, lists, tokens, word_pattern
from jobfit.geo.world import towns
from jobfit.lexicon import Lexicon, built

_DRAWN = str.maketrans({"_": " "} | dict.fromkeys('"“”«»„`', "’"))
_NICKNAME = re.compile(r"(?<=[^\W\d_] )[(‘'](?=[^\W\d_]{2,15}[)’'] [^\W\d_])|(?<=[^\W\d_])[)’'](?= [^\W\d_])")
_EDGE = re.compile(rf"(?:{SEPARATOR.pattern})+|,\s", re.I)
_FILE = re.compile(r"[^\s/@]{5,60}")
_NEAR = 3
_MAX_WORDS = 6
_SIDE_LINES = 60
_TITLE_WORDS = 6
_TITLE_LENGTH = 70
_RARE_LENGTH = 4


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "masking")
        self.lead = re.compile(
            rf"[\W\d_]*(?:(?P<sure>(?:{of('lead')})\b\.?\s*(?:{of('lead_of')}|[:–—-])?[\W_]*){{1,4}})?", re.I
        )
        self.ends = lexicon.words("masking", "degrees", "heading_words", "file_ends")


_words = built(_Words)


@dataclass(frozen=True, slots=True)
class _Core:
    """Words that may be a name, and where they stand.

    lead: where a "Mr" or "CV of" before them starts, or the one word that degrees follow; ``None`` without either.
    """

    words: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    lead: int | None
    compound: frozenset[str] = frozenset()  # folded words that a hyphen joins to others, as in "Ou-Yang"

    def first(self, count: int) -> _Core:
        return _Core(self.words[:count], self.places[:count], self.lead, self.compound)

    def edit(self) -> Edit:
        return Edit(self.places[0][0] if self.lead is None else self.lead, self.places[-1][1], "name")

    @property
    def folded(self) -> tuple[str, ...]:
        return tuple(map(fold, self.words))

    @property
    def is_whole(self) -> bool:
        """Whether there are two words, or one behind "CV of" or in a script without capitals."""
        return len(self.words) > 1 or self.lead is not None or self.value == self.value.swapcase()

    @property
    def value(self) -> str:
        return " ".join(self.words)


def opening_name(text: str) -> Iterator[tuple[Edit, str]]:
    """Yield the removal of the name on the first line, or on the one under a title, with the name."""
    lines = list(islice(head_lines(text), _NEAR + 2))
    for number, (line, start) in enumerate(lines[:2]):
        behind = [part for part, _ in lines[number + 1 : number + 1 + _NEAR]]
        core = _core(line, start)
        rest = line[core.places[-1][1] - start :] if core else ""
        if core is None or is_long(line) or not (core.is_whole or _stands_alone(core, line, rest, number)):
            continue
        if number == 0 and len(lines) > 1 and _is_one_name_part(core, line) and _is_alone(core, line):
            below = _core(*lines[1])
            if below and _is_alone(below, lines[1][0]) and _are_one_name(core, below, behind[1:]):
                value = f"{core.value} {below.value}"
                yield core.edit(), value
                yield below.edit(), value
                return
        near = [*SEPARATOR.split(rest), *behind, *(part for part, _ in lines[:number])]
        if found := _name_of(core, core.lead is not None or any(map(_shows_title, near))):
            yield found.edit(), found.value
            return
        if not _shows_title(line):
            break
    if lines and (found := _behind_title(*lines[0])):
        yield found.edit(), found.value


def _stands_alone(core: _Core, line: str, rest: str, number: int) -> bool:
    """Whether one word is all of its line, or rare and before ``rest`` of a town, a heading or a title ("/ Nurse").

    Under a title it may be a town or an employer, so no list and no table of towns may know it.
    """
    if _is_alone(core, line):
        return number == 0 or (line.strip() == core.value and is_capitalised(line.strip()) and _is_no_town(core))
    behind = lists().places | lists().place_parts if rest.startswith(",") else lists().headings
    told = bool(words := tokens(rest)) and behind.issuperset(words)
    return number == 0 and _is_rare(core) and (told or (rest.startswith(" / ") and _is_pure_title(rest)))


def _is_one_name_part(core: _Core, line: str) -> bool:
    return " " not in line.strip() or sum(word not in lists().particles for word in core.folded) == 1


def _behind_title(line: str, start: int) -> _Core | None:
    """Return the name in "Nurse, Ann Lee" or "Nurse - Ann Lee"."""
    edge = _EDGE.search(line)
    if edge is None or is_long(line) or not _is_pure_title(line[: edge.start()]):
        return None
    core = _core(line[edge.end() :], start + edge.end())
    if core is None or not (core.is_whole or (_is_no_town(core) and _is_alone(core, line[edge.end() :]))):
        return None
    return core if _is_name(core, True) else None


def _is_no_town(core: _Core) -> bool:
    """Whether one word is rare, and in no table of towns."""
    return _is_rare(core) and not towns(core.folded[0])


def _is_pure_title(segment: str) -> bool:
    known, words = lists(), tokens(segment)
    named = words and (words[0] in known.titles or words[-1] in known.titles)
    return bool(named) and all(word in known.work or word in known.occupations for word in words)


def mid_page_name(text: str) -> Iterator[tuple[Edit, str]]:
    """Yield the line shaped like a name over a title, below headings of a side column only, with the name.

    That is a page in columns whose head holds no name: "CONTACT", "LANGUAGES" and "SKILLS" come first.
    """
    side, beside, start = lists().side_headings, False, 0
    lines = text.split("\n", _SIDE_LINES)[:_SIDE_LINES]
    for above, name, title, below in zip(["", *lines], lines, lines[1:], [*lines[2:], ""], strict=False):
        if is_heading(name):
            if not side.issuperset(tokens(name)):
                return
            beside = True
        elif beside and _is_title(title, below):
            core = _core(name, start)
            one = core is not None and not above.strip() and _is_rare(core) and is_person(core.value, first=True)
            if core and _is_alone(core, name) and (one or (core.is_whole and _may_be_name(core))):
                yield core.edit(), core.value
                return
        start += len(name) + 1


def _is_title(line: str, below: str) -> bool:
    """Whether a line is the title of a person rather than of a dated position."""
    return len(tokens(line)) <= _TITLE_WORDS and line[:1].isupper() and _shows_title(line) and not has_year(below)


def _core(line: str, offset: int) -> _Core | None:
    """Return the words of the first segment of ``line`` without drawing, lead, degrees, headings and ends of files."""
    plain = _NICKNAME.sub("’", line.translate(_DRAWN))
    if _FILE.fullmatch(line.strip()):
        plain = plain.replace("-", " ").replace(".", " ")
    lead = _words().lead.match(plain)
    start = lead.end() if lead else 0
    separator = SEPARATOR.search(plain, start + 1)
    segment = plain[start : separator.start() if separator else len(plain)]
    words = list(word_pattern(segment).finditer(segment))
    name, comma, behind = segment.partition(",")
    if comma and (is_country(name) or (" " in name.strip() and _is_pure_title(name))):
        return None
    if comma and not _is_given_name(fold(name.strip()), behind):
        apart = set(tokens(behind))
        told = " " in name.strip() or not lists().places.isdisjoint(apart)
        told = told and ":" not in behind and lists().stop_words.isdisjoint(apart)
        words = [word for word in words if word.end() <= len(name)] if told else []
    alone_with_degree = False
    while len(words) > 1 and fold(words[-1].group()) in _words().ends:
        if len(words) == 2 and fold(words[-1].group()) in lists().degrees:
            alone_with_degree = _is_degree(words[-1].group()) and not words[0].group().isupper()
            if not alone_with_degree:
                break
        words.pop()
    if not words or NOT_IN_NAME.search(segment[: words[-1].end()].replace(",", " ")):
        return None
    places = tuple((offset + start + word.start(), offset + start + word.end()) for word in words)
    before = offset + lead.start("sure") if lead and lead["sure"] else None
    if before is None and alone_with_degree:
        before = places[0][0]
    joined = frozenset(word for part in segment.split() if "-" in part for word in tokens(part))
    return _Core(tuple(word.group() for word in words), places, before, joined)


def _is_degree(word: str) -> bool:
    """Whether a word that may be a degree is written as one ("MSc", "PMP"), and not as "Ma" or "Ing" in a name."""
    return len(word) > 2 and word[1:] != word[1:].lower()


def _name_of(core: _Core, evidence: bool) -> _Core | None:
    return core if _is_name(core, evidence) else _before_title(core)


def _before_title(core: _Core) -> _Core | None:
    """Return the name that opens "Ann Lee full stack developer": behind it are words of work up to a title."""
    known, folded = lists(), core.folded
    caseless = core.words[0] == core.words[0].swapcase()  # one word may be a whole name
    for count in (1, 2, 3, 4) if caseless else (2, 3, 4):
        title = folded[count : count + 4]
        head = next((n for n, word in enumerate(title) if word in known.titles), None)
        if head is not None and all(word in known.work or word in known.occupations for word in title[:head]):
            name = core.first(count)
            if is_capitalised(name.words[0]) and (count == 1 or _made_of_words(name)):
                return name
    return None


def _is_name(core: _Core, evidence: bool) -> bool:
    lower = core.value == core.value.lower() != core.value.upper()
    if lower and not _stop_words(core).isdisjoint(core.folded):
        return False
    if is_person(core.value.title() if lower else core.value, first=True):
        return len(core.words) > 1 or not lower or (evidence and _is_rare(core))
    return evidence and _made_of_words(core)


def _stop_words(core: _Core) -> frozenset[str]:
    """The words that no name in small letters has: not the "i" of "puig i serra", nor the "ou" of "ou-yang"."""
    known = lists()
    inner = {word for word in core.folded[1:-1] if len(word) == 1} if len(core.folded) > 2 else set()
    return known.stop_words - known.particles - inner - (core.compound - known.job_words)


def _made_of_words(core: _Core) -> bool:
    """Whether words may be a name: one of them is of no work, no place has two words, and one title is at an edge."""
    known, folded = lists(), core.folded
    if not 2 <= len(folded) <= _MAX_WORDS or not known.place_parts.isdisjoint(_without_particles(folded)):
        return False
    places = [word for word in folded if word in known.places]
    others = [word for word in folded if word not in known.places]
    if not others:
        return len(places) == 2
    bound = [word for word in others if not _is_free(word)]
    if len(bound) == 1 and bound[0] in known.stop_words and _has_rare_word(core):  # "Can Demir"
        bound = []
    if len(bound) > 1 or (bound and not (bound[0] in known.titles and bound[0] in (folded[0], folded[-1]))):
        return False
    shown = [word for word in others if _is_free(word) and (word not in known.work or word in known.surname_trades)]
    return any(len(word) > 1 for word in shown) or sum(len(word) == 1 for word in others) > 1


def _has_rare_word(core: _Core) -> bool:
    """Whether the words are capitalised, and one has four letters or more that no list knows."""
    capitals = all(map(is_capitalised, core.words))
    return capitals and any(len(w) >= _RARE_LENGTH and _is_free(w) and not is_ordinary(w) for w in core.folded)


def _may_be_name(core: _Core) -> bool:
    return _made_of_words(core) or len(core.words) == 1


def _is_rare(core: _Core) -> bool:
    """Whether there is one word, of four letters or more, that no list knows."""
    word = core.folded[0]
    return len(core.words) == 1 and len(word) >= _RARE_LENGTH and _is_free(word) and not is_ordinary(word)


def _without_particles(folded: Sequence[str]) -> Iterator[str]:
    """Yield the words but those particles that follow another word: "de los Ríos", but not "Los Angeles"."""
    return (word for place, word in enumerate(folded) if not (place and word in lists().particles))


def _is_free(word: str) -> bool:
    known = lists()
    if len(word) == 1 or word in known.name_words or word in known.surname_trades or word in known.particles:
        return True
    busy = known.work, known.occupations, known.headings, known.organisations, known.stop_words, known.degrees
    return not any(word in words for words in busy)


def _is_given_name(before: str, behind: str) -> bool:
    """Whether "Lee, Ann" (or "London, Paris") goes on like that, rather than "Ann Lee, Lyon"."""
    known, words = lists(), tokens(behind)
    if before in known.places - known.countries and len(words) == 1 and words[0] in known.places - known.countries:
        return True
    return (
        0 < len(words) <= 3
        and known.place_parts.isdisjoint(words)
        and not (known.places.issuperset(words) or any(word in known.titles or word in known.degrees for word in words))
    )


def _is_alone(core: _Core, line: str) -> bool:
    letters = sum(map(str.isalpha, core.value))
    return "," not in line and sum(map(str.isalpha, line)) == letters


def _are_one_name(core: _Core, below: _Core, behind: Sequence[str]) -> bool:
    both = _Core(core.words + below.words, core.places + below.places, core.lead)
    cased = core.value != core.value.swapcase()  # elsewhere one word may be a whole name
    return cased and len(both.words) <= 4 and _is_name(both, any(map(_shows_title, behind)))


def _shows_title(segment: str) -> bool:
    words = tokens(segment[:_TITLE_LENGTH])
    return 0 < len(words) <= 8 and not lists().titles.isdisjoint(words)
