"""Cutting a CV or a vacancy into its sections by the headings that it writes, and a section into sentences.

A heading is a known phrase that stands alone in its line, or opens its line and is set off by a colon, a wide gap or
capitals, or follows the end of a sentence and has a colon (texts in one paragraph). A vacancy has headings of its own
that stand inside a paragraph or have words around the phrase.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from jobfit.folding import fold
from jobfit.lexicon import Lexicon, built, current
from jobfit.records import Evidence, Kind, Section
from jobfit.structure.ligatures import without_ligatures
from jobfit.structure.spans import quote

_LONG_LINE = 300
_TWO_HEADINGS = 60
_LEAST_LOST = 5
# A candidate for a heading in a line: bullets or a number, words, then what sets it off.
_LINE = re.compile(
    r"[ \t]{0,40}(?:[^\w\s]{1,40} {0,3}|(?:\d{1,2}|[ivx]{1,4}|[a-h])[.)] ?){0,2}(?P<words>[a-z][a-z'&,/+ -]{1,60})"
)
_ALONE = re.compile(r"\W{0,200}(?:\n|\Z)")
# "E X P E R I E N C E"
_SPACED = re.compile(r"\W{0,40}(?P<letters>[a-z&](?: {1,3}[a-z&]){3,40})\W{0,40}(?=\n|\Z)")
# "AutoCAD - 9 monthsCompany Details": the line break before a heading was lost
_GLUED = re.compile(
    r"(?:(?<=[a-z\d.,;)])|(?<=[A-Z\d][A-Z]))(?P<words>[A-Z][a-z]{2,15}(?: [A-Z][a-z]{2,15}){1,3})[ \t]{0,4}(?=\n|\Z)"
)
_PARTS = re.compile(r" ?(?:,|&|/|\+| - ) ?")
_COLON = re.compile(r" {0,2}(?:\([^()\n]{0,30}\) {0,2})?: {0,3}| {1,2}-{1,2} | {2,}|\t| (?=\d)")
_INLINE = re.compile(r"(?:(?<=[.;!?)] )|(?<=  )|(?<=\n))(?=[^\W\d_])")
_ANYWHERE = re.compile(r"(?<![^\W_])(?=[^\W\d_])")
_INLINE_WORDS = re.compile(r"(?P<words>[a-z][a-z'&, -]{1,60}?) ?(?:\([^()\n]{0,30}\) ?)?: {0,3}")
# "... led the teams. Experience Team lead<tab>2020 - Present": a heading whose line breaks were lost
_FIELDS = {"certifications", "languages", "interests", "personal", "preferences"}
_PARAGRAPH = re.compile(r"\n[ \t]{0,20}\n\s{0,20}")
_UNBROKEN = 1000
_UNBROKEN_KINDS = {"summary", "experience", "education", "skills", "languages", "personal", "projects"}
_AFTER_STOP = re.compile(r"(?<=[a-z)\d][.!?]) {1,2}(?=[A-ZÀ-Þ])|\t(?=[A-ZÀ-Þ])|(?<=[a-z] )(?=Summary |Profil )")
_CAPITALS = re.compile(r"[A-ZÀ-Þ][\w'’]{1,20}(?: [\w'’&]{1,20}){0,3}(?= [A-ZÀ-Þ\d])")
_BEGINS = re.compile(r" [A-ZÀ-Þ\d]")  # not "Work with us"
_LETTERS = re.compile("[a-z]*")
_WORD_END = re.compile(r"[a-z](?![a-z])")


class _Known:
    """The phrases of headings with the kind that each opens; where two sides claim one, a CV's meaning is kept."""

    def __init__(self, lexicon: Lexicon) -> None:
        candidate, vacancy = (lexicon.groups("headings", side) for side in ("candidate", "vacancy"))
        kinds: dict[str, str] = {}
        for kind, phrases in (*candidate.items(), *vacancy.items()):
            kinds = dict.fromkeys(phrases, kind) | kinds
        # "Educaon", "Prole": fonts of some PDFs lose the letters of a ligature
        spelt = ((lost, kind) for phrase, kind in kinds.items() for lost in without_ligatures(phrase))
        self.kinds = {lost: kind for lost, kind in spelt if len(lost) >= _LEAST_LOST} | kinds
        self.of_candidates = frozenset(candidate)
        self.of_either = self.of_candidates | frozenset(vacancy)
        self.longest = max(map(len, self.kinds))
        # the first letters of each phrase, up to what is not a letter
        self.leads = frozenset(_lead(phrase) for phrase in [*self.kinds, *lexicon.parts("headings", "mine")])
        exported = lexicon.union("exported", "before", "after")
        company, rated = lexicon.union("exported", "company"), lexicon.union("exported", "rated")
        self.rated = re.compile(rf" ?- ?(?:{rated}) - ")
        self.exported = re.compile(
            rf"(?:(?<= )(?P<words>{exported})|(?<=months)(?P<glued>{exported}))[ \t]{{0,4}}(?=\n|\Z|(?:{company}) -)"
        )
        self.squeezed = {re.sub("[^a-z&]", "", phrase): phrase for phrase in kinds}
        self.joined = re.compile(rf"{_PARTS.pattern}| (?:{lexicon.union('headings', 'joins')}) ")
        self.like = re.compile(lexicon.named_groups("headings", "like"))
        self.under_positions = lexicon.words("headings", "under_positions")
        self.possessives = tuple(f"{word} " for word in lexicon.parts("headings", "mine"))


