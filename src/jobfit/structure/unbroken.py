"""Line ends that a CV lost: pasted into one field of a form, written out by a program, joined by bullets.

The rules for positions read lines. Where a text has none to speak of, this finds where lines ended: at bullets, around
headings, and around the dates and the title of a position. What is not plain stays one line.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from jobfit.folding import fold
from jobfit.lexicon import Lexicon, built
from jobfit.records import Kind
from jobfit.structure.capitals import without_capitals
from jobfit.structure.dates import find_ranges
from jobfit.structure.education import find_levels
from jobfit.structure.languages import find_languages
from jobfit.structure.sections import Heading, headings_anywhere, lines_of
from jobfit.structure.text import ReadText
from jobfit.structure.titles import names_role, role_pattern

_LONG = 300  # characters of a line that is more than one
_SHARE = 0.8  # of a text that such lines hold where the line ends were lost
_SIGNS = "•▪●◦‣·♦►➢✓■\ufffd"
_BULLET = re.compile(rf"[ \t]{{1,3}}(?=[{_SIGNS}] ?\S)|(?<=[.;:!?])[ \t](?=[-*–] ?[A-ZÀ-Þ])")
_CONTACT = re.compile(r"\s(?=\S{1,64}@\S{3,64})|(?<=[a-z])\s(?=\+\d)|(?<=\.[a-z]{2})\s|(?<=\.[a-z]{3})\s")
_SIGN = re.compile(rf"([{_SIGNS}|*~#_=-])\s")
_HEAD = 300  # characters in which a profile begins
_NEAR = 15  # characters before a label that say whose it is
_SEVERAL = 2  # headings with a sign behind them, at least, where the sign stands for a line end
_BESIDE = 160  # characters before or after dates in which the title of a position stands
_NAMES = 80  # characters of names between a title and its dates
_BODY = 200  # characters below a heading that show what it opens
_STOP = re.compile(rf"[.!?;]\s|[{_SIGNS}\n\t]")
_TOKEN = re.compile(r"\S+")
_EDGE = "()[]{}«»\"'.,:;–—-|/@&+"
_OF_TITLE = re.compile(r"(?: [a-zß-ÿ'’]{2,20}){1,3}(?=[,;(|]| [-–])")  # "Chauffeur poids lourd, Acme"
_EMPLOYER = re.compile(r"\s([A-ZÀ-Þ][\w'’&.-]+)")
_BLANKS = f"{_EDGE} \t\n"
_CLOSED = re.compile(r"[^\S\n]{0,3}[)\]:.,;-]{0,3}(?=\s)")
# "Java developer Java developer - Acme", before what comes next
_TWICE = re.compile(
    r"(?<=\s)(?P<headline>[A-Za-zÀ-ÿ][^\n]{2,80}?)\s{1,3}(?P<title>(?P=headline)(?:\s[^\n]{0,80})?)\Z", re.IGNORECASE
)
_SMALL = 2  # words of a title that are written small: "Full stack developer"


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        self.joins = lexicon.words("titles", "joined", "before_employer") | lexicon.words("detection", "stop_words")
        self.ranks = lexicon.words("roles", "ranks")
        self.articles = lexicon.words("years", "articles")
        years, months = (lexicon.union("units", key) for key in ("years", "months"))
        self.duration = re.compile(
            rf"[^\S\n]{{0,2}}[(\[·,]?\s?\d{{1,2}}\+? (?:{years}|{months})\b(?: \d{{1,2}} (?:{months})\b)?[)\]]?"
        )
        self.before_headline, self.after_headline = (
            re.compile(rf"(?<![a-z-])(?:{lexicon.union('exported', key)})(?![a-z])") for key in ("before", "after")
        )
        of = partial(lexicon.union, "masking")
        details = "|".join(part for parts in lexicon.groups("masking", "labels").values() for part in parts)
        labels = (
            rf"(?:{details}|{of('relatives_with_colon', 'parts_of_name', 'documents')})\.? ?:|(?:{of('relatives')})\b"
        )
        number = rf"(?:(?:{of('number_words')})\b|n°)"
        papers = rf"(?:{of('documents')}) ?{number}[.° :]|{number} (?:d\w{{0,2}}['’ ])?(?:{of('documents')})\b"
        self.label = re.compile(rf"(?:\A|(?<!['’]s)\s)(?=(?-i:[A-ZÀ-Þ]))(?:{labels}|{papers})", re.IGNORECASE)
        self.named_things = re.compile(rf"\b(?:{of('named_things')})(?:['’]s)?\Z", re.IGNORECASE)
        self.company = re.compile(rf"\s(?=(?:{lexicon.union('exported', 'company')}) - )")


_words = built(_Words)


def with_line_ends(text: str) -> str:
    """Return ``text`` with line ends in place of blanks, or of signs between blanks, where they were lost.

    >>> print(with_line_ends("Ann Lee | Skills | Java | Languages | French" + " | Knows much" * 30)[:27])
    Ann Lee
    Skills
    Java
    Languag
    """
    if _has_lines(text):
        return text
    for sign in _signs(text, list(_headings(ReadText(without_capitals(text, Kind.CANDIDATE))))):
        text = re.sub(rf"\s{re.escape(sign)}(?:\s{re.escape(sign)})*\s", "\n", text)
    return text if _has_lines(text) else _cut(text, _line_ends(without_capitals(text, Kind.CANDIDATE)))


def _has_lines(text: str) -> bool:
    long = sum(end - start for start, end in lines_of(text) if end - start > _LONG)
    return long == 0 or long < _SHARE * len(text)


def _cut(text: str, places: Iterable[int]) -> str:
    letters = list(text)
    for place in places:
        letters[place] = "\n"
    return "".join(letters)


def _line_ends(text: str) -> list[int]:
    """Return the places of blanks that were line ends: before bullets, around headings and the dates of positions."""
    read = ReadText(text)
    cuts = {match.end() - 1 for match in _BULLET.finditer(text)}
    cuts.update(match.start() for match in _CONTACT.finditer(text, 0, _HEAD))
    words = _words()
    cuts.update(
        label.start()
        for label in words.label.finditer(text)
        if not words.named_things.search(text, max(0, label.start() - _NEAR), label.start())
    )
    for heading in _headings(read):
        cuts.add(heading.start - 1)
        if heading.opens in ("experience", "education") or ":" not in text[heading.start : heading.body]:
            cuts.add(heading.body - 1)
    cuts.update(_of_exported(read))
    cuts.update(_title_of_head(read, min(cuts, default=_HEAD)))
    cuts.update(_around_positions(read, sorted(cuts)))
    return sorted(place for place in cuts if 0 <= place < len(text) and text[place] in " \t")


def _headings(read: ReadText) -> Iterator[Heading]:
    """Yield the headings that are set apart by a stop, a colon or capitals, or whose body shows what they open."""
    text = read.text
    for heading in headings_anywhere(text, read.folded):
        body = text[heading.body : heading.body + _BODY]
        written = text[heading.start : heading.body].strip()
        before = text[max(0, heading.start - 40) : heading.start].split()[-1:]
        if _words().named_things.search(written) and _words().label.match(text, heading.body - 1):
            continue  # "Project Name:"
        if _words().before_headline.match(read.folded, heading.start):
            continue  # "Education Details", of which "Education" is a part
        if written.endswith(":") or (_capitals(written) and not any(map(_capitals, [*before, *body.split()[:1]]))):
            yield heading
        elif before and before[0].casefold() in _words().joins:
            continue  # in a sentence
        elif _shows(heading.opens, body) or (len(written.split()) > 1 and heading.opens in _MAIN):
            yield heading
        elif names_role(fold(" ".join([written, *body.split()[:2]]))):
            continue  # "Project Manager"
        elif not (before and before[0][-1].isalpha()) or (heading.opens == "summary" and heading.start < _HEAD):
            yield heading


def _signs(text: str, headings: Sequence[Heading]) -> list[str]:
    """Return the signs that stand for line ends: "Ann Lee | Education | BSc ... | Skills | Java"."""
    behind, around = Counter[str](), Counter[str]()
    for heading in headings:
        if sign := _SIGN.match(text, heading.body):
            behind[sign[1]] += 1
            around[sign[1]] += text.endswith(f" {sign[1]} ", 0, heading.start)
    return [sign for sign, times in behind.items() if times >= _SEVERAL and around[sign]]


_MAIN = frozenset({"summary", "experience", "education", "skills", "languages", "personal"})


def _capitals(words: str) -> bool:
    return words.isupper() and sum(map(str.isalpha, words)) > 3


def _shows(kind: str, body: str) -> bool:
    """Tell whether the beginning of a section has what its kind has."""
    if kind == "experience":
        return bool(find_ranges(body)) or names_role(fold(body[:80]))
    if kind == "education":
        return bool(find_levels(body) or find_ranges(body))
    if kind == "summary":
        first = body.partition(" ")[0]
        return first[:1].isupper() and first.casefold() in _words().articles
    if kind == "languages":
        return bool(find_languages(ReadText(body[:60])))
    return kind == "skills" and sum(map(body.count, ",•|;/")) > 2


def _of_exported(read: ReadText) -> Iterator[int]:
    """Yield the line ends around headings, headline, latest position and employers of a job board's CV."""
    text, words = read.text, _words()
    before = words.before_headline.search(read.folded)
    behind = words.after_headline.search(read.folded, before.end()) if before else None
    if before is None or behind is None:
        return
    for heading in (before, *words.after_headline.finditer(read.folded, before.end())):
        yield from (heading.start() - 1, heading.end())
    yield from (match.start() for match in words.company.finditer(read.folded, behind.start()))
    above = text[: behind.start()].rstrip()
    if twice := _TWICE.search(above, max(before.end(), len(above) - _BODY)):
        yield from (twice.start("headline") - 1, twice.start("title") - 1)


