"""Date ranges of a CV, English and French, as they are stated: nothing here depends on the day of reading.

Conventions, the same everywhere:

* Both ends belong to the range. A year without a month stays a year: 2006 - 2012 is ``2006`` to ``2012``. How many
  months it counts is up to :attr:`jobfit.records.Experience.counted`.
* A season or quarter has three months: spring 3-5, summer 6-8, autumn 9-11, winter 1-3 (winter 2018/19: 12-3);
  "early 2019" has four.
* A year of two digits is 1960 to 2035. 03/04/2019 is the 3rd of April unless the range says otherwise (03/25/2019).
* A range that is still open has no end. An end in the future is kept; a range that is reversed or longer than a
  working life is left out.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, pairwise, zip_longest

from jobfit.lexicon import Lexicon, built
from jobfit.records import Evidence
from jobfit.structure.sections import lines_of
from jobfit.structure.spans import line_around, quote
from jobfit.structure.text import ReadText, as_read

_YEAR = r"(?:19[5-9]\d|20[0-4]\d)"
_SHORT = r"(?:[012]\d|3[0-5]|[6-9]\d)"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_LONGEST = 60 * 12
_DASH = r"(?:-{1,3}>?|[>/~\u2192])"
_GLUED = re.compile(rf" {{0,4}}(?P<from>{_YEAR})(?P<to>{_YEAR})(?= [a-z])")  # "20182020 Acme"
_DASH_AT_END = re.compile(r"(?:-|\u2192|>) {0,4}\Z")
_LINE_END = re.compile(r"[ .)]{0,8}(?:\n|\Z)")
_DIGITS = re.compile(r"\d\d|'\d")


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "dates")
        parts = lexicon.parts("dates", "months")  # twelve of each language, in order
        month = f"(?:{'|'.join(dict.fromkeys(parts))})"
        # the first month of each, 1 to 12
        self.seasons, self.thirds = lexicon.numbers("dates", "seasons"), lexicon.numbers("dates", "thirds")
        spell = "|".join(sorted([*self.seasons, *self.thirds], key=len, reverse=True))
        to = rf"(?:{of('to')})\b"
        blank = "[ \n]"
        separator = rf" {{0,4}}(?:{_DASH}{blank}{{0,4}}(?:{to} {{0,4}})?|{to} {{0,4}}(?:{to} {{0,4}})?)"
        # The dash fell out of "Apr 2020  Jun 2020", "Apr 2020Jun 2020" or "2008<tab>2022" when the file was made.
        lost = rf"(?P<lost> {{1,4}}|(?={month}))"
        now = rf"\(?(?:(?:{of('up_to')}) )?(?:{of('now')})"
        # what stands in the place of an end that nobody wrote: "2013 -", "2013/---", "(2013 - )"
        end = r"[\n)\]|,;:]|\Z|(?<=\u2192 )\w|(?<=\.\. )\w|(?<=\u2026 )\w"
        unwritten = rf" {{0,2}}{_DASH} ?[-.?_\u2026]{{0,6}} {{0,2}}(?={end})"
        day = rf"\d{{1,2}}(?:{of('ordinals')})?"
        expected = rf"(?:\(?(?:{of('expected')})[ .:]{{0,2}})?"
        genitive = rf"(?: (?:{of('of')})\b)?"

        def moment(n: int) -> str:
            return (
                rf"(?:(?:{day}[ .]{{1,2}}|{day}-)?(?P<name{n}>{month})[.,]?{genitive}"
                rf"(?:[ ,/.'-]{{0,3}}(?:{day},? )?(?P<ny{n}>{_YEAR})"
                rf"|[ '.-]{{1,3}}(?P<short{n}>{_SHORT})(?!:\d|%))"
                rf"|(?P<yn{n}>{_YEAR})[ ,.-]{{1,4}}(?P<name_after{n}>{month})(?!\.? {{1,2}}{_YEAR})"
                rf"|(?P<season{n}>{spell})[ /-]?{genitive} ?(?P<sy{n}>{_YEAR})"
                rf"|(?P<ys{n}>{_YEAR})[ /-]{{1,3}}(?P<season_after{n}>{spell})\b"
                rf"|(?P<d{n}>\d{{1,2}})(?P<sign{n}>[/.-])(?P<dm{n}>\d{{1,2}})(?P=sign{n})(?P<dy{n}>{_YEAR}|{_SHORT})"
                rf"|(?P<m{n}>{_MONTH}) ?[/.\-]{{1,2}} ?(?P<my{n}>{_YEAR})"
                rf"|(?P<ym{n}>{_YEAR})[/.\-](?P<mm{n}>0[1-9]|1[0-2])(?:[/.\-]\d\d)?"
                rf"|(?P<yd{n}>{_YEAR})/(?P<md{n}>[1-9])"
                rf"|(?P<sm{n}>0[1-9]|1[0-2])[/.](?P<sj{n}>{_SHORT})(?![/.]\d\d)"
                rf"|(?P<year{n}>{_YEAR})|'(?P<quoted{n}>{_SHORT}))(?!\d|/\d(?!\d{{3}}|\d(?![\d/])))"
            )

        self.range = re.compile(
            rf"(?<![\w/.])(?<!\d-)(?<!\d\d )(?P<between>(?:{of('between')}) )?"
            rf"(?:(?:{day}[ .])?(?P<first>{month})\.?(?={separator}(?:{day} )?{month}\b)|"
            rf"(?P<first_number>0[1-9]|1[0-2])(?= ?(?:-|{to}) ?{_MONTH}[/.]{_YEAR})|{moment(1)})"
            rf"(?:(?:(?(between) (?:{of('between_and')}) |(?!))|{separator}|{lost})"
            rf"(?:(?P<now>{now})|{expected}{moment(2)}|(?P<rest>(?<=\d[-/])\d\d)(?!\d|[/.-]\d))(?!\w)"
            rf"|(?P<unwritten>{unwritten}))"
        )
        self.since = re.compile(rf"\b(?:{of('since')}|(?P<weak>{of('from')})) (?:{of('article')})?{moment(1)}(?!\w)")
        self.onwards = re.compile(rf" (?:{of('onwards')})\b")
        self._scattered(of, moment, month, now)
        self.lone = re.compile(rf"(?<![\w/.,-]){moment(1)}(?![\w/%])")
        self.season = re.compile(rf"\b(?P<season>{spell})[ /-]?{genitive} ?(?P<year>{_YEAR})(?!\w)")
        self.winter = re.compile(
            rf"\b(?:{of('winter')}){genitive} (?P<year>{_YEAR})[/-](?P<next>{_YEAR}|\d\d)(?![\w/])"
        )
        self.months = tuple(re.compile("|".join(parts[number::12])) for number in range(12))

    def _scattered(self, of: Callable[[str], str], moment: Callable[[int], str], month: str, now: str) -> None:
        """Build the patterns of dates with a line break or other words between them."""
        to = rf"(?:{of('to')})\b"
        # beside a title in one line, alone in the next: the dates had a column of their own, where even the month and
        # the year of one date may be lines apart
        torn = rf"(?P<torn>{month})\.? {{0,4}}\n(?:[^\n]{{0,200}}\n){{1,3}} {{0,4}}(?P<tornyear>{_YEAR})"
        self.column = re.compile(
            rf"(?:(?<=\n)|\A) {{0,4}}{moment(1)}(?: {{1,4}}| ?[-:|] ?)(?=[^\W\d])[^\n]{{3,90}}\n {{0,4}}(?:{to} )?"
            rf"(?:(?P<now>{now})|{moment(2)}|{torn})(?P<unwritten>(?!))?(?P<rest>(?!))?[ .)]{{0,4}}(?=\n|\Z)"
        )
        # in a sentence: "from January 2018 I worked for Acme as an analyst until March 2021"
        self.apart = re.compile(
            rf"\b(?:{of('begun')}) (?:{of('article')})?{moment(1)}(?!\w)[^.;\d\n]{{3,120}}?\b(?:{of('left')}) "
            rf"(?:{of('article')})?(?:(?P<now>{now})|{moment(2)})(?!\w)(?P<unwritten>(?!))?(?P<rest>(?!))?"
        )
        # "(from April 2023 to December" with the year in the next line
        self.broken = re.compile(
            rf"(?:(?:{_DASH}|\b{to}) {{0,2}}{month}\.?|\d {{1,2}}{to}) {{0,2}}(?P<break>\n) {{0,4}}"
            rf"(?=(?:{_YEAR}|{month}\b|{now}\b))"
        )


_words = built(_Words)

_Months = tuple[int, int]  # first and last month that a moment may mean, counted from year 0


@dataclass(frozen=True, slots=True)
class DateRange:
    """A stated range: ``start`` and ``end`` as ``YYYY-MM`` or ``YYYY``, both inclusive; ``current`` where it is open.

    ``widest`` is the range from the first to the last month that the words allow. ``sure`` is false where they may be
    no dates at all ("March 15 to April 20", "03/14 - 12/21") or no end is written ("2013 -").
    """

    start: str
    end: str | None
    current: bool
    evidence: Evidence
    widest: tuple[str, str | None]
    sure: bool = True


def find_ranges(text: str | ReadText) -> tuple[DateRange, ...]:
    """Return the date ranges of ``text`` in its order; empty where there are none.

    "03/2019 - 06/2021", "mars 2019 à aujourd'hui", "2019-03 – 2021-06", "March - June 2019", "since 2018",
    "Summer 2019", "03/14 - 12/21". A month or year alone is not a range, but "June 2019 Cook" above "May 2020" is one.

    >>> [(r.start, r.end) for r in find_ranges("Jan'19 to Mar 2020; 2006 – 2012; since 2013")]
    [('2019-01', '2020-03'), ('2006', '2012'), ('2013', None)]
    """
    read = as_read(text)
    folded = _rejoined(read.folded)
    ranges: list[DateRange] = []
    for start, end in _dated_lines(folded):
        taken = start
        matches = [m for pattern in _patterns() for m in pattern.finditer(folded, start, end)]
        if glued := _GLUED.match(folded, start, end):
            matches.append(glued)
        matches.sort(key=lambda m: m.start())
        for match, following in zip_longest(matches, matches[1:]):
            if match.start() < taken or _is_list(match, read.text) or _goes_on(match, following):
                continue
            taken = match.end()
            if found := _range(match, read.text):
                ranges.append(found)
    told = _told_apart(read, ranges)
    spans = [(item.evidence.start, item.evidence.end) for item in told]
    ranges = [held for held in ranges if not _inside(spans, held.evidence.start)]  # "since 2012 ... until 2015"
    return tuple(sorted([*ranges, *told, *_columns(read, ranges)], key=lambda item: item.evidence.start))


def _told_apart(read: ReadText, ranges: Sequence[DateRange]) -> list[DateRange]:
    """Return the ranges with other words between their ends, where none with a written end stands in them."""
    ended = sorted(item.evidence.start for item in ranges if item.end)
    found = (_range(match, read.text) for match in _words().apart.finditer(read.folded))
    return [
        replace(item, sure=False)
        for item in found
        if item and bisect_left(ended, item.evidence.start) == bisect_left(ended, item.evidence.end)
    ]


def _inside(spans: Sequence[tuple[int, int]], position: int) -> bool:
    """Tell whether ``position`` stands in one of the spans, which are in order and apart."""
    index = bisect_right(spans, position, key=lambda span: span[0]) - 1
    return index >= 0 and position < spans[index][1]


def find_lone(read: ReadText, start: int, end: int) -> DateRange | None:
    """Return the one month or year that a line names, as a range that is not sure; ``None`` where there are several."""
    found = list(islice(_words().lone.finditer(read.folded, start, end), 2))
    months = _months(found[0], 1, american=False) if len(found) == 1 else None
    if months is None or found[0]["yd1"] or (_two_digits(found[0]) and not found[0]["quoted1"]):
        return None
    return _dated(months, months, months, found[0], read.text, sure=False)


def _columns(read: ReadText, ranges: Sequence[DateRange]) -> Iterator[DateRange]:
    taken = {line_around(read.text, item.evidence.start)[0] for item in ranges}
    for match in _words().column.finditer(read.folded):
        lines = {line_around(read.text, at)[0] for at in match.span()}
        if match["year1"] is None and not lines & taken and (found := _range(match, read.text)):
            yield replace(found, sure=False)


def _rejoined(folded: str) -> str:
    """Return the text with a blank where a line breaks within a range; every other character stays."""
    breaks = [-1, *(match.start("break") for match in _words().broken.finditer(folded)), len(folded)]
    return " ".join(folded[last + 1 : at] for last, at in pairwise(breaks))


def _patterns() -> tuple[re.Pattern[str], ...]:
    words = _words()
    return words.winter, words.range, words.since, words.season  # of those that begin at one place the first counts


def _dated_lines(folded: str) -> Iterator[tuple[int, int]]:
    """Yield the lines with two digits; one that ends in a dash goes on in the next."""
    begin: int | None = None
    for start, end in lines_of(folded):
        begin = start if begin is None else begin
        if not _DIGITS.search(folded, begin, end):
            begin = None
        elif not (begin == start and _DASH_AT_END.search(folded, max(start, end - 8), end)):
            yield begin, end
            begin = None
    if begin is not None:
        yield begin, len(folded)


def _is_list(match: re.Match[str], text: str) -> bool:
    """Tell whether one plain blank stands between two years, "Office 2016 2019": a list, where a tab is a lost dash."""
    if match.re is not _words().range or match["lost"] is None:
        return False
    if _two_digits(match):
        return True
    if text[match.start("lost") : match.end("lost")] != " ":
        return False
    return not (match["year1"] is None and match["now"] is None and match["year2"] is None)


def _goes_on(match: re.Match[str], following: re.Match[str] | None) -> bool:
    """Tell whether "since June 2014" is the start of a range, or "from June 2014" is followed by anything."""
    if match.re is not _words().since:
        return False
    if following is not None and following.re is _words().range and following.start() < match.end():
        return True
    ends = _LINE_END.match(match.string, match.end()) or _words().onwards.match(match.string, match.end())
    return match["weak"] is not None and not ends


def _two_digits(match: re.Match[str]) -> bool:
    """Tell whether a year of two digits may be a day or a number; after a month's name an apostrophe says it is not."""
    group = match.groupdict()
    if any(group.get(f"{key}{n}") for key in ("sm", "quoted") for n in (1, 2)):
        return True
    years = (f"short{n}" for n in (1, 2) if group.get(f"short{n}"))
    return any(match.string[match.start(name) - 1] != "'" for name in years)