_known = built(_Known)


def _lead(words: str) -> str:
    return _LETTERS.match(words)[0]  # type: ignore[index]  # it matches the empty text too


def is_heading(folded: str) -> bool:
    return folded in _known().kinds


@dataclass(frozen=True, slots=True, order=True)
class Heading:
    """Where a heading starts, where the body below it starts, and its phrase."""

    start: int
    body: int
    phrase: str

    @property
    def opens(self) -> str:
        return _known().kinds[self.phrase]


def find_headings(text: str, folded: str) -> tuple[Heading, ...]:
    """Return everything in ``text`` that is shaped like a heading, of either side, in order."""
    found = (_line_headings, _inline_headings, _unbroken_headings)
    return tuple(sorted({heading for find in found for heading in find(text, folded)}))


def split_sections(text: str, kind: Kind | None = None) -> tuple[Section, ...]:
    """Return the sections of ``text``: they touch, and cover it from the first to the last character.

    What comes before the first heading is the section ``header`` (left out when blank). ``kind`` leaves out the
    headings of the other side, where it is known ("Responsibilities" under each position of a CV opens nothing).

    Kinds for a CV: summary, experience, education, skills, languages, certifications, projects, interests, references,
    personal, preferences, volunteering, publications, other. More for a vacancy: company, description,
    responsibilities, requirements, nice_to_have, profile, offer, application.

    >>> [(s.kind, s.start, s.body, s.end) for s in split_sections("Ann\\nSkills: Java\\nEDUCATION\\nBSc")]
    [('header', 0, 0, 4), ('skills', 4, 12, 17), ('education', 17, 27, 30)]
    """
    return sections_between(text, find_headings(text, fold(text)), kind)


def sections_between(text: str, headings: Sequence[Heading], kind: Kind | None) -> tuple[Section, ...]:
    """Return the sections that ``headings`` (:func:`find_headings`) open; as :func:`split_sections`."""
    chosen = _chosen(text, headings, kind)
    first = chosen[0].start if chosen else len(text)
    sections = [Section("header", 0, 0, first)] if text[:first].strip() else []
    starts = [heading.start for heading in chosen]
    if chosen and not sections:
        starts[0] = 0
    ends = [*starts[1:], len(text)]
    for heading, start, end in zip(chosen, starts, ends):
        closed = _field_end(text, heading, end) if kind is Kind.CANDIDATE else end
        sections.append(Section(heading.opens, start, heading.body, closed))
        if closed < end:
            sections.append(Section("other", closed, closed, end))
    return tuple(sections)


def _field_end(text: str, heading: Heading, end: int) -> int:
    """Return where a field of one line ends ("Permis : B"), below which a CV goes on with something else."""
    line_end = text.find("\n", heading.start)
    if heading.opens not in _FIELDS or not heading.body <= line_end < end or not text[heading.body : line_end].strip():
        return end
    paragraph = _PARAGRAPH.search(text, line_end, end)
    return paragraph.end() if paragraph and text[paragraph.end() : end].strip() else end


