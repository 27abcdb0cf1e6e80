"""The time of experience that a vacancy asks for: how much at least, how much at most, and in what.

Every duration of a sentence is found; it counts where the words around it say that experience is asked for. The age of
a company, a contract, a course of study, a person's age and a period of notice are durations as well, and never count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from jobfit.lexicon import Lexicon, built
from jobfit.records import Evidence
from jobfit.structure.spans import quote
from jobfit.structure.text import ReadText, as_read

_DEMANDS = frozenset({"requirements", "profile", "skills", "education", "experience", "nice_to_have"})
_SILENT = frozenset({"company", "application"})
_MOST = 20 * 12  # more is the age of a company
# Reach in characters, so that the time stays linear in a text without sentences.
_SENTENCE, _BEFORE, _AFTER, _WHERE = 160, 80, 100, 100
_OTHER = 30  # characters of a second field behind "or"
_CLAUSE_END = re.compile(r"[.;\n•*|](?![\w+#])")
# "Python (6+ years), SQL (3+ years)": what stands before the bracket
_ITEM = re.compile(r"(?:\A|[\n,;:•*|/–]|- )\s{0,3}(?P<item>[^\W_][^\n,;:•*|()]{0,39}?) ?\((?:[^\W\d_]{2,12} ){0,3}\Z")
_COMMA = re.compile(" ?,")
_EDGES = " \t\n-–—:,'’\"/*•("

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Years:
    """A time of experience in months: at least one of ``minimum`` and ``maximum`` is set.

    ``where`` quotes in what it must lie; ``None`` where any work counts. ``optional`` where the words beside it say
    that something else will do ("or a degree", "beginners welcome"), ``firm`` where the number is set as a limit ("3+",
    "at least 3", "3 to 5").
    """

    minimum: int | None
    maximum: int | None
    evidence: Evidence
    where: Evidence | None = None
    optional: bool = False
    firm: bool = False


class _Counted:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "years")
        self.numbers: dict[str, float] = dict(lexicon.numbers("years", "numbers"))
        self.articles = lexicon.words("years", "articles")
        self.numbers |= dict.fromkeys(self.articles, 1) | dict.fromkeys(lexicon.parts("years", "halves"), 0.5)
        names = "|".join(sorted(self.numbers, key=len, reverse=True))
        half = rf"(?: (?:{of('and_half')})\b)"
        units = rf"(?:{lexicon.union('units', 'years', 'months')})\b"
        plus = rf"(?: ?\+| ?-?(?:{of('plus')})\b)"
        to = rf" ?(?:-|/|(?:{of('to')})\b) ?"

        def number(n: int) -> str:
            return (
                rf"(?P<n{n}>\d{{1,3}}(?:[.,]\d{{1,2}})?½?|½|(?<!\w)(?<!\w-)(?:{names})(?!\w))"
                rf"(?: ?\((?:\d{{1,2}}|{names})(?:{to}(?:\d{{1,2}}|{names}))?\+?\))?(?P<half{n}>{half})?"
            )

        # "3-5+ years", "6 months to 1 year", "between two and four years", "a year and a half"
        self.duration = re.compile(
            rf"(?:(?P<between>\b(?:{of('between')}) )|(?<![\d$€£#½+])(?<!\d[.,/-])(?<!\+ )){number(1)}"
            rf"(?P<more>{plus})?(?: ?-?(?P<unit1>{units}))?"
            rf"(?:(?(between) (?:{of('and')}) |{to}){number(2)})?"
            rf"(?P<plus>{plus})?(?P<unit>(?(unit1)(?: ?-?{units})?| ?-?{units}))(?:'(?:s\b)?)?(?P<half>{half})?"
        )
        # the unit comes first: "Years of experience: 5"
        self.labelled = re.compile(
            rf"\b(?P<unit>{units})'? ?(?:(?:{of('link')}) ?)?(?:{of('named')})\b[^.;\n\d]{{0,20}}: {{0,2}}{number(1)}"
            rf"(?:{to}{number(2)})?(?P<plus>{plus})?(?!{to}\d| ?(?:{units}))"
        )
        self.unit = re.compile(units)
        self.months = re.compile(lexicon.union("units", "months"))


_counted = built(_Counted)


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of, short = partial(lexicon.union, "years"), lexicon.union("years", "link")
        self.named = re.compile(rf"\b(?:{of('named')})")
        self.least, self.most = (
            re.compile(rf"(?<!\w)(?<!\w-)(?:{of(key)})[ :]{{0,2}}(?:(?:{of('of')}) ?)?$")
            for key in ("at_least", "at_most")
        )
        self.least_after = re.compile(rf" ?\(?(?:{of('least_after')})\b")
        self.most_after = re.compile(rf" ?\(?(?:{of('most_after')})\b")
        self.denied_before = re.compile(rf"(?<!\w)(?<!\w-)(?:{of('denied_before')})[ :(-]{{0,3}}$")
        self.denied_after = re.compile(rf"[ -]?(?:{of('denied_after')})\b")
        self.follows = re.compile(rf" ?(?:{of('follows')})| (?:\w{{2,20}} )?\w{{2,20}}ing\b")
        self.doing = re.compile(r"\w{2,20}ing\b")
        self.introduces = re.compile(rf"(?:^|[:(,|-]|\b(?:{of('introduces')}))[ '(]{{0,3}}$")
        self.others = re.compile(rf"\b(?:{of('others')})\b")
        self.asks = re.compile(rf"\b(?:{of('asks')})")
        self.boasts = re.compile(rf"\W{{0,6}}(?:{of('boasts')}) ?(?:\w{{1,12}} ){{0,3}}")
        self.you = re.compile(rf"\b(?:{of('you')})\b")
        self.optional = re.compile(rf"\b(?:{of('optional')})")
        self.beginners = re.compile(rf"\b(?:{of('beginners')})")
        self.or_study = re.compile(rf"\b(?:{of('or_study')})")
        self.study_or = re.compile(
            rf"\b(?:{of('study')})[^.;\n]{{0,60}}\b(?:{of('either')})[ ,]{{1,2}}(?:{of('of')})?$"
        )
        self.study_with = re.compile(
            rf"\b(?:{of('study')})[^.;\n]{{0,60}}\b(?:{of('either')}) "
            rf"[^.;,\n]{{0,30}}\b(?:{of('study')})[^.;,\n]{{0,30}}\b(?:{of('with_it')}) ?$"
        )
        self.hoped = re.compile(rf"\b(?:{of('hoped')})\b[^.;:\n]{{0,40}}$")
        self.instead = re.compile(rf"\b(?:{of('either')})\W{{0,3}}$")
        self.either = re.compile(of("either"))
        # "or more", "or a degree" name no other field
        self.no_other = re.compile(rf"\d|(?:{of('no_other')}|{of('study')}|{of('named')})")
        self.general = re.compile(rf"(?:{of('general')})\b(?![-/])")
        # "has worked with Java for", "vous pratiquez Java depuis"
        self.practised = re.compile(rf"\b(?:{of('practised')})\b(?P<what>[^.;:\n]{{0,60}}?) (?:{of('lasted')}) ?$")
        self.with_study = re.compile(rf"(?:{of('study')})")
        self.link = re.compile(rf"(?:{short})(?![\w+#])|(?:{of('elided')})")
        self.determiner = re.compile(rf"(?:{of('determiners')})(?![\w+#])|(?:{of('elided')})")
        self.trailing = re.compile(rf" (?:{short})$")
        # "sales, marketing or": one list of fields
        another = "|".join((of("where_ends", "link", "with_it"), lexicon.union("demands", "no_field")))
        item = rf"(?!(?:{another}|{lexicon.union('unlisted', 'strength')})\b)[\w&/+#'-]{{2,20}}"
        self.list_or = re.compile(rf"(?:, ?{item}(?: {item}){{0,2}}){{1,4}},? (?:{of('either')})(?= {item})")
        self.where_ends = re.compile(rf"[()\n•|,]|[.;:*!?](?![\w+#])|\s[-–—]|[-–—]\s|(?<!\w)(?:{of('where_ends')})\b")


_words = built(_Words)


@dataclass(frozen=True, slots=True)
class _Duration:
    start: int
    end: int
    low: float
    high: float | None
    plus: bool
    bare: bool  # "a year", which is mostly something else

    @property
    def known(self) -> bool:
        return 0 < max(self.low, self.high or 0) <= _MOST


def find_years(sentence: str | ReadText, section: str | None = None) -> tuple[Years, ...]:
    """Return the times of experience that ``sentence`` asks for, in order; may be empty.

    "3+ years", "2-4 years" (both ends), "up to 2 years" (a maximum alone), "1.5 years", "a year and a half", "18 mois".
    In a ``section`` of demands "3 years of Java" counts without the word *experience*.

    >>> [(found.minimum, found.maximum) for found in find_years("Two to four years of experience in sales")]
    [(24, 48)]
    """
    read, words = as_read(sentence), _words()
    if section in _SILENT or not _counted().unit.search(read.folded):
        return ()
    durations = sorted(_durations(read.folded), key=lambda item: item.start)
    bounds = [0, *(item.end for item in durations)], [*(item.start for item in durations[1:]), len(read.folded)]
    optional = bool(durations) and words.beginners.search(read.folded) is not None
    found = (
        _Clause(read, section, duration, first, last).read_years(optional)
        for duration, first, last in zip(durations, *bounds)
        if duration.known
    )
    labelled = (_labelled(read, match, optional) for match in _counted().labelled.finditer(read.folded))
    return tuple(years for years in (*found, *labelled) if years is not None)


def _durations(folded: str) -> Iterator[_Duration]:
    counted = _counted()
    for match in counted.duration.finditer(folded):
        unit = match["unit"].strip(" -") or match["unit1"]
        start = match.start() if match["n2"] else match.start("n1")
        low = _months(match["n1"], match["half1"], match["unit1"] or unit)
        high, bare = None, match["n1"] in counted.articles
        if match["n2"]:
            high = _months(match["n2"], match["half2"] or match["half"], unit)
            if high <= low:  # "Windows 7/8 ..." is no range
                start, low, high, bare = match.start("n2"), high, None, match["n2"] in counted.articles
        elif match["half"]:
            low = _months(match["n1"], match["half"], unit)
        plus = match["plus"] or (match["more"] and high is None)
        yield _Duration(start, match.end(), low, high, bool(plus), bare)


def _months(number: str, half: str | None, unit: str) -> float:
    counted = _counted()
    count = counted.numbers.get(number)
    if count is None:
        count = float(number.replace(",", ".").rstrip("½") or 0) + 0.5 * number.endswith("½")
    return (count + 0.5 * (half is not None)) * (1 if counted.months.fullmatch(unit) else 12)


def _labelled(read: ReadText, match: re.Match[str], optional: bool) -> Years | None:
    low = _months(match["n1"], match["half1"], match["unit"])
    high = _months(match["n2"], match["half2"], match["unit"]) if match["n2"] else None
    duration = _Duration(match.start("n1"), match.end(), low, high, match["plus"] is not None, bare=False)
    if not duration.known:
        return None
    return Years(*_limits(duration, plus=duration.plus), quote(read.text, *match.span()), optional=optional)


def _limits(duration: _Duration, plus: bool) -> tuple[int | None, int | None]:
    high = None if plus or duration.high is None else round(duration.high)
    return round(duration.low) or None, high


@dataclass(frozen=True, slots=True)
class _Clause:
    """A duration and what stands around it: ``first`` and ``last`` are where the durations beside it end and begin."""

    read: ReadText
    section: str | None
    duration: _Duration
    first: int
    last: int

    @property
    def demanded(self) -> bool:
        return self.section in _DEMANDS

    def read_years(self, optional: bool) -> Years | None:
        """Return what is asked for; ``None`` where the duration is that of something else."""
        words, folded, duration = _words(), self.read.folded, self.duration
        begin, before = self._before()
        least, most = words.least.search(before), words.most.search(before)
        if least and most:  # "no less than" holds "less than"
            least, most = (least, None) if least.start() <= most.start() else (None, most)
        lead = least or most
        start = begin + lead.start() if lead else duration.start
        left, stop = folded[begin:start], self._clause_end()
        practised = words.practised.search(left)
        denied = None if practised else words.denied_before.search(left)
        if denied or words.denied_after.match(folded, duration.end) or self._others(start):
            return None
        after, named = self._named_after(stop), self._named_before(begin, left, lead is not None)
        least, most = least or self._behind(after, words.least_after), most or self._behind(after, words.most_after)
        plus = duration.plus or least is not None
        if not (practised or self._asked(after or named, start, plus, most is not None)):
            return None
        minimum, maximum = _limits(duration, duration.plus)
        if most and duration.high is None:
            minimum, maximum = None, minimum
        where = self._where(after, named, start, stop)
        if practised and not named:
            where = self._phrase(begin + practised.start("what"), begin + practised.end("what"))
        first = named[0] if named else start
        limits = [limit.end() for limit in (least, most) if limit and limit is not lead]
        ends = (duration.end, after[1] if after else 0, where.end if where else 0, *limits)
        evidence = quote(self.read.text, first, max(ends))
        optional = optional or self._optional(named, begin, left, evidence.end, stop)
        firm = minimum is not None and (duration.plus or least is not None or maximum is not None)
        return Years(minimum, maximum, evidence, where, optional, firm)

    def _behind(self, after: Span | None, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return the limit that stands behind the duration or behind *experience*: "3 years or more"."""
        ends = (self.duration.end, after[1]) if after else (self.duration.end,)
        return next((match for end in ends if (match := pattern.match(self.read.folded, end))), None)

    def _optional(self, named: Span | None, begin: int, left: str, last: int, stop: int) -> bool:
        """Tell whether the words say that less or something else will do."""
        words, folded = _words(), self.read.folded
        if named and words.optional.search(folded, max(begin, named[0] - 15), last):
            return True
        if words.study_or.search(left) or words.instead.search(left) or words.hoped.search(left):
            return True
        if words.study_with.search(left):  # "a Master's, or a Bachelor's with 3 years"
            return True
        return words.or_study.search(folded, self.duration.end, stop) is not None

    def _before(self) -> tuple[int, str]:
        """Return where the clause that leads to the duration begins, and its words."""
        folded, start = self.read.folded, self.duration.start
        begin = max(self.first, start - _BEFORE)
        for match in _CLAUSE_END.finditer(folded, begin, start):
            if match.group() != "|" or match.start() < folded.rfind("|", begin, start):
                begin = match.end()  # the cell of a row that stands before the duration may name what it is
        return begin, folded[begin:start]

    def _clause_end(self) -> int:
        last = min(self.last, self.duration.end + _AFTER + _WHERE)
        match = _CLAUSE_END.search(self.read.folded, self.duration.end, last)
        return match.start() if match else last

    def _others(self, start: int) -> bool:
        """Tell whether the time is that of the company: "we have 30 years", "With 30 years of experience, Acme is"."""
        words, folded = _words(), self.read.folded
        begin = max(0, start - (40 if self.demanded else _SENTENCE))
        last = max((match.end() for match in words.others.finditer(folded, begin, start)), default=None)
        if last is not None and not words.asks.search(folded, last, start):
            return True
        end = self.duration.end
        boasted = begin == 0 and not self.demanded and words.boasts.fullmatch(folded, 0, start) is not None
        follows = folded[end : end + _SENTENCE]
        return boasted and "," in follows and words.you.search(follows) is None

    def _named_after(self, stop: int) -> Span | None:
        """Return where *experience* stands after the duration; "a year" needs it at once."""
        end = self.duration.end
        return self._named(end, min(stop, end + (25 if self.duration.bare else _AFTER)))

    def _named_before(self, begin: int, left: str, led: bool) -> Span | None:
        found = None
        for match in _words().named.finditer(left):
            found = match
        if found is None or self.duration.bare:
            return None
        between = left[found.end() :]
        if between.count("|") > 1:  # another cell of the row
            return None
        if len(between) > 60 or not (led or not between.strip() or _words().introduces.search(between)):
            return None
        return begin + found.start(), begin + found.end()

    def _named(self, start: int, stop: int) -> Span | None:
        match = _words().named.search(self.read.folded, start, stop)
        if match is None:
            return None
        end = match.end()
        while end < len(self.read.text) and self.read.text[end].islower():
            end += 1  # "experienced", but not the next word of "experienceStrong"
        return match.start(), end

    def _asked(self, named: Span | None, start: int, plus: bool, most: bool) -> bool:
        """Tell whether experience is asked for: it is named, or the words imply it ("2+ years as a team lead")."""
        if self.section == "offer":  # where a heading was misread
            return named is not None and plus
        if named:
            return True
        if self.duration.bare and not (plus or most):
            return False
        follows = _words().follows.match(self.read.folded, self.duration.end) is not None
        if not self.demanded:
            return (plus or most) and follows
        alone = not self.read.folded[:start].strip(_EDGES)
        if self.section != "experience":  # "Experience required: 7 years" is a heading of requirements
            alone = alone and not self.read.folded[self.duration.end :].strip(_EDGES + "+.")
        return plus or most or follows or alone

    def _where(self, after: Span | None, named: Span | None, start: int, stop: int) -> Evidence | None:
        """Return the words that say in what the experience must lie: those after *experience*, else those before."""
        end = self.duration.end
        if after:
            return self._linked(after[1], stop) or self._phrase(end, after[0])
        if named:
            return self._linked(end, stop) or self._linked(named[1], start)
        if item := _ITEM.search(self.read.text, max(0, start - _WHERE), start):
            return quote(self.read.text, *item.span("item"))
        return None if _COMMA.match(self.read.folded, end) else self._phrase(end, stop)

    def _linked(self, start: int, stop: int) -> Evidence | None:
        """Return the phrase from ``start`` if a word such as "in" or "designing" opens it."""
        folded, words = self.read.folded, _words()
        start = self._skipped(start, stop, words.general)
        opens = words.link.match(folded, start, stop) or words.doing.match(folded, start, stop)
        return self._phrase(start, stop) if opens else None

    def _phrase(self, start: int, stop: int) -> Evidence | None:
        folded, words = self.read.folded, _words()
        start = self._skipped(start, stop, words.link, words.determiner, words.general)
        end = min(stop, start + _WHERE)
        if match := words.where_ends.search(folded, start, end):
            end = self._with_other(start, match, end)
        elif end < stop:
            end = folded.rfind(" ", start, end)
        for _ in range(3):
            while end > start and folded[end - 1] in _EDGES:
                end -= 1
            if not (match := words.trailing.search(folded, start, end)):
                break
            end = match.start()
        if words.with_study.match(folded, start, end):  # "3 years of experience with a Master's degree"
            return None
        rest = self._skipped(start, end, words.general, words.link, words.determiner)
        return quote(self.read.text, start, end) if rest < end or end - start == 1 else None

    def _with_other(self, start: int, stop: re.Match[str], end: int) -> int:
        """Return where a field ends that ``stop`` would cut: "four or five star hotels" goes on behind "or"."""
        words, folded = _words(), self.read.folded
        if stop.group() == "," and (listed := words.list_or.match(folded, stop.start(), end + _OTHER)):
            stop, end = listed, max(end, min(len(folded), listed.end() + _OTHER))
        elif not words.either.fullmatch(stop.group()):
            return stop.start()
        begin = self._skipped(stop.end(), end, words.determiner)
        if words.no_other.match(folded, begin, end) or words.general.match(folded, begin, end):
            return stop.start()
        after = words.where_ends.search(folded, begin, end)
        last = after.start() if after else end
        return last if last - begin <= _OTHER else stop.start()

    def _skipped(self, start: int, stop: int, *patterns: re.Pattern[str]) -> int:
        """Return where what matters begins: behind blanks and up to eight matches of ``patterns``."""
        folded = self.read.folded
        for _ in range(8):
            while start < stop and folded[start] in _EDGES:
                start += 1
            match = next(
                (m for pattern in patterns if (m := pattern.match(folded, start, stop)) and m.end() > start), None
            )
            if match is None:
                break
            start = match.end()
        return start