def _range(match: re.Match[str], text: str) -> DateRange | None:
    words, group = _words(), match.groupdict()
    sure = not _two_digits(match) and not any(map(group.get, ("unwritten", "first_number", "weak", "yd1", "yd2")))
    end: _Months | None
    if match.re is words.winter:  # "winter 2018/19"
        year = int(match["year"])
        months = (year * 12 + 11, year * 12 + 14)
        following = (year + 1) % 10 ** len(match["next"]) == int(match["next"])
        return _dated(months, months, months, match, text, sure) if following else None
    if match.re is words.season:
        start = end = _season(match["season"], int(match["year"]))
        return _dated(start, end, start, match, text, sure)
    if match.re is _GLUED:
        start, end = ((year * 12, year * 12 + 11) for year in (int(match["from"]), int(match["to"])))
    else:
        american = any(int(group.get(f"dm{n}") or 0) > 12 for n in (1, 2))
        current = match.re is words.since or group["now"] is not None or group["unwritten"] is not None
        end = None if current else _second(match, american)
        if (name := group.get("first") or group.get("first_number")) and end is not None:  # "March - June 2019"
            month = _month_number(name) if group.get("first") else int(name) - 1
            start = (end[0] // 12 * 12 + month,) * 2
        elif name:
            return None
        else:
            found = _months(match, 1, american)
            if found is None or (end is None and not current):
                return None
            start = found
    wide = min(start[0], _other_order(match, 1) or start[0])
    if end is None:
        return _dated(start, None, (wide, None), match, text, sure)
    return _dated(start, end, (wide, max(end[1], _other_order(match, 2) or 0)), match, text, sure)


def _dated(
    start: _Months, end: _Months | None, widest: tuple[int, int | None], match: re.Match[str], text: str, sure: bool
) -> DateRange | None:
    if end is not None and (end[1] < start[0] or end[0] - start[0] > _LONGEST):
        return None
    first = _text(start[0])[: 4 if _is_year(start) else None]
    last = None if end is None else _text(end[1])[: 4 if _is_year(end) else None]
    wide = _text(widest[0]), None if widest[1] is None else _text(widest[1])
    return DateRange(first, last, last is None, quote(text, *match.span()), wide, sure)


def _is_year(months: _Months) -> bool:
    return months[1] - months[0] == 11


def _second(match: re.Match[str], american: bool) -> _Months | None:
    """Return the end of a range: a moment, or the rest of a year ("2018-19")."""
    if name := match.groupdict().get("torn"):
        return (int(match["tornyear"]) * 12 + _month_number(name),) * 2
    if match["rest"] is None:
        return _months(match, 2, american)
    if match["year1"] is None:
        return None
    year = int(match["year1"]) // 100 * 100 + int(match["rest"])
    return (year * 12, year * 12 + 11) if int(match["rest"]) > 12 else None  # "2010-12" is a month


def _months(match: re.Match[str], n: int, american: bool) -> _Months | None:
    group = match.groupdict()
    years = ("ny", "yn", "sy", "ys", "dy", "my", "ym", "yd", "year", "short", "sj", "quoted")
    year = next((int(group[f"{key}{n}"]) for key in years if group[f"{key}{n}"]), None)
    if year is None:
        return None
    if year < 100:
        year += 1900 if year > 35 else 2000
    if season := group[f"season{n}"] or group[f"season_after{n}"]:
        return _season(season, year)
    if name := group[f"name{n}"] or group[f"name_after{n}"]:
        return (year * 12 + _month_number(name),) * 2
    if group[f"d{n}"]:
        number = int(group[f"d{n}"] if american else group[f"dm{n}"])
        return (year * 12 + number - 1,) * 2 if 1 <= number <= 12 else None
    month = group[f"m{n}"] or group[f"mm{n}"] or group[f"md{n}"] or group[f"sm{n}"]
    return (year * 12 + int(month) - 1,) * 2 if month else (year * 12, year * 12 + 11)


def _other_order(match: re.Match[str], n: int) -> int | None:
    """Return the month of "03/04/2019" if the month came first, where nothing in the range settles it."""
    group = match.groupdict()
    numbers = [int(group.get(f"{key}{m}") or 0) for key in ("d", "dm") for m in (1, 2)]
    found = _months(match, n, american=True) if max(numbers) <= 12 and group.get(f"d{n}") else None
    return found[0] if found else None


def _season(name: str, year: int) -> _Months:
    words = _words()
    first = year * 12 + (words.seasons.get(name) or words.thirds[name]) - 1
    return first, first + (2 if name in words.seasons else 3)


def _month_number(name: str) -> int:
    return next(i for i, month in enumerate(_words().months) if month.fullmatch(name))


def _text(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"