def heading_lines(text: str, kind: Kind | None = None) -> tuple[tuple[int, str], ...]:
    """Return where each line of ``text`` that is shaped like a heading begins to be one, and the kind it would open.

    Every decision is about one line alone: unlike in :func:`split_sections`, nothing elsewhere in the text changes it.
    """
    headings = _line_headings(text, fold(text))
    return tuple((h.start, h.opens) for h in headings if h.opens in _wanted(kind))


def _wanted(kind: Kind | None) -> frozenset[str]:
    return _known().of_candidates if kind is Kind.CANDIDATE else _known().of_either


def _chosen(text: str, headings: Sequence[Heading], kind: Kind | None) -> list[Heading]:
    """Return the headings that open a section: of this side, not overlapping, not a label under each position."""
    wanted, under = _wanted(kind), _known().under_positions
    times = Counter(phrase for _, phrase in {(heading.start, heading.phrase) for heading in headings})
    chosen: list[Heading] = []
    for heading in headings:
        if heading.opens not in wanted or (chosen and heading.start < chosen[-1].body):
            continue
        repeated = times[heading.phrase] > 1 and heading.opens != "education"
        own = heading.opens == "projects" and bool(chosen) and _same_look(text, heading, chosen[-1])
        label = repeated or (heading.phrase in under and not own)
        if chosen and chosen[-1].opens == "experience" and (label or _in_other_column(text, heading, chosen[-1])):
            continue
        chosen.append(heading)
    return chosen


def _in_other_column(text: str, heading: Heading, before: Heading) -> bool:
    """Tell whether the positions go on under a heading, which is of the column beside them."""
    return heading.opens in _LABELS and _heads_two_columns(text[before.start : before.body], before.phrase)


def _heads_two_columns(written: str, phrase: str) -> bool:
    return len(written.split()) > len(phrase.split()) and _of_two_columns(fold(written).strip(" \n:")) is not None


def two_columns(text: str, sections: Sequence[Section]) -> bool:
    """Tell whether the positions stand beside another column, whose lines come between theirs."""
    return any(
        section.kind == "experience" and _of_two_columns(fold(text[section.start : section.body]).strip(" \n:"))
        for section in sections
    )


def _same_look(text: str, one: Heading, other: Heading) -> bool:
    """Tell whether two headings stand alone in their lines, both in capitals or neither."""
    written = [text[heading.start : heading.body] for heading in (one, other)]
    return all(words.endswith("\n") for words in written) and written[0].isupper() == written[1].isupper()


def section_at(sections: tuple[Section, ...], position: int) -> str | None:
    """Return the kind of the section in which ``position`` stands; ``None`` outside of all."""
    index = bisect_right(sections, position, key=lambda section: section.start) - 1
    return sections[index].kind if index >= 0 and position < sections[index].end else None


def _line_headings(text: str, folded: str) -> Iterator[Heading]:
    for start, end in lines_of(folded):
        match = _LINE.match(folded, start, end)
        if match and (heading := _heading_in_line(text, folded, match, end)):
            if not _known().rated.match(folded, heading.body, end):  # "TRAINING- Experience - 30 months" is a skill
                yield heading
        elif (spaced := _SPACED.match(folded, start, end)) and (phrase := _squeezed(spaced["letters"])):
            yield Heading(spaced.start("letters"), min(end + 1, len(text)), phrase)
        elif like := _like(text, folded, start, end):
            yield like
    for glued in (*_GLUED.finditer(text), *_known().exported.finditer(folded)):
        start, end = glued.span(str(glued.lastgroup))
        if phrase := _phrase(folded[start:end]):
            yield Heading(start, min(glued.end() + (text[glued.end() : glued.end() + 1] == "\n"), len(text)), phrase)


def _like(text: str, folded: str, start: int, end: int) -> Heading | None:
    """Return a heading of a short line, alone and without a stop, that the lists do not have: "Life outside work"."""
    line = folded[start:end].strip(" \t:")
    if not 5 <= len(line) <= _TWO_HEADINGS or not text[start].isupper() or not (like := _known().like.fullmatch(line)):
        return None
    return Heading(start, min(end + 1, len(text)), str(like.lastgroup))