def _title_of_head(read: ReadText, end: int) -> Iterator[int]:
    """Yield where a title ends at the head, with nothing but names before it: "Ann Lee Head Nurse Leeds"."""
    roles = list(role_pattern().finditer(read.folded, 0, min(end, _NAMES)))
    if roles and _names(read.text[: roles[-1].end()], _SMALL) and _EMPLOYER.match(read.text, roles[-1].end()):
        yield roles[-1].end()


@dataclass(frozen=True, slots=True)
class _Entry:
    """Where dates stand, where the title before them begins, where the line with the title behind them ends."""

    start: int
    end: int
    before: int | None
    behind: int | None


def _around_positions(read: ReadText, cuts: Sequence[int]) -> Iterator[int]:
    """Yield the places before and after the dates and the title of each position."""
    text, entries, done = read.text, list[_Entry](), 0
    ranges = find_ranges(read)
    for number, item in enumerate(ranges):
        start, end = item.evidence.start, item.evidence.end
        following = ranges[number + 1].evidence.start if number + 1 < len(ranges) else len(text)
        above, below = bisect_left(cuts, start) - 1, bisect_left(cuts, end)
        low = max(start - _BESIDE, done, cuts[above] + 1 if above >= 0 else 0)
        high = min(end + _BESIDE, following, cuts[below] if below < len(cuts) else len(text))
        entries.append(_Entry(start, end, _before(read, low, start), _behind(read, end, high)))
        done = end
    votes = sum((e.behind is not None) - (e.before is not None) for e in entries)
    for entry in entries:
        if entry.behind is not None and (votes > 0 or entry.before is None):
            yield entry.start - (2 if text[entry.start - 1 : entry.start] in ("(", "[") else 1)
            yield entry.behind
            yield from _title_end(read, entry.end, entry.behind)
        elif entry.before is not None:
            yield entry.before - 1
            yield from _title_end(read, entry.before, entry.start)
            yield _after_dates(read, entry.end)


