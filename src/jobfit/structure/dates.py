"""Date ranges of a CV, English and French, and the months that they cover.

Conventions, the same everywhere:

* Both end months count: 03/2019 - 06/2021 is 28 months.
* A year without a month stands for its middle: a start is July, an end is June. So 2006 - 2012 is 2006-07..2012-06,
  72 months, twelve times the difference of the years, and two positions that meet in a year do not overlap. Within
  one year (2016 - 2016) only one month is certain, and one is counted.
* A season has three months: spring 3-5, summer 6-8, autumn 9-11, winter 1-3.
* A range that is reversed or reaches into the future is left out. The present year without a month ends "today".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from jobfit.lexicon import Lexicon, built
from jobfit.records import Evidence
from jobfit.structure.spans import quote
from jobfit.structure.text import ReadText, as_read

_YEAR = r"(?:19[5-9]\d|20\d\d)"
_GLUED = re.compile(rf"(?:^|(?<=\n)) {{0,4}}(?P<from>{_YEAR})(?P<to>{_YEAR})(?= [a-z])")  # "20182020 Acme"


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "dates")
        parts = lexicon.parts("dates", "months")  # twelve of each language, in order
        month = f"(?:{'|'.join(dict.fromkeys(parts))})"
        seasons = lexicon.numbers("dates", "seasons")
        separator = rf" {{0,4}}(?:-{{1,2}}|>|/|{of('to')}|- {{0,4}}(?:{of('to')})) {{0,4}}"
        # The dash fell out of "Apr 2020  Jun 2020", "Apr 2020Jun 2020" or "2008<tab>2022" when the file was made.
        lost = rf"(?P<lost> {{1,4}}|(?={month}))"
        now = rf"(?:(?:{of('up_to')}) )?(?:{of('now')})"

        def moment(n: int) -> str:
            return (
                rf"(?:(?:\d{{1,2}}(?:{of('ordinals')})? )?(?P<name{n}>{month})(?:[.,]| (?:{of('of')}))?[ ,/]{{0,2}}"
                rf"(?:(?P<ny{n}>{_YEAR})|'(?P<short{n}>\d\d))"
                rf"|(?P<yn{n}>{_YEAR}) {{0,2}},? {{0,2}}(?P<name_after{n}>{month})"
                rf"|(?P<season{n}>{'|'.join(seasons)}) (?:(?:{of('of')}) )?(?P<sy{n}>{_YEAR})"
                rf"|(?:\d{{1,2}}[/.])?(?P<m{n}>0?[1-9]|1[0-2]) ?[/.\-] ?(?P<my{n}>{_YEAR})"
                rf"|(?P<ym{n}>{_YEAR})[/.\-](?P<mm{n}>0[1-9]|1[0-2])(?:[/.\-]\d\d)?"
                rf"|(?P<year{n}>{_YEAR}))(?![\d/])"
            )

        self.range = re.compile(
            rf"(?<![\w/.])(?<!\d-)(?:(?P<first>{month})\.?(?={separator}{month}\b)|"
            rf"{moment(1)})(?:{separator}|{lost})(?:(?P<now>{now})|{moment(2)})(?!\w)"
        )
        self.since = re.compile(rf"\b(?:{of('since')}) {moment(1)}(?!\w)")
        self.season = re.compile(rf"\b(?P<season>{'|'.join(seasons)}) (?:(?:{of('of')}) )?(?P<year>{_YEAR})(?!\w)")
        # its first month, 1 to 12
        self.seasons = seasons
        self.months = tuple(re.compile("|".join(parts[number::12])) for number in range(12))


_words = built(_Words)


_Months = tuple[int, int]  # first and last month that a moment may mean, counted from year 0


@dataclass(frozen=True, slots=True)
class DateRange:
    """A stated range: ``start`` and ``end`` as ``YYYY-MM``, both inclusive; ``current`` where it says "present".

    ``widest`` is the range from the first to the last month that the words allow, not beyond "today".
    """

    start: str
    end: str
    current: bool
    evidence: Evidence
    widest: tuple[str, str]


def find_ranges(text: str | ReadText, today: date) -> tuple[DateRange, ...]:
    """Return the date ranges of ``text`` in its order; empty where there are none.

    "03/2019 - 06/2021", "mars 2019 à aujourd'hui", "2019-03 – 2021-06", "March - June 2019", "since 2018",
    "Summer 2019". A month or year alone is not a range. A range still open ends in the month of ``today``.

    >>> [(r.start, r.end) for r in find_ranges("Jan'19 to Mar 2020; 2006 – 2012", date(2024, 5, 1))]
    [('2019-01', '2020-03'), ('2006-07', '2012-06')]
    """
    read, words = as_read(text), _words()
    text = read.text
    ranges: list[DateRange] = []
    taken = 0
    seasons = (words.season,) if any(season in read.folded for season in words.seasons) else ()
    patterns = (words.range, words.since, *seasons, _GLUED)
    for match in sorted((m for p in patterns for m in p.finditer(read.folded)), key=lambda m: m.start()):
        if match.start() < taken or _is_list(match, text):
            continue
        taken = match.end()
        months = _bounds(match, today)
        if months is not None:
            start, end, current, widest = months
            wide = (_text(widest[0]), _text(widest[1]))
            ranges.append(DateRange(_text(start), _text(end), current, quote(text, *match.span()), wide))
    return tuple(ranges)


def months_covered(ranges: Iterable[tuple[str, str]]) -> int:
    """Return the months in the union of ``ranges`` (first and last month, ``YYYY-MM``); each month counts once."""
    months: set[int] = set()
    for start, end in ranges:
        months.update(range(_number(start), _number(end) + 1))
    return len(months)


def _is_list(match: re.Match[str], text: str) -> bool:
    """Tell whether one plain blank stands between two years, "Office 2016 2019": a list, where a tab is a lost dash."""
    if match.re is not _words().range or match["lost"] is None or text[match.start("lost") : match.end("lost")] != " ":
        return False
    return not (match["year1"] is None and match["now"] is None and match["year2"] is None)


def _bounds(match: re.Match[str], today: date) -> tuple[int, int, bool, _Months] | None:
    """Return first month, last month, "still open" and the widest reading; ``None`` where a range cannot be true."""
    now = today.year * 12 + today.month - 1
    words = _words()
    if match.re is words.season:
        first = int(match["year"]) * 12 + words.seasons[match["season"]] - 1
        return (first, first + 2, False, (first, first + 2)) if first + 2 <= now else None
    current = match.re is words.since or match.groupdict().get("now") is not None
    if match.re is _GLUED:
        start, end = ((year * 12, year * 12 + 11) for year in (int(match["from"]), int(match["to"])))
    else:
        end = (now, now) if current else _months(match, 2)
        if name := match.groupdict().get("first"):  # "March - June 2019"
            start = (end[0] // 12 * 12 + _month_number(name),) * 2
        else:
            start = _months(match, 1)
    year_only = start[1] - start[0] == 11, end[1] - end[0] == 11
    first = start[0] + 6 if year_only[0] else start[0]
    last = end[1] - 6 if year_only[1] else end[1]
    if year_only[0] and start[0] <= now < first:
        first = now
    if year_only[1] and end[0] <= now < last:
        last = now
    if last < first and start[0] // 12 == end[0] // 12 and any(year_only):
        first = last = first if not year_only[0] else last
    widest = start[0], min(end[1], now)
    return (first, last, current, widest) if start[0] <= now and first <= last <= now else None


def _months(match: re.Match[str], n: int) -> _Months:
    group = match.groupdict()
    year = next(
        int(group[f"{key}{n}"]) for key in ("ny", "yn", "sy", "my", "ym", "year", "short") if group[f"{key}{n}"]
    )
    if year < 100:
        year += 2000 if year < 50 else 1900
    name = group[f"name{n}"] or group[f"name_after{n}"]
    number = group[f"m{n}"] or group[f"mm{n}"]
    if season := group[f"season{n}"]:
        first = year * 12 + _words().seasons[season] - 1
        return first, first + 2
    if not name and not number:
        return year * 12, year * 12 + 11
    month = year * 12 + (_month_number(name) if name else int(number) - 1)
    return month, month


def _month_number(name: str) -> int:
    return next(i for i, month in enumerate(_words().months) if month.fullmatch(name))


def _text(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1