def _squeezed(letters: str) -> str | None:
    return _known().squeezed.get(letters.replace(" ", ""))


def lines_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each line of ``text``, without its line break."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _heading_in_line(text: str, folded: str, match: re.Match[str], end: int) -> Heading | None:
    begin, words = match.start("words"), match["words"]
    if _lead(words) not in _known().leads:
        return None
    written = text[begin:end].strip(" \t:")
    titled = len(written) <= _TWO_HEADINGS and all(word[0].isupper() for word in written.split())
    if titled and (columns := _of_two_columns(fold(written))):
        return Heading(begin, min(end + 1, len(text)), columns)
    for cut in [m.end() for m in _WORD_END.finditer(words)][::-1]:
        phrase = _phrase(words[:cut])
        if phrase is None or folded[begin + cut : begin + cut + 1].isalnum():
            continue
        after = begin + cut
        if alone := _ALONE.match(folded, after, end + 1):
            if text[begin].isupper() or ":" in alone.group() or match.start("words") == match.start():
                return Heading(begin, alone.end(), phrase)
        elif not text[begin].isupper():
            return None
        elif colon := _COLON.match(folded, after, end):
            return Heading(begin, colon.end(), phrase)
        elif text[begin:after].isupper() and not text[after : after + 12].isupper():
            return Heading(begin, after, phrase)
        return None
    return None


def _phrase(words: str) -> str | None:
    known = _known()
    phrase = " ".join(words.split())
    for possessive in known.possessives:
        phrase = phrase.removeprefix(possessive)
    if phrase in known.kinds:
        return phrase
    parts = known.joined.split(phrase)  # "Certifications & Activities" opens what its first part does
    if len(parts) > 1 and all(known.kinds.get(p) in known.of_candidates for p in parts):
        return parts[0]
    return None


# headings that stand beside that of the positions in one line, of two columns: "Experience Skills"
_COLUMNS = {"skills", "education", "languages", "personal", "interests"}
_LABELS = _COLUMNS - {"education"} | {"other"}


def _of_two_columns(words: str) -> str | None:
    """Return the heading of the positions where the heading of another column stands beside it in the line."""
    known, phrase = _known(), " ".join(words.split())
    if phrase in known.kinds:
        return None
    for blank in (at for at, letter in enumerate(phrase) if letter == " "):
        beside = phrase[:blank], phrase[blank + 1 :]
        for one, other in (beside, beside[::-1]):
            if known.kinds.get(one) == "experience" and known.kinds.get(other) in _COLUMNS:
                return one
    return None


def _inline_headings(text: str, folded: str) -> Iterator[Heading]:
    """Yield headings inside a line: capital, colon, after a sentence; anywhere in a very long line."""
    reach = _known().longest + 40
    for start, end in lines_of(folded):
        pattern = _ANYWHERE if end - start > _LONG_LINE else _INLINE
        if folded.find(":", start, end) < 0:
            continue
        for opener in pattern.finditer(folded, start, end):
            begin = opener.start()
            if text[begin].isupper():
                match = _INLINE_WORDS.match(folded, begin, min(len(folded), begin + reach))
                if match and (phrase := _phrase(match["words"])):
                    yield Heading(begin, match.end(), phrase)


def _unbroken_headings(text: str, folded: str) -> Iterator[Heading]:
    """Yield headings in a very long line, whose breaks were lost, behind a sentence or a tab and before a capital."""
    for start, end in lines_of(folded):
        for opener in _AFTER_STOP.finditer(text, start, end) if end - start > _UNBROKEN else ():
            begin = opener.end()
            words = _CAPITALS.match(text, begin, end)
            for cut in [match.end() for match in re.finditer(r"\w+", words.group())][::-1] if words else []:
                phrase = fold(text[begin : begin + cut])
                if _known().kinds.get(phrase) in _UNBROKEN_KINDS and _BEGINS.match(text, begin + cut):
                    yield Heading(begin, begin + cut + 1, phrase)
                    break


_CAPITAL = re.compile(r"(?<![^\W_])[A-ZÀ-Þ]")
_PHRASE = re.compile(r"[\w'’-]+(?: ?[ ,&/] ?[\w'’-]+){0,4}")
_BEHIND = re.compile(r"(?P<colon> ?:)?(?:[ \t]{1,3}(?![a-zß-ÿ&/,])|\Z)")