def _title_end(read: ReadText, start: int, end: int) -> Iterator[int]:
    """Yield where a title ends before the name of an employer: "Web Developer Acme", where other words stand before."""
    roles = list(role_pattern().finditer(read.folded, start, end))
    behind = _EMPLOYER.match(read.text, roles[-1].end(), end) if roles else None
    if behind and behind[1].casefold() not in _words().joins and read.text[start : roles[-1].start()].strip(_BLANKS):
        yield behind.start()


def _after_dates(read: ReadText, end: int) -> int:
    for pattern, text in ((_words().duration, read.folded), (_CLOSED, read.text)):
        if match := pattern.match(text, end):
            end = match.end()
    return end


def _before(read: ReadText, low: int, start: int) -> int | None:
    """Return where the title begins that stands before dates, with nothing but names between them."""
    text = read.text
    low = max([low, *(stop.end() for stop in _STOP.finditer(text, low, start))])
    role = max(role_pattern().finditer(read.folded, low, start), key=lambda match: match.end(), default=None)
    if role is None or start - role.end() > _NAMES or not _names(text[role.end() : start], _SMALL):
        return None
    begin, small = role.start() if _named(text[slice(*role.span())]) else None, _SMALL
    for token in reversed(list(_TOKEN.finditer(text, low, role.start()))):
        word = token.group().strip(_EDGE)
        joined = word.casefold() in _words().joins
        if token.group()[-1] in ",:.)" or word.isdigit() or (small == 0 and begin is None):
            break
        if word and _named(word):
            begin = token.start()
            if word.casefold() in _words().ranks:
                break
        elif begin is None and not joined:
            small -= 1
        elif begin is None or not joined:
            break
    return begin


