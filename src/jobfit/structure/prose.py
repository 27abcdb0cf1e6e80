"""Positions told in sentences: "I worked as a nurse at the Infirmary from 2015 to 2019, then led a ward until 2022"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from jobfit.lexicon import Lexicon, built
from jobfit.structure.dates import DateRange
from jobfit.structure.sections import section_at, sentence_around
from jobfit.structure.titles import Span, Title, Titles

_AFTER = 40  # characters behind the dates in which "as a site engineer" may begin


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "prose")
        as_, article = of("as"), rf"(?:(?:{of('articles')})(?: |(?<='))){{0,2}}"
        verbs = rf"(?:{of('held')})|(?:{of('works')})\b[^.;]{{0,60}}?\b(?:{as_})"
        self.titled = re.compile(rf"(?<!\w)(?:{verbs}|{of('adverbs')}) ?{article}")
        time = rf"\d{{1,2}} ?(?:{lexicon.union('units', 'years', 'months')})\b"
        claim = rf"{time}'? (?:of )?(?:\w{{1,12}} )?(?:{lexicon.union('experience', 'named')}) "
        self.undated = re.compile(rf"(?<!\w)(?:(?:{of('works')})\b[^.;\n]{{0,40}}?|{claim})\b(?:{as_}) ?{article}")
        title = r"(?P<title>[^\W\d]\w{0,20}(?: [\w/&-]{1,20}){0,3}?)"
        self.lasted = re.compile(
            rf"(?<!\w)(?:{as_}) ?{article}{title} (?:(?:{of('lasting')}) )?{time}\W{{0,4}}(?=\n|\Z)"
        )
        self.tells = re.compile(rf"(?<!\w)(?:{verbs}|{of('employed')})")
        self.named_behind = re.compile(rf"[^\w\n]{{0,4}}\s?(?:{as_})\s{article}")
        self.works = re.compile(rf"(?<!\w)(?:{of('employed')})\b")
        self.acts = re.compile(rf"[ ,]{{1,2}}(?:{of('acts')})\b")
        ends = rf"\s(?:{lexicon.union('titles', 'closes')}|{of('closes')})(?!\w)"
        self.closes = re.compile(
            rf"[,.;:()|\u2022]|(?<!class )(?<!grade )(?<!level )(?<!band )(?<!tier )\d|\s[-\u2013\u2014]|{ends}"
        )
        self.person = re.compile(rf"(?<!\w)(?:{of('person')})(?!\w)")
        self.before_dates = re.compile(rf"\s(?:{lexicon.union('dates', 'from', 'between', 'since')}) ?\Z")
        self.no_work = re.compile(rf"(?<!\w)(?:{of('no_work')}|{lexicon.union('denial', 'wish')})\b")


_words = built(_Words)


@dataclass(frozen=True, slots=True)
class Told:
    """A position told in a sentence; without a title where the words name no role."""

    title: Title | None


def read_prose(titles: Titles, ranges: Sequence[DateRange]) -> Mapping[DateRange, Told | None]:
    """Return the ranges in sentences that tell of work, and those in which a person tells of something else (``None``).

    A range in any other sentence or line is not among them.
    """
    told: dict[DateRange, Told | None] = {}
    role = cache(partial(role_at, titles))  # the sentences around two dates may be one
    for (start, end), items in _by_sentence(titles.read.text, ranges):
        told |= _read_sentence(titles, role, start, end, items)
    return told


def read_undated(titles: Titles, start: int, end: int) -> Iterator[Title]:
    """Yield the roles that a line tells of without dates: "worked as a nurse", "Acme as a cook for 2 years"."""
    words, folded = _words(), titles.read.folded
    for match in words.undated.finditer(folded, start, end):
        if title := role_at(titles, match.end(), end):
            yield title
    for match in words.lasted.finditer(folded, start, end):
        yield Title(*match.span("title"), None, True)


def tells(folded: str) -> bool:
    """Tell whether a piece of text may tell of work in a sentence, which need not say all."""
    return _words().tells.search(folded) is not None


def _by_sentence(text: str, ranges: Sequence[DateRange]) -> Iterator[tuple[Span, list[DateRange]]]:
    """Yield each sentence with its ranges; of one without an end, each piece once, so that the time stays linear."""
    sentence: Span | None = None
    items: list[DateRange] = []
    for item in ranges:
        if sentence and item.evidence.start < sentence[1] and item.evidence.end + _AFTER <= sentence[1]:
            items.append(item)
            continue
        around = sentence_around(text, item.evidence)
        if sentence == (around.start, around.end):
            items.append(item)
            continue
        if sentence:
            yield sentence, items
        sentence, items = (around.start, around.end), [item]
    if sentence:
        yield sentence, items


def _read_sentence(
    titles: Titles, role: Callable[[int, int], Title | None], start: int, end: int, ranges: list[DateRange]
) -> dict[DateRange, Told | None]:
    words = _words()
    folded = titles.read.folded[start:end].replace("\n", " ")
    starts = [item.evidence.start for item in ranges]
    named: list[Title] = []
    for match in words.titled.finditer(folded):
        first = start + match.end()
        if title := role(first, next((at for at in starts if at > first), end)):
            named.append(title)
    among_positions = section_at(titles.read.sections, start) == "experience"
    leads = not any(title.start < ranges[0].evidence.start for title in named)
    told: dict[DateRange, Told | None] = {}
    taken = start
    for index, item in enumerate(ranges):
        dates = item.evidence
        last = end if index == len(ranges) - 1 else ranges[index + 1].evidence.start if leads else dates.end
        first = max(taken, ranges[index - 1].evidence.end if index else start)
        before = [title for title in named if first <= title.start < dates.start]
        within = [title for title in named if dates.start <= title.start < last]
        if leads and within:
            title, first = within[0], dates.start
        else:
            title = next(iter([*before[::-1], *within]), None) or _behind(titles, dates.end)
        clause = folded[first - start : last - start]
        person = words.person.search(clause) is not None
        if words.no_work.search(clause):
            if person:
                told[item] = None
        elif (
            title
            or (words.works.search(clause) and (person or among_positions))
            or words.acts.match(folded, dates.end - start)
        ):
            told[item] = Told(title)
        taken = max(dates.end, title.end if title else 0)
    return told


def _behind(titles: Titles, position: int) -> Title | None:
    """Return the title in "since June 2014 to May 2015. As a civil engineer"."""
    match = _words().named_behind.match(titles.read.folded, position, position + _AFTER)
    return role_at(titles, match.end(), len(titles.read.text)) if match else None


def role_at(titles: Titles, start: int, end: int) -> Title | None:
    """Return the role that is named at ``start``; ``None`` where the words there name none."""
    stop = _words().closes.search(titles.read.folded, start, min(end, start + 80))
    last = stop.start() if stop else min(end, start + 80)
    if before := _words().before_dates.search(titles.read.folded, start, last):
        last = before.start()
    title = titles.find(start, last) if start < last else None
    return title if title and title.certain and title.start - start <= 2 else None