def headings_anywhere(text: str, folded: str) -> Iterator[Heading]:
    """Yield what may be headings of a CV whose lines are lost: each longest known phrase that begins with a capital."""
    known, taken = _known(), 0
    for begin in (match.start() for match in _CAPITAL.finditer(text)):
        if begin < taken or _lead(folded[begin : begin + 30]) not in known.leads:
            continue
        words = _PHRASE.match(folded, begin)
        for end in [begin + m.end() for m in re.finditer(r"[\w'’-]+", words.group())][::-1] if words else []:
            phrase = _phrase(folded[begin:end])
            if phrase and known.kinds[phrase] in known.of_candidates and (behind := _BEHIND.match(text, end)):
                yield Heading(begin, behind.end(), phrase)
                taken = end
                break


@built
def _of_vacancies(lexicon: Lexicon) -> re.Pattern[str]:
    """Return the pattern of headings with words around the known phrase; capitals keep them apart from prose."""
    return re.compile(rf"(?:(?<![\w-])|(?<=[a-z\d.)])|(?<=[A-Z]{{2}}))(?:{lexicon.named_groups('headings', 'inline')})")


@built
def _lines_of_vacancies(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(lexicon.named_groups("headings", "lines"))


# Words alone in their line, or before a colon at the start of a line or of a sentence.
_ALONE_IN_LINE = re.compile(
    r"(?:\A|(?<=\n))[ \t]{0,40}(?P<bullet>[^\w\s]{1,3} {0,2})?(?P<words>[A-ZÀ-Þ][^\n.;:]{2,68}?)"
    r"[ \t]{0,9}(?P<sign>[:?!…]{0,2})[ \t]{0,40}(?=\n|\Z)"
)
_HEAD = re.compile(r"(?:\s*[^\s][^\n]*\n){2}")  # the employer and the title
_MOST_WORDS = 9
_BEFORE_COLON = re.compile(r"(?:\A|(?<=\n)|(?<=[.!?;)] ))(?P<words>[A-ZÀ-Þ][^\n.;:!?]{2,60}):(?=\s)")


@built
def _signals(lexicon: Lexicon) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return for each kind of section the words that tell a heading of it, the kinds in the order they are tried."""
    groups = lexicon.groups("headings", "signals")
    return tuple((kind, re.compile(rf"\b(?:{'|'.join(words)})(?!\w)")) for kind, words in groups.items())


# A short line that stands above a list, or between a blank line and a full one; with a colon it is of its list alone.
_ABOVE = re.compile(
    r"(?<=\n)(?P<apart>[ \t]{0,20}\n)?[ \t]{0,20}"
    r"(?P<words>[A-ZÀ-Þ][^\n.;:•]{1,60}?)[ \t]{0,9}[?!…]{0,2}[ \t]{0,20}\n"
    r"(?=\s{0,20}[-•*▪●·–][ \t]|(?(apart)[^\n]{50}|(?!)))"
)


def _told_lines(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Yield the headings of a vacancy whose place tells that they are one, and a word of what: "Your strengths"."""
    head = _HEAD.match(text)
    for match in _ABOVE.finditer(text, head.end() - 1 if head else len(text)):
        words = fold(match["words"])
        kind = next((kind for kind, signal in _signals() if signal.search(words)), None)
        if kind and len(words.split()) <= _MOST_WORDS:
            yield match.start("words"), match.end(), kind, True


def _asking_lines(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Yield the headings of a vacancy that are known by their shape: "What you'll bring", "The ideal candidate:"."""
    for pattern in (_ALONE_IN_LINE, _BEFORE_COLON):
        for match in pattern.finditer(text):
            bullet = match.groupdict().get("bullet")
            if bullet and ":" not in match["sign"]:
                continue  # one of a list
            if like := _lines_of_vacancies().fullmatch(fold(match["words"]).strip(" *_-?!")):
                yield match.start("words"), match.end(), str(like.lastgroup), True


def vacancy_sections(text: str, headings: Sequence[Heading] | None = None) -> tuple[Section, ...]:
    """Return the sections of a vacancy as :func:`split_sections` does, with more headings."""
    shaped = find_headings(text, fold(text)) if headings is None else headings
    shaped = [heading for heading in shaped if not _opens_title(text, heading)]
    general = [(s.start, s.body, _vacancy_kind(text, s), False) for s in sections_between(text, shaped, Kind.VACANCY)]
    own = [(m.start(), m.end(), str(m.lastgroup), True) for m in _of_vacancies().finditer(text)]
    kept: list[tuple[int, int, str, bool]] = []
    asking = list(_asking_lines(text))
    known = {cut[0] for cut in (*general, *asking)}
    told = [line for line in _told_lines(text) if line[0] not in known]
    for cut in sorted([*general, *own, *asking, *told], key=lambda c: (c[0], not c[3])):
        if kept and cut[0] < kept[-1][1]:  # where two overlap, the heading of a vacancy prevails
            if not cut[3] or kept[-1][3]:
                continue
            kept.pop()
        kept.append(cut)
    if kept and text[: kept[0][0]].strip():
        kept.insert(0, (0, 0, "header", False))
    ends = [cut[0] for cut in kept[1:]] + [len(text)]
    sections = [
        Section(kind, start, min(body, end), end) for (start, body, kind, _), end in zip(kept, ends) if end > start
    ]
    return tuple(part for section in _refined(text, sections) for part in _after_label(text, section))


def _opens_title(text: str, heading: Heading) -> bool:
    """Tell whether a heading of positions begins the first line: "Alternance - Assistant marketing (12 mois)"."""
    first = heading.opens == "experience" and heading.start < _LONG_LINE and not text[: heading.start].strip()
    return first and bool(text[heading.body :].partition("\n")[0].strip())


# What a heading of its own says of the next one: "Nice to have" over "Skills:"
_FIRM, _PLAIN = frozenset({"nice_to_have", "requirements"}), frozenset({"skills", "experience", "education"})


def _refined(text: str, sections: Sequence[Section]) -> Iterator[Section]:
    """Yield the sections; where a heading stands directly below "Nice to have", that is what its section is."""
    before = None
    for section in sections:
        if before and before.kind in _FIRM and section.kind in _PLAIN and not text[before.body : before.end].strip():
            section = replace(section, kind=before.kind)
        yield section
        before = section


def _after_label(text: str, section: Section) -> Iterator[Section]:
    """Cut off what stands behind the value of a label ("Location: Leeds - 5 years of Java"): it describes the job."""
    label = fold(text[section.start : section.body]).strip(" \n\t:*•-")
    pieces = split_sentences(text, section.body, section.end) if label in current().words("headings", "labels") else ()
    value = next(iter(pieces), None)
    if value is None or not text[value[1] : section.end].strip():
        yield section
        return
    yield replace(section, end=value[1])
    yield Section("description", value[1], value[1], section.end)


def _vacancy_kind(text: str, section: Section) -> str:
    """Return the kind of a section; "Profil" and "Atouts" say in a vacancy something else than in a CV."""
    heading = text[section.start : section.body].lstrip(" \n\t-•*").lower()
    profiles, wishes = (current().parts("headings", f"vacancy_{kind}") for kind in ("profile", "nice_to_have"))
    if section.kind == "summary" and heading.startswith(profiles):
        return "profile"
    return "nice_to_have" if heading.startswith(wishes) else section.kind


_LONG = 300


@built
def _stop(lexicon: Lexicon) -> re.Pattern[str]:
    not_ends = "".join(rf"(?<!{part})" for part in lexicon.parts("sentences", "not_ends"))
    remark = rf"(?i:{lexicon.union('sentences', 'remarks')})[ .]{{0,2}}(?:\n|\Z)"
    answer = rf"(?!(?<=\?)\s+(?:{lexicon.union('sentences', 'asks_on')}))"  # "Scala? Not needed."
    return re.compile(
        rf"\n|[.!?](?=\s+[^a-z\s]){answer}{not_ends}|;|"
        rf"(?<=\s)(?!(?<=\d )[-–] \d|[-–] {remark}|(?<=\n[A-E] )-)[-•*·▪●–](?=\s)|"
        rf"[•▪●](?=\s)|(?<=[^\W_])·(?=\s+[A-ZÀ-Þ])|(?<=[.:;)])o(?=\s[A-ZÀ-Þ])|"
        rf"(?<=[a-z]{{3}})[.!?](?=(?:- ?)?(?!{lexicon.union('sentences', 'domains')})[A-ZÀ-Þ][a-z]{{2,}}(?: |-[a-z]))|"
        rf"(?<=[a-z]{{3}})[.!?](?=\d{{1,2}}\+? (?:{lexicon.union('units', 'years')})\b)|"  # "preferred.3+ years"
        rf"(?:\s\d{{1,2}}\.)(?=\s[A-ZÀ-Þ])|(?<=[.!?;)])[-•*·▪●–](?=\s?[A-ZÀ-Þ\d])"
    )


@built
def _start(lexicon: Lexicon) -> re.Pattern[str]:
    """In a paragraph without breaks a new demand begins with one of these, in capitals, or with a number of years."""
    goes_on = "".join(rf"(?<!\b(?i:{word}) )" for word in lexicon.parts("sentences", "before_years"))
    years = rf"(?=\d){goes_on}(?<!- )\d{{1,2}}\+? (?:{lexicon.union('units', 'years')})\b"
    return re.compile(
        rf"(?:(?<=[\w)+#] )|(?<=[a-z)\].+#])|(?<=[A-Z\d]{{2}}))(?=(?:{lexicon.union('sentences', 'starts')}|{years}))"
    )


def split_sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of ``text[start:end]``, in order, without those that are blank.

    A paragraph in which bullets and breaks were lost is cut where a new demand begins.
    """
    for begin, stop in _pieces(text, _stop(), start, end):
        long = stop - begin > _LONG // 3 and end - start > _LONG
        for first, last in _pieces(text, _start(), begin, stop) if long else [(begin, stop)]:
            if text[first:last].strip():
                yield first, last


def _pieces(text: str, pattern: re.Pattern[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    position = start
    for match in pattern.finditer(text, start, end):
        yield position, match.start()
        position = match.end()
    yield position, end


_REACH = 400  # characters of a sentence that are shown on each side of a quote
_FULL_LINE = 55  # characters; a line of this length that ends no sentence was broken for want of room
_ENDERS = ".!?:;"


@built
def _boundary(lexicon: Lexicon) -> re.Pattern[str]:
    not_ends = "".join(rf"(?<!{part})" for part in lexicon.parts("sentences", "not_ends"))
    return re.compile(rf"\n|[.!?](?=\s+[^a-z\s]){not_ends}|[•▪●](?=\s)")


def sentence_around(text: str, evidence: Evidence) -> Evidence:
    """Return the sentence of ``text`` in which a quote stands, and which holds all of it.

    A line that was broken for want of room goes on in the next one. At most 400 characters on each side.

    >>> sentence_around("Knows SQL. Has never\\nused Rust. Cooks.", Evidence("Rust", 26, 30)).text
    'Has never\\nused Rust.'
    """
    low, high = max(0, evidence.start - _REACH), min(len(text), evidence.end + _REACH)
    stops = [stop for stop in _boundary().finditer(text, low, high) if not _goes_on(text, stop)]
    start = max(
        (stop.end() for stop in stops if stop.end() <= evidence.start), default=_word_start(text, low, evidence.start)
    )
    after = [stop for stop in stops if stop.start() >= evidence.end - 1]
    end = after[0].end() if after and after[0].group() in _ENDERS else after[0].start() if after else high
    return quote(text, min(start, evidence.start), max(end, evidence.end))


def _word_start(text: str, position: int, most: int) -> int:
    """Return ``position``, or where the next word begins if it stands within one."""
    while 0 < position < most and not text[position - 1].isspace():
        position += 1
    return position


def _goes_on(text: str, stop: re.Match[str]) -> bool:
    """Tell whether a line break stands within a sentence."""
    if stop.group() != "\n":
        return False
    before = text[max(0, stop.start() - _REACH) : stop.start()].rpartition("\n")[2].strip()
    after = text[stop.end() : stop.end() + _REACH].partition("\n")[0].strip()
    if not before or not after or before[-1] in _ENDERS or is_heading(fold(after).strip(" :")):
        return False
    return after[0].islower() or before[-1] == "," or (len(before) >= _FULL_LINE and after[0].isalnum())