def _behind(read: ReadText, end: int, high: int) -> int | None:
    """Return where the line ends that has a title behind its dates, with nothing but names between them."""
    text = read.text
    roles = list(role_pattern().finditer(read.folded, end, high))
    if not roles or roles[0].start() - end > _NAMES:
        return None
    between = text[end : roles[0].start()]
    if not _names(between, _SMALL) or _words().articles.intersection(between.casefold().split()[-1:]):
        return None  # also "2020 - 2022 Acme Was a developer"
    of_title = _OF_TITLE.match(text, roles[0].end(), high)
    last, brackets, small = of_title.end() if of_title else roles[0].end(), 0, _SMALL
    for token in _TOKEN.finditer(text, last, high):
        word = token.group().strip(_EDGE)
        if brackets <= 0 and word:
            if any(role.start() < token.end() and token.start() < role.end() for role in roles):
                last = token.end()
            elif _named(word):
                last, small = max(last, token.start() - 1), 0
            elif word.casefold() not in _words().joins:
                if small == 0 or not text[last : token.start()].strip():
                    return last  # a sentence goes on, which began with the word before
                last, small = token.end(), small - 1  # "Commis de cuisine"
            if token.group()[-1] in ".;":
                return token.end()
            if token.group()[-1] == ":":
                return last  # "Tasks:"
        brackets += token.group().count("(") - token.group().count(")")
    return high


def _named(word: str) -> bool:
    """Tell whether a word is written like a name: "Java", "iOS", "2nd"."""
    return not word.islower() or not word[0].isalpha()


def _names(words: str, small: int = 0) -> bool:
    """Tell whether words are names, or small ones that join names; so many others may be written small."""
    bare = [word.strip(_EDGE) for word in words.split()]
    return sum(bool(word) and not _named(word) and word.casefold() not in _words().joins for word in bare) <= small
