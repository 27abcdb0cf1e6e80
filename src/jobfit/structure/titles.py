"""Titles: of a position in the lines around its dates, and of a vacancy; the words for a position."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice

from jobfit.folding import fold
from jobfit.geo.world import towns
from jobfit.lexicon import Lexicon, built, stop_words
from jobfit.records import Section, Stated
from jobfit.structure.ligatures import whole_words
from jobfit.structure.place_names import is_large_place
from jobfit.structure.sections import is_heading, lines_of
from jobfit.structure.spans import line_around, stated
from jobfit.structure.terms import OccupationFinder
from jobfit.structure.text import ReadText, as_read
from jobfit.taxonomy.model import Taxonomy

_BULLET = re.compile(r"(?:[\s\-•·*▪●○◦‣>+|,;:(\[—–\u0080-\u009f\uf000-\uf8ff\ufffd]|(?<=\ufffd)\?|\.(?=\s)){0,20}")
_TAIL = re.compile(r"[\s\-|,;:.(\[)\]—–/]{1,20}\Z")
_YEAR_FIRST = re.compile(r"(?:19|20)\d\d[ \t]{0,2}:?[ \t]{1,4}(?=[^\W\d])")
_DATE_FIRST = re.compile(r"(?:\d{1,2}[/.])?(?:19|20)\d\d[ \t]{1,4}(?=[^\W\d])")
_LABEL = 100  # characters of a line from its start to what a label such as "Role:" names, at most
_MAXIMUM = 90
_WORDS = 10

Span = tuple[int, int]


@built
def role_pattern(lexicon: Lexicon) -> re.Pattern[str]:
    """Return the pattern of words that end or begin the title of a position, whatever the taxonomy knows (folded)."""
    known = lexicon.words("roles", "words", "only_titles")
    lost = {spelt for spelt, word in whole_words().items() if word in known}  # "ocer"
    words = sorted(known | lost, key=lambda word: (-len(word), word))
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)}|{lexicon.union('roles', 'patterns')})(?!\w)")


def names_role(folded: str) -> bool:
    """Tell whether a folded piece of text holds a word for a position, such as "engineer" or "vendeuse"."""
    return role_pattern().search(folded) is not None


@built
def _split(lexicon: Lexicon) -> re.Pattern[str]:
    unranked = "".join(rf"(?<!\b(?i:{word}))" for word in sorted(lexicon.words("titles", "ranked")))  # "Class 1 driver"
    return re.compile(
        rf"\s*(?:[,;|•·@()\[\]]|:(?=\s|\Z)|\s[-–—]{{1,2}}\s|\s{{2,}}|\t|(?<=[\w.)])\s"
        rf"(?i:{lexicon.union('titles', 'before_employer', 'before_title')})\s(?=[A-ZÀ-Þ])|"
        rf"\s(?:{lexicon.union('titles', 'employers')})|\s(?i:{lexicon.union('titles', 'with')})\s"
        rf"|{unranked}\s(?=['’]?\d)|\s(?=['’]?\d\d))\s*"
    )


@built
def _prose(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"[.!?]\s+[A-Z]|[.;]\s*\Z|\b(?:{lexicon.union('titles', 'prose')})\b")


@built
def _no_title(lexicon: Lexicon) -> re.Pattern[str]:
    """Words that stand beside the dates of a position and are no title: "1 year 3 months", "Work"."""
    time, and_ = rf"(?:{lexicon.union('units', 'years', 'months')})\b", lexicon.union("units", "and")
    duration = rf"\W{{0,3}}\d{{1,2}}\+?[.,]?\d? ?{time}(?:\W{{1,3}}(?:(?:{and_}) )?\d{{1,2}} ?{time})?"
    return re.compile(rf"{duration}\W{{0,3}}|(?:{lexicon.union('titles', 'none')})\W{{0,3}}|[a-z]{{2,4}}\d?")


@built
def _diploma(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(lexicon.union("titles", "diploma"))


@built
def _duration_first(lexicon: Lexicon) -> re.Pattern[str]:
    time = lexicon.union("units", "years", "months")
    return re.compile(rf"\d{{1,2}}\+? (?:{time})\b(?: (?:{lexicon.union('titles', 'before_title')}))? (?=\w)", re.I)


@built
def _preposition_first(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?i:{lexicon.union('titles', 'before_title')}) (?=[A-ZÀ-Þ])")


@built
def _preposition_last(lexicon: Lexicon) -> re.Pattern[str]:
    before = lexicon.union("dates", "from", "since")  # before the dates
    return re.compile(rf"\s(?:{before}|{lexicon.union('titles', 'before_employer')})\Z", re.I)


@built
def _other_label(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?:{lexicon.union('titles', 'other_label')}) ?[-:]")


@built
def _project_label(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"\W{{0,4}}(?:{lexicon.union('titles', 'project_label')}) ?:")


@built
def _position_label(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?:{lexicon.union('titles', 'position_label')}) ?[-:] ?")


@built
def _bare_label(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?:{lexicon.union('titles', 'bare_label')}) +(?=\w)")


@dataclass(frozen=True, slots=True)
class Title:
    start: int
    end: int
    occupation: str | None
    certain: bool


def trimmed(text: str, start: int, end: int) -> Span:
    """Return the span without bullets, separators and blanks at its edges; may be empty."""
    if match := _BULLET.match(text, start, end):
        start = match.end()
    if match := _TAIL.search(text, start, end):
        end = match.start() + (1 if text[match.start()] == ")" and "(" in text[start : match.start()] else 0)
    return start, max(start, end)


_TOWN_LAST = re.compile(r"(?<=[a-z]{3}) ([A-Z][a-z]{2,20})\Z")
_AREA = re.compile(r", ?([A-Z]{2}|[A-Z][A-Za-z ]{2,20}?)(?=[,;.)\t\n]|\Z)")


class Titles:
    """Reads titles in the lines of one text, each stretch once; ``occupations`` knows names of the taxonomy."""

    def __init__(self, read: ReadText, occupations: OccupationFinder | None) -> None:
        self.read, self.occupations = read, occupations
        self.find = cache(self._find)
        self.is_title_line = cache(self._is_title_line)

    def _find(self, start: int, end: int) -> Title | None:
        """Return the title in a line or part of it: the first piece that names a role or a known occupation.

        Without one it is the first piece, marked as not ``certain``; ``None`` where there are no letters. The heading
        of a section is not a title, also where the first position has none below it.
        """
        text, folded = self.read.text, self.read.folded
        pieces = [self._unlabelled(*p) for p in _pieces(text, start, end) if not is_heading(folded[slice(*p)])]
        pieces = [piece for piece in pieces if not _diploma().match(folded, *piece)]
        for first, last in pieces:
            if len(text[first:last].split()) <= _WORDS:
                occupation = self._occupation(first, last)
                if occupation or names_role(folded[first:last]) or self._labelled(first):
                    return Title(first, last, occupation, True)
        none = _no_title()
        first_piece = next(
            (p for p in pieces if p[1] - p[0] <= _MAXIMUM and not none.fullmatch(folded[slice(*p)])), None
        )
        return Title(*first_piece, None, False) if first_piece else None

    def _unlabelled(self, start: int, end: int) -> Span:
        """Return a piece without the label before it: "Role-SAP Developer", "Designation : Cook", "Position Cook"."""
        folded = self.read.folded
        label = _position_label().match(folded, start, end)
        bare = _bare_label().match(folded, start, end)
        if bare and names_role(folded[bare.end() : end]) and self.read.text[bare.end()].isupper():
            label = bare
        return (label.end(), end) if label and label.end() < end else (start, end)

    def _labelled(self, start: int) -> bool:
        near = max(0, start - _LABEL)
        begin = self.read.text.rfind("\n", near, start) + 1
        if not begin and near:
            return False
        if bullet := _BULLET.match(self.read.text, begin, start):
            begin = bullet.end()
        label = _position_label().match(self.read.folded, begin, start)
        return label is not None and label.end() == start

    def _is_title_line(self, start: int, end: int) -> bool:
        """Tell whether a line is a title and little else: short, capitalised, no bullet, no sentence, names a role."""
        text, folded = self.read.text, self.read.folded
        begin, stop = trimmed(text, start, end)
        start, begin = (m.end(),) * 2 if (m := _YEAR_FIRST.match(text, begin, stop)) else (start, begin)
        line = text[begin:stop]
        if not 3 <= len(line) <= _MAXIMUM or not line.lstrip(".")[:1].isupper() or begin - start > 1:
            return False
        title = self.find(begin, stop)
        if title is None or not title.certain or _other_label().match(folded, begin, stop):
            return False
        if self._of_a_project(start, end):
            return False
        if len(line.split()) > _WORDS or _prose().search(folded[start:end]):
            return False
        if not text[title.start : title.end].lstrip(".")[0].isupper():
            return False
        piece = folded[title.start : title.end]
        at_edge = (_at_edge(piece, *match.span()) for match in role_pattern().finditer(piece))
        return title.occupation is not None or any(at_edge)

    def is_labelled(self, start: int, end: int) -> bool:
        """Tell whether a line begins with a label such as "Position:"."""
        begin = trimmed(self.read.text, start, end)[0]
        return _position_label().match(self.read.folded, begin, end) is not None

    def _of_a_project(self, start: int, end: int) -> bool:
        """Tell whether a line names another side of a project, beside more of its labels: "Consultant: Lee & Co"."""
        folded, label = self.read.folded, _project_label()
        if not label.match(folded, start, end):
            return False
        above, below = line_around(folded, max(0, start - 1))[0], end + 1
        return any(label.match(folded, at) for at in (above, below) if at != start)

    def _occupation(self, start: int, end: int) -> str | None:
        """Return the occupation whose name begins or ends the piece; the longest name of several."""
        if self.occupations is None:
            return None
        piece = self.read.piece(start, end)
        named = ((o.value, o.evidence) for o in self.occupations.find(piece))
        at_edge = [(value, at.end - at.start) for value, at in named if _at_edge(piece.text, at.start, at.end)]
        return max(at_edge, key=lambda item: item[1])[0] if at_edge else None


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    position = start
    for match in _split().finditer(text, start, end):
        yield from _piece(text, position, match.start())
        position = match.end()
    yield from _piece(text, position, end)


def _piece(text: str, start: int, end: int) -> Iterator[Span]:
    begin, stop = trimmed(text, start, end)
    if match := _DATE_FIRST.match(text, begin, stop) or _duration_first().match(text, begin, stop):
        begin = match.end()
    if match := _preposition_first().match(text, begin, stop):
        begin = match.end()
    if match := _preposition_last().search(text, begin, stop):
        stop = match.start()
    # "Oracle developer Perm, Russia", but not "Head of Reading, UK"
    town, area = _TOWN_LAST.search(text, begin, stop), _AREA.match(text, stop)
    if town and area and towns(fold(town[1])) and (len(area[1]) == 2 or is_large_place(area[1])):
        stop = town.start()
    if sum(map(str.isalpha, text[begin : min(stop, begin + _MAXIMUM)])) >= 2:
        yield begin, stop


def _at_edge(piece: str, start: int, end: int) -> bool:
    return start == 0 or end == len(piece)


# The title of a vacancy

_LONGEST = 100
_BEGINNING = 3000
_SUBJECT = 40  # characters before "are looking for" in which others than the employer may be named


@built
def _label(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?:^|\n)[ \t]{{0,20}}(?:{lexicon.union('titles', 'label')}) ?[:\-] ?(?P<title>[^\n]{{3,100}})")


@built
def _phrase(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:{lexicon.union('titles', 'phrase')}) (?:(?:{lexicon.union('titles', 'article', 'several')}) ){{0,3}}"
        rf"(?!(?:{lexicon.union('titles', 'no_seeking')})(?!\w))"
        rf"(?P<title>(?:[^\n.,;:(!?]|(?<=\w)\(\w{{1,5}}\)){{3,60}}?)"
        rf"(?= \(|[\n.,;:!?]|\((?!\w{{1,5}}\))| (?:{lexicon.union('titles', 'ends')})|$)"
    )


@built
def _of_others(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{lexicon.union('titles', 'seekers_of_others')}) $")


@built
def _announced(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?:{lexicon.union('titles', 'announces')})(?: ?[:|!]| [-–—])+ *(?=[^\W\d_]{{3}})")


@built
def _joined(lexicon: Lexicon) -> frozenset[str]:
    return lexicon.words("titles", "joined") | frozenset("/&-–")


@built
def _open(lexicon: Lexicon) -> tuple[str, ...]:
    return tuple(f" {word}" for word in lexicon.parts("titles", "open"))


@built
def _gendered(lexicon: Lexicon) -> re.Pattern[str]:
    marks = r"(?<=\w)\(\w{1,6}\)| ?\([hmfwdx](?: ?[/|,-] ?[hmfwdx]){1,3}\)"
    return re.compile(rf"{marks}|{lexicon.union('titles', 'gendered')}")


class _FirstLine:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "titles")
        # what stands above a title: "Ref. 12345", "Service"
        self.none = re.compile(rf"\W{{0,5}}(?:{of('no_title')})\W{{0,5}}(?:[\w/-]{{0,5}}\d[\w/-]{{0,20}}\W{{0,5}})?")
        # a field of the advert above its title: "Company: Acme"
        self.field = re.compile(rf"\W{{0,5}}(?:{of('field_above')}) ?:")
        ends = rf"(?: (?:{of('sought_ends')})\b.*)?"
        self.seeks = re.compile(
            rf"\W{{0,5}}(?:(?:{of('seekers')}) )?(?:{of('phrase')})(?: ?: ?| )(?!(?:{of('no_seeking')})(?!\w))"
            rf"(?:(?:{of('article')}) ){{0,2}}(?P<title>\w.{{1,80}}?){ends}|"
            rf"(?:.{{2,60}}?\b(?:{of('phrase')}) )?(?:{of('article_led')}) (?P<led>\w.{{1,80}}?){ends}|"
            rf".{{2,60}}?\b(?:{of('phrase')}) (?:{of('several')}) (?P<many>\w.{{1,80}}?){ends}"
        )
        self.wanted = re.compile(
            rf"(?P<title>\w.{{1,60}}?) (?:{of('wanted')})(?P<more>(?: (?:{of('wanted_for')})\b.*)?)[ !.]{{0,5}}"
        )
        # an employer above the title: "Ville de Gex", "Elm Park Primary School"
        self.employer = re.compile(rf"\b(?:{of('employer')})\b")
        self.calls = re.compile(rf"\b(?:{of('phrase')})(?!\w)")  # "The town of Gex recruits by competition"


_first_line = built(_FirstLine)
_FIRST_LINES = 4
_COMPLEMENT = re.compile(r" [^\W\d_][\w-]{1,30}")
_NO_WORD = re.compile(r"(?!.{0,99}[^\W\d_]{2})[^\n]{0,100}")  # "207", "12/03/2024"
# "Java DeveloperLocation: Leeds": the line break before a label was lost
_GLUED_LABEL = re.compile(
    r"(?:(?<=[a-z)])|(?<=[A-Z]{2}))(?=[A-Z][a-z]{2,14}(?: [A-Za-z][a-z]{1,12})? ?:)|"
    r"(?<=[a-z]{2})(?=[A-Z]{4,14}(?: [A-Z]{2,12})? ?:)"
)
_MARKS = " \t\n•▪●◦·*|–—-"  # around a title
_MARKED = re.compile(rf"[{re.escape(_MARKS)}]*(?:\d{{1,2}}[.)] +)?")
# "Java DeveloperDescription• Bachelor's degree": the line breaks before a heading and its list were lost
_LISTED = re.compile(r"(?:(?<=[a-z])[A-Z][a-z]{2,14})? ?[•▪●]")


def find_vacancy_title(text: str | ReadText, sections: tuple[Section, ...]) -> Stated[str] | None:
    """Return the labelled title, the first line where it is short, or what a phrase like "We seek a ..." names.

    A number, a reference or a label ("Location: Leeds") above the title is left out, and so is "We are looking for a"
    before it.
    """
    read = as_read(text)
    text, folded = read.text, read.folded
    if labelled := _label().search(folded, 0, _BEGINNING):
        start, end = labelled.span("title")
        ends = (pattern.search(text, start, end) for pattern in (_GLUED_LABEL, _LISTED))
        return _titled(text, start, min((match.start() for match in ends if match), default=end))
    if line := _title_line(read, sections):
        sought = _first_line().seeks.fullmatch(folded, *line)
        return _titled(text, *(sought.span(str(sought.lastgroup)) if sought else line))
    if opening := _opening(read):
        return _titled(text, *opening)
    others = _of_others()
    phrases = (
        phrase.span("title")
        for phrase in _phrase().finditer(folded, 0, _BEGINNING)
        if not others.search(folded, max(0, phrase.start() - _SUBJECT), phrase.start())
    )
    named = next((span for span in phrases if _names_one(folded[slice(*span)])), None)
    return _titled(text, *named) if named else None


def _names_one(folded: str) -> bool:
    """Tell whether what is sought is a position: "Java developers", "assistant(e)", but no "self-motivated person"."""
    single = " ".join(word.removesuffix("s") for word in folded.split())
    return names_role(folded) or names_role(single) or _gendered().search(folded) is not None


def _opening(read: ReadText) -> Span | None:
    """Return the title that a text without lines begins with: capitalised words as far as one for a position."""
    begin = len(read.text) - len(read.text.lstrip())
    end = begin + _LONGEST
    if "\n" in read.text[begin:end]:
        return None
    roles = role_pattern().finditer(read.folded, begin, end)
    ends = [r.end() for r in roles if r.start() == begin or _is_proper(read.text[begin : r.end()].split())]
    if ends and (behind := _COMPLEMENT.match(read.text, ends[-1])) and read.folded[: ends[-1]].endswith(_open()):
        ends.append(behind.end())  # "Chargée de" clientèle
    return (begin, ends[-1]) if ends else None


def _is_proper(words: Sequence[str]) -> bool:
    """Tell whether words may be one title: capitalised or joining two, without a stop word, a label or a list."""
    joined = (word in _joined() or (word[0].isupper() and word.casefold() not in stop_words()) for word in words)
    return len(words) <= _WORDS and all(joined) and not any(mark in word for word in words for mark in ":,;!?")


def _title_line(read: ReadText, sections: tuple[Section, ...]) -> Span | None:
    text, words, labelled, called = read.text, _first_line(), False, None
    lines = (line for line in lines_of(text[:_BEGINNING]) if text[slice(*line)].strip())
    for start, line_end in islice(lines, _FIRST_LINES):
        glued = _GLUED_LABEL.search(text, start, min(line_end, start + _LONGEST))
        end = glued.start() if glued else line_end
        line = text[start:end]
        start, end = start + len(line) - len(line.lstrip()), start + len(line.rstrip())
        if _NO_WORD.fullmatch(text, start, end) or words.none.fullmatch(read.folded, start, end):
            continue
        if words.field.match(read.folded, start, end):
            labelled = True
            continue
        wanted = words.wanted.fullmatch(read.folded, start, end)
        if wanted and (not wanted["more"] or names_role(wanted["title"].removesuffix("s"))):
            return wanted.span("title")
        opened = next((s for s in sections if s.kind != "header" and s.body > start and s.start < end), None)
        if opened and opened.kind == "offer" and opened.body < line_end:
            labelled = True  # "Location: Leeds"
            continue
        role = role_pattern().search(read.folded, start, end) or _gendered().search(read.folded, start, end)
        if not role and words.employer.search(read.folded, start, end):
            labelled, called = True, called or ((start, end) if end - start <= _LONGEST else None)
            continue
        whole = line_end < len(text) or glued
        may_be = not opened and whole and 2 < end - start <= _LONGEST and text[end - 1] not in ".!?:"
        if whole and not (opened or role or called) and words.calls.search(read.folded, start, end):
            labelled, called = True, (start, end) if may_be else None
            continue
        return (start, end) if may_be and (role or not labelled) else called
    return called


def find_occupation(title: Stated[str] | None, taxonomy: Taxonomy) -> str | None:
    """Return the id of the first occupation that ``title`` names; "Infirmier(ère) H/F" reads as "Infirmier"."""
    if title is None:
        return None
    finder, read = OccupationFinder(taxonomy), ReadText(title.value)
    named = finder.find(read) or finder.find(_gendered().sub(" ", read.folded))
    return named[0].value if named else None


def _titled(text: str, start: int, end: int) -> Stated[str]:
    """Return the title without the bullet, the number and the announcement ("Hiring:") that it stands behind."""
    lead = marked.end() if (marked := _MARKED.match(text, start, end)) else start
    announced = _announced().match(fold(text[lead:end]))
    start = lead + (announced.end() if announced else 0)
    title = text[start:end].rstrip(_MARKS)
    return stated(title, text, start, start + len(title))
