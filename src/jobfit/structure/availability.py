"""When somebody can begin: a candidate's notice, and the date from which a vacancy is to be filled."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from functools import partial

from jobfit.lexicon import Lexicon, built
from jobfit.records import Stated
from jobfit.structure.spans import stated
from jobfit.structure.text import ReadText, as_read

_LONGEST = 366  # days
_NEAR = 30
_OPENS = re.compile(r"(?:^|[\n.;|•·*–—-])[ \t]{0,3}\Z")
_CLOSES = re.compile(r" {0,2}(?:[.,;|\n–—(]|- |\Z)")


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "availability")
        units = lexicon.groups("availability", "units")
        self.units = tuple((int(days), re.compile("|".join(parts))) for days, parts in units.items())
        self.numbers = lexicon.numbers("years", "numbers")
        unit = "|".join(part for parts in units.values() for part in parts)
        number, to = "|".join(self.numbers), lexicon.union("pay", "to")

        def count(n: int) -> str:
            return rf"(?P<n{n}>\d{{1,3}}|{number})(?P<most{n}> ?(?:-|{to}) ?\d{{1,3}})?[ -]?(?P<unit{n}>{unit})\b"

        self.notice = re.compile(
            rf"\b(?:{of('notice')}) ?(?:[:(-] ?)?{count(1)}|(?<![\w.,]){count(2)}(?:{of('notice_after')})\b|"
            rf"\b(?:{of('within')}) {count(3)}"
        )
        self.at_once = re.compile(rf"\b(?:{of('at_once')})\b")
        self.not_mine = re.compile(rf"\b(?:{of('not_mine')})")
        months = [lexicon.of(code, "dates").get("months", ()) for code in lexicon.languages]
        named_months = [f"(?:{'|'.join(words)})" for words in zip(*filter(None, months))]
        named = "|".join(f"(?P<m{index}>{words})" for index, words in enumerate(named_months, 1))
        ordinals = lexicon.union("dates", "ordinals")
        day = rf"(?P<day>\d{{1,2}})(?: ?(?:{ordinals}))?"
        weekday = rf"(?:(?:{of('weekdays')}),? )?"
        around = rf"(?:(?:{'|'.join(lexicon.numbers('dates', 'thirds'))}|{of('around')})[ -](?:of |de |d')?)?"
        self.date = re.compile(
            rf"[ :(-]{{0,4}}{around}{weekday}(?:(?P<m_alone>0?[1-9]|1[0-2])[/.](?P<y4>\d{{4}})(?!\d)|"
            rf"(?P<a>\d{{1,2}})(?P<sep>[/.-])(?P<b>\d{{1,2}})[/.-](?P<y1>\d{{4}}|\d{{2}})(?!\d)|"
            rf"(?P<y2>\d{{4}})-(?P<b2>\d{{2}})(?:-(?P<c2>\d{{2}}))?(?!\d)|"
            rf"(?:{day} (?:of )?)?(?:{named})\.? (?:(?P<day2>\d{{1,2}})(?:{ordinals})?,? )?(?P<y3>\d{{4}})(?!\d))"
        )
        self.before_start = re.compile(rf"(?<!\w){self.date.pattern} (?:{of('start_after')})\b")
        self.start = re.compile(rf"(?:\b|(?<=[a-z]))(?:{of('start')})")
        self.now = re.compile(rf"[ :(-]{{0,4}}(?:{of('now')})\b")
        self.start_now = re.compile(rf"(?:\b|(?<=[a-z]))(?:{of('start_now')})\b")


_words = built(_Words)


def find_notice(text: str | ReadText, apart: bool = False) -> Stated[int] | None:
    """Return the days after which a candidate can begin, 0 for at once; ``None`` where the text does not say so.

    ``apart``: only what has a label ("Notice period: 15 days") or is all of a sentence ("Available immediately."),
    which nobody writes of a position of the past.
    Of a range ("1-3 months") it is the least, and not sure.

    >>> find_notice("Notice period: 3 months").value, find_notice("Disponible immédiatement").value
    (90, 0)
    """
    read, words = as_read(text), _words()
    for match in words.notice.finditer(read.folded):
        group = next(n for n in (1, 2, 3) if match[f"n{n}"])
        number, unit = match[f"n{group}"], match[f"unit{group}"]
        days = next(days for days, pattern in words.units if pattern.fullmatch(unit))
        total = days * (int(number) if number.isdigit() else words.numbers[number])
        if apart and ":" not in match.group() and not (match["n1"] and _is_sentence(read.folded, match)):
            continue
        if total <= _LONGEST and not _of_others(read.folded, match):
            return replace(stated(total, read.text, *match.span()), sure=match[f"most{group}"] is None)
    for match in words.at_once.finditer(read.folded):
        if (not apart or _is_sentence(read.folded, match)) and not _of_others(read.folded, match):
            return replace(stated(0, read.text, *match.span()), sure=True)
    return None


def _is_sentence(folded: str, match: re.Match[str]) -> bool:
    return _OPENS.search(folded, max(0, match.start() - 4), match.start()) is not None and (
        _CLOSES.match(folded, match.end()) is not None
    )


def _of_others(folded: str, match: re.Match[str]) -> bool:
    around = folded[max(0, match.start() - _NEAR) : match.start()], folded[match.end() : match.end() + 15]
    return any(_words().not_mine.search(piece) for piece in around)


def find_start(text: str | ReadText, month_first: bool | None = None) -> Stated[str] | None:
    """Return from when a vacancy is to be filled: ``YYYY-MM-DD``, ``YYYY-MM`` or ``now``; ``None`` where none is said.

    ``month_first`` says how the place writes "06/07/2026"; where it is unknown such a date is not read.

    >>> find_start("Prise de poste : 1er septembre 2026").value, find_start("Start date: ASAP").value
    ('2026-09-01', 'now')
    """
    read, words = as_read(text), _words()
    for match in words.start.finditer(read.folded):
        if date := words.date.match(read.folded, match.end()):
            if value := _date(date, month_first):
                return replace(stated(value, read.text, match.start(), date.end()), sure=True)
        elif now := words.now.match(read.folded, match.end()):
            return replace(stated("now", read.text, match.start(), now.end()), sure=True)
    for date in words.before_start.finditer(read.folded):
        if value := _date(date, month_first):
            return replace(stated(value, read.text, *date.span()), sure=True)  # "January 2027 start"
    soon = words.start_now.search(read.folded)
    return replace(stated("now", read.text, *soon.span()), sure=True) if soon else None


def _date(match: re.Match[str], month_first: bool | None) -> str | None:
    if match["y4"]:
        return _iso(int(match["y4"]), int(match["m_alone"]), None)
    if match["y3"]:
        month = next(n for n in range(1, 13) if match[f"m{n}"])
        day = match["day"] or match["day2"]
        return _iso(int(match["y3"]), month, int(day) if day else None)
    if match["y2"]:
        return _iso(int(match["y2"]), int(match["b2"]), int(match["c2"]) if match["c2"] else None)
    first, second, year = int(match["a"]), int(match["b"]), int(match["y1"])
    if month_first is None and match["sep"] == ".":
        month_first = False  # dots stand between day and month
    if first > 12 or second > 12:
        month_first = second > 12
    elif first == second:
        month_first = True
    if month_first is None:
        return None
    month, day_ = (first, second) if month_first else (second, first)
    return _iso(year if year > 99 else 2000 + year, month, day_)


def _iso(year: int, month: int, day: int | None) -> str | None:
    if not (1950 <= year <= 2100 and 1 <= month <= 12 and (day is None or 1 <= day <= monthrange(year, month)[1])):
        return None
    return f"{year}-{month:02}" if day is None else f"{year}-{month:02}-{day:02}"
