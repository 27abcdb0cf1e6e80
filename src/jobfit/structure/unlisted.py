"""Skills that no taxonomy lists, told by where they stand: one of a list of skills that it does ("Java, Foo, SQL")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jobfit.folding import fold
from jobfit.lexicon import Lexicon, built
from jobfit.records import LITERAL, Stated
from jobfit.structure.languages import language_codes
from jobfit.structure.place_names import is_large_place
from jobfit.structure.sections import is_heading
from jobfit.structure.spans import line_around, merged, stated, touches
from jobfit.structure.terms import SkillFinder, is_skill
from jobfit.structure.text import ReadText

_MOST_WORDS, _MOST, _LONGEST = 3, 40, 22  # words, and characters of all and of one
_REACH = 3  # items on either side that are looked at
_FAR = 120  # characters of what is asked for
_BLANK = re.compile(r"[\s\"'(]{0,4}")
_OF_WORK = re.compile(r"\w{3}(?:ing|ics|logy|graphy|metry)$")  # "consulting", "logistics"
# "assisting business units", but not "engineering documentation"
_DOING = re.compile(r"(?!(?:engineer|account|market|manufactur|programm|bank|train|machin)ing )\w{2,20}(?:ed|ing|ly) ")
_ABBREVIATION = re.compile(
    r"(?<![\w@.,/&-])(?<![^ldLD]['’])(?:[A-Z][A-Z\d]{1,5}|[a-z]{1,2}[A-Z][A-Z\d]{1,4})(?![\w@&'’.-]?\w)"
)
_CRITERION = re.compile(r"(?<![^\n])[A-Z]\d{1,2} ")  # "A1 A degree in": the number of a criterion
_AROUND = 20
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LETTERS = re.compile(r"[^\W\d_]+")
_WORDLIKE = re.compile(r"[^\W\d_]{2}|[A-Z]\d|\d[A-Z]")
_TORN = re.compile(r" [\w ]{0,30}[a-z]{4}[A-Z][a-z]{3}")  # "web applicationsAttention"
_JOINED = re.compile(r"(?:[a-z-]{2,20} ){0,2}[a-z]{5,20}[A-Z]")  # "related technologiesREQUIRED"
_SHOUTED_BEFORE, _SHOUTED = re.compile(r"(?<!\w)[A-Z]{4,20}[ ,]{1,2}\Z"), re.compile(r"[ ,]{1,2}[A-Z]{4,20}(?!\w)")
_EDGES = " \t.-•*"
_TOKEN = re.compile(r"[^\W_][\w+#.'’-]*")
_INITIAL = re.compile(r"(?<![^\W_])[^\W_]")
_BREAKS = ".:!?\n"
# "audit software (Zorbify, Quuxel)", as written
_IN_BRACKETS = re.compile(r"[a-z] \((?=[A-Z][^().;:\n,]{1,25}(?:, (?:or |and )?[A-Z][^().;:\n,]{1,25}){1,6}\))")
_LABELS = (":", "(", "[")  # "Streaming: Kafka", "Acme (iOS, Android)"


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        joins = lexicon.union("polarity", "and")
        self.separator = re.compile(
            rf"[,;|/•·▪●*()\[\]\n\t:!?]|(?<=\s)[-–—](?=\s)|\.(?=\s|$)|(?<=\s)(?:(?:{joins})(?=\s)|&(?=\s))|(?<= )  "
        )
        self.stops = lexicon.words("detection", "stop_words") | lexicon.words("unlisted", "stops")
        self.roles = lexicon.words("roles", "words") | lexicon.words("roles", "only_titles")
        self.too_wide = lexicon.words("unlisted", "too_wide")
        self.asks = re.compile(rf"\b(?:{lexicon.union('unlisted', 'asks')})(?:(?<=[' ])|(?= ))")
        strength, mastery = (lexicon.union("unlisted", key) for key in ("strength", "mastery"))
        self.asks_around = re.compile(rf"\b(?:{strength}) (?P<what>[^.;:?!\n()•·]{{1,60}}?) (?:{mastery})\b")
        # "tools such as Zorbify or Quuxel"
        self.examples = re.compile(rf"\b(?:{lexicon.union('demands', 'examples')})[ ,:(.]{{1,3}}")
        self.ends = re.compile(rf"[.;:?!\n()•]|\b(?:{lexicon.union('unlisted', 'ends')})\b")
        self.joins = re.compile(rf"[,/]|(?<=\s)(?:(?:{joins})(?=\s)|&(?=\s))")
        self.leads = lexicon.words("unlisted", "leads")
        self.trails = lexicon.words("unlisted", "trails")
        self.refused = lexicon.words("unlisted", "refused")
        self.heads = lexicon.words("unlisted", "heads")
        self.kinds = lexicon.words("unlisted", "kinds")
        self.registered = re.compile(rf"\b(?:{lexicon.union('unlisted', 'registered')}) ?(?<=[ '])$")
        self.registers = re.compile(rf"[ -](?:{lexicon.union('unlisted', 'registers')})\b")
        self.says_nothing = lexicon.words("unlisted", "says_nothing")
        self.rating = re.compile(rf" ?- ?(?:{lexicon.union('exported', 'rated')})\Z")
        self.employs = re.compile(rf" ?(?:{lexicon.union('unlisted', 'employs')})")
        self.no_skill = lexicon.words("unlisted", "no_skill")
        self.none = re.compile(rf"\b(?:{lexicon.union('unlisted', 'none')})\b")
        self.dates = re.compile(rf"\b(?:{lexicon.union('dates', 'months')})\b|\b(?:19|20)\d\d\b")
        self.rated = re.compile(
            rf"(?:^|(?<=\n))(?P<what>[^\n]{{2,90}}?) ?- ?(?:{lexicon.union('exported', 'rated')}) - (?=\w)"
        )


_words = built(_Words)


@dataclass(frozen=True, slots=True)
class _Item:
    start: int
    end: int
    known: bool
    soft: bool
    opens: bool  # the first of its list
    then: str  # what stands behind it


def listed(
    read: ReadText,
    known: Sequence[Stated[str]],
    finder: SkillFinder,
    in_lists: Sequence[tuple[int, int]] = (),
    *,
    names: bool = False,
) -> Iterator[Stated[str]]:
    """Yield the items among those ``known`` (in order) that look like skills, as ``text:`` and their folded words.

    A name that is also a word ("Ant") is one of the taxonomy here. Skills of any occupation vouch for nothing beside
    them. ``in_lists`` are spans in which a line is an item, and where one skill vouches for the items around it; with
    ``names`` for those alone that have a capital or a digit.
    """
    soft = finder.transversal
    for run in _runs(read, known, soft, in_lists):
        if sum(item.known for item in run) == 0 or len(run) < 3:
            continue
        of_names = [item.known or is_name(read.text[item.start : item.end]) for item in run]
        lower = [read.text[item.start].islower() for item in run if item.known]
        low = 2 * sum(lower) > len(lower)
        at = run[0].start
        trusted = touches(in_lists, at, at + 1)
        for index, item in enumerate(run):
            remark = read.text[item.start - 1 : item.start] == "(" and read.text[item.start].islower()  # "R (rusty)"
            if item.known or item.soft or remark or item.then in _LABELS or _spelt_out(read, item.start, item.end):
                continue
            near = run[max(0, index - _REACH) : index + _REACH + 1]
            vouched = sum(other.known for other in near)
            beside = run[max(0, index - 1) : index + 2]
            # a demand that is a list of names: one that is known vouches for all
            whole = trusted and names and of_names[index] and 4 * sum(of_names) >= 3 * len(run)
            if not whole and (
                vouched < (1 if trusted else 2) or 2 * vouched < len(near) - 1 or not any(o.known for o in beside)
            ):
                continue
            span = _name(read, item, low or (trusted and not names))
            if not span or (names and _is_a_mere_word(read, *span)) or _spells_out(read, *span):
                continue
            id_ = finder.called(read.folded[slice(*span)]) or finder.called(_apart(read.text[slice(*span)]))
            if id_ and is_skill(read.folded, *span):
                yield stated(id_, read.text, *span)
            elif id_ is None and (trusted or names or _is_told(read, *span)):
                yield literal(read, *span)


def rated(read: ReadText, known: Sequence[Stated[str]], finder: SkillFinder) -> Iterator[Stated[str]]:
    """Yield what a line rates by the months of its use, whatever its words: "Accounting - Experience - 6 months"."""
    words, taken = _words(), _taken(known)
    for line in words.rated.finditer(read.folded):
        begin = line.start("what")
        for match in (*words.separator.finditer(read.folded, *line.span("what")), None):
            first, last = begin, match.start() if match else line.end("what")
            begin = match.end() if match else last
            first += len(read.text[first:last]) - len(read.text[first:last].lstrip(_EDGES))
            last -= len(read.text[first:last]) - len(read.text[first:last].rstrip(_EDGES))
            parts = read.folded[first:last].split()
            plain = 1 <= len(parts) <= _MOST_WORDS and not any(p in words.stops or p in words.roles for p in parts)
            plain = plain and "-".join(parts) not in words.says_nothing
            if plain and _WORDLIKE.search(read.text, first, last) and not touches(taken, first, last):
                id_ = finder.called(read.folded[first:last])
                yield stated(id_, read.text, first, last) if id_ else literal(read, first, last)


def asked_spans(read: ReadText) -> list[tuple[int, int]]:
    """Return where a sentence says what it asks for: from "knowledge of" to the end of the clause."""
    words, spans, last = _words(), [], 0
    for cue in words.asks.finditer(read.folded):
        if cue.end() < last:
            continue
        end = min(len(read.text), cue.end() + _FAR)
        stop = words.ends.search(read.folded, cue.end(), end)
        last = stop.start() if stop else end
        spans.append((cue.end(), last))
    return spans


def spans_within(read: ReadText) -> list[tuple[int, int]]:
    """Return where a sentence asks for what stands between two words: "strong Java and SQL skills"."""
    return [match.span("what") for match in _words().asks_around.finditer(read.folded)]


def examples(read: ReadText, known: Sequence[Stated[str]], spans: Sequence[tuple[int, int]]) -> Iterator[Stated[str]]:
    """Yield the names that a sentence gives as examples of what ``spans`` ask for: "tools such as Zorbify".

    So are several in brackets.
    """
    first = min((start for start, _ in spans), default=len(read.text))
    for cue in (*_words().examples.finditer(read.folded, first), *_IN_BRACKETS.finditer(read.text, first)):
        stop = _words().ends.search(read.folded, cue.end(), cue.end() + _FAR)
        end = stop.start() if stop else min(len(read.text), cue.end() + _FAR)
        for item in asked(read, known, [(cue.end(), end)]):
            if is_named(item.evidence.text) and not is_large_place(item.evidence.text):
                yield item


def asked(read: ReadText, known: Sequence[Stated[str]], spans: Sequence[tuple[int, int]]) -> Iterator[Stated[str]]:
    """Yield what stands in ``spans`` (:func:`asked_spans`), as far as it names nothing ``known``."""
    taken = _taken(known)
    for start, last in spans:
        begin = start
        for match in (*_words().joins.finditer(read.folded, start, last), None):
            span = _phrase(read, begin, match.start() if match else last)
            if span and not touches(taken, *span) and not _spells_out(read, *span):
                yield literal(read, *span)
            begin = match.end() if match else last


def _phrase(read: ReadText, start: int, end: int) -> tuple[int, int] | None:
    """Return the span of the noun phrase that fills ``start``..``end`` but for an article and adjectives before it."""
    words = _words()
    tokens = list(_TOKEN.finditer(read.text, start, end))
    if not tokens or len(tokens) > 7 or not _BLANK.fullmatch(read.text, start, tokens[0].start()):
        return None
    folded = [read.folded[t.start() : t.end()].strip(".'’-") for t in tokens]
    while folded and (folded[0] in words.leads or folded[0] in words.stops):
        folded, tokens = folded[1:], tokens[1:]
    while folded and folded[-1] in words.trails and not (len(folded) == 2 and folded[0] in words.too_wide):
        folded, tokens = folded[:-1], tokens[:-1]
    if not 1 <= len(tokens) <= 4 or any(part in words.stops or part in words.refused for part in folded):
        return None
    if folded[-1].isdigit() and tokens[0].group().islower():
        return None  # "delivery 4 to 6 years"
    first, last = tokens[0].start(), tokens[-1].end()
    while last > first and read.text[last - 1] in ".'’-":
        last -= 1
    phrase = read.folded[first:last]
    if (
        last - first > _MOST
        or max(map(len, folded)) > _LONGEST
        or not _WORDLIKE.search(read.text, first, last)
        or _TORN.search(read.text, first, last)
        or _JOINED.match(read.text, first, last)
        or _glued(read, first, last)
    ):
        return None
    single = len(tokens) == 1
    kind = not single and folded[-1] in words.kinds  # "electrical systems"
    told = phrase[: phrase.rindex(" ")] if kind and " " in phrase else phrase
    if words.none.search(told) or words.dates.search(phrase) or phrase in language_codes():
        return None
    if single and (folded[0] in words.too_wide or folded[0] in words.no_skill):
        return None
    if _technical(read.text[first:last]):
        return first, last
    ours = _OF_WORK.search(phrase) if single else kind or folded[-1] in words.heads
    doing = not single and _DOING.match(phrase) and not (kind and len(tokens) == 2)  # but "monitoring tools"
    return (first, last) if ours and not doing else None


def abbreviated(read: ReadText, known: Sequence[Stated[str]]) -> Iterator[Stated[str]]:
    """Yield the abbreviations ("GLBA", "F5", "vRA") in a sentence of ``known`` skills that not every advert has.

    Where one registers with it ("registered with the XYZ"), in any sentence.
    """
    words, taken = _words(), _taken(known)
    for match in _ABBREVIATION.finditer(read.text):
        start, end = match.span()
        if not (known or is_registered(read, start, end)) or _CRITERION.match(read.text, start):
            continue
        if read.folded[start:end] in words.no_skill or touches(taken, start, end) or _spelt_out(read, start, end):
            continue
        around = read.text[max(0, start - _AROUND) : end + _AROUND]
        beside = _SHOUTED_BEFORE.search(read.text, max(0, start - _AROUND), start) or _SHOUTED.match(read.text, end)
        shouted = beside is not None or (around.isupper() and " " in around)
        if not shouted:  # capitals prove nothing among capitals
            yield literal(read, start, end)


def employers(read: ReadText) -> frozenset[str]:
    """Return the ids of abbreviations by which a whole text calls an employer: "ACME offers", "ACME, Inc"."""
    employs = _words().employs
    found = (m.span() for m in _ABBREVIATION.finditer(read.text) if employs.match(read.folded, m.end()))
    return frozenset(LITERAL + read.folded[slice(*span)] for span in found)


def is_registered(read: ReadText, start: int, end: int) -> bool:
    """Tell whether ``start``..``end`` is with whom one registers: "registered with the XYZ", "XYZ registration"."""
    words = _words()
    before = words.registered.search(read.folded, max(0, start - _FAR), start)
    return before is not None or words.registers.match(read.folded, end) is not None


def _spelt_out(read: ReadText, start: int, end: int) -> bool:
    """Tell whether the words before an abbreviation in brackets are what it stands for: "Electrical Code (EC)"."""
    first = line_around(read.text, start)[0]
    before = _INITIAL.findall(read.folded, max(first, start - _FAR), start)
    return read.text[start - 1 : start] == "(" and "".join(before).endswith(read.folded[start:end])


def _is_told(read: ReadText, start: int, end: int) -> bool:
    """Tell whether words in a sentence of a CV are a name or a field: "R-Car X5", "Hardware Engineering"."""
    words = read.text[start:end].split()
    if len(words) == 1 or any(map(str.isdigit, read.text[start:end])) or any(not w[1:].islower() for w in words):
        return True
    return read.folded[start:end].split()[-1] in _words().heads and not _DOING.match(read.folded, start)


def _spells_out(read: ReadText, start: int, end: int) -> bool:
    """Tell whether words in brackets say what the abbreviation before them stands for: "EC (Electrical Code)"."""
    before = read.folded[max(0, start - _AROUND) : start]
    initials = "".join(_INITIAL.findall(read.folded, start, end))
    return len(initials) > 1 and before.endswith("(") and before[:-1].rstrip().endswith(initials)


def _is_a_mere_word(read: ReadText, start: int, end: int) -> bool:
    """Tell whether a single word is written small among others that are not: "standalone", but not "clustering"."""
    written = read.text[start:end]
    if not (written.isalpha() and written.islower()) or _OF_WORK.search(written):
        return False
    first, last = line_around(read.text, start)
    return not read.text[max(first, start - _FAR) : min(last, end + _FAR)].islower()


def _apart(written: str) -> str:
    """Return the folded words of "ReactNative"."""
    return fold(_CAMEL.sub(" ", written))


def is_named(written: str) -> bool:
    """Tell whether every word has a capital or a digit, as in a name: "Zorbify Cloud", but not "Data hygiene"."""
    return all(map(_technical, written.split()))


def is_name(written: str) -> bool:
    """Tell whether words have the form of a name and of nothing else: "vRA", "Zorbify Cloud", but not "Logical"."""
    return is_named(written) and (len(written.split()) > 1 or not written[1:].islower())


def names_a_field(written: str) -> bool:
    """Tell whether words have the form of a name, or are those of a field: "network protocols", but not "protocols"."""
    folded = fold(written)
    parts = folded.split()
    words = _words()
    short = (
        written[: len(parts[0])].isupper() and len(parts[0]) > 1 and parts[0] not in words.no_skill
    )  # "NEC contracts"
    if len(parts) > 1 and (short or parts[-1] in words.kinds):
        return True
    return is_name(written) or (len(parts) > 1 and parts[-1] in words.heads and not _DOING.match(folded))


def _technical(written: str) -> bool:
    return any(map(str.isupper, written)) or any(map(str.isdigit, written))


def _glued(read: ReadText, start: int, end: int) -> bool:
    """Tell whether a sentence begins in the span: a page lost its line ends ("WordpressFamiliarity with", "SQLWe")."""
    asks, stops = _words().asks, _words().stops
    return any(
        asks.match(read.folded[at.start() : at.start() + _MOST])
        or _LETTERS.match(read.folded, at.start()).group() in stops  # type: ignore[union-attr]  # a letter stands there
        for at in _CAMEL.finditer(read.text, start, end)
    )


def _taken(known: Sequence[Stated[str]]) -> list[tuple[int, int]]:
    return merged((item.evidence.start, item.evidence.end) for item in known)


def literal(read: ReadText, start: int, end: int) -> Stated[str]:
    return stated(LITERAL + " ".join(read.folded[start:end].split()), read.text, start, end)


def _name(read: ReadText, item: _Item, low: bool) -> tuple[int, int] | None:
    """Return the span of the name in an item; ``None`` where it does not look like one."""
    words, text = _words(), read.text
    rating = words.rating.search(read.folded, item.start, item.end)  # "Welding- Experience"
    tokens = list(_TOKEN.finditer(text, item.start, rating.start() if rating else item.end))
    if item.opens:  # "using Foo"
        cut = max((i + 1 for i, t in enumerate(tokens) if t.group().islower()), default=0)
        tokens = tokens[cut:] if cut < len(tokens) else tokens
    if not 1 <= len(tokens) <= _MOST_WORDS:
        return None
    start, end = tokens[0].start(), tokens[-1].end()
    while end > start and text[end - 1] in ".'’-":
        end -= 1
    written, folded = text[start:end], read.folded[start:end]
    if not 2 <= len(written) <= _MOST or not _WORDLIKE.search(written) or _glued(read, start, end):
        return None
    if (start and text[start - 1] in "$£€") or is_large_place(written) or _JOINED.match(written):
        return None
    parts = [read.folded[t.start() : t.end()].strip(".'’-") for t in tokens]
    if any(part in words.stops for part in parts) or parts[-1] in words.roles or is_heading(folded):
        return None
    if len(parts) == 1 and (parts[0] in words.too_wide or parts[0] in words.no_skill):
        return None
    if item.opens and (parts[0].endswith(("ed", "ing")) or item.then not in ",;/|"):
        return None  # "Reviewed and modified access lists"
    if not low and not any(c.isupper() or c.isdigit() for c in written):
        return None
    if words.none.search(folded) or words.dates.search(folded) or folded in language_codes():
        return None
    return start, end


def _runs(
    read: ReadText, known: Sequence[Stated[str]], soft: frozenset[str], in_lists: Sequence[tuple[int, int]]
) -> Iterator[list[_Item]]:
    """Yield the lists: items between commas and the like, without a break."""
    text, folded = read.text, read.folded
    spans = [(s.evidence.start, s.evidence.end, s.value in soft) for s in known]
    run: list[_Item] = []
    begin, position = 0, 0
    for match in (*_words().separator.finditer(folded), None):
        stop, after = match.span() if match else (len(text), len(text))
        while position < len(spans) and spans[position][1] <= begin:
            position += 1
        if match and _inside(spans, position, stop):
            continue
        first, last = begin, stop
        while first < last and text[first].isspace():
            first += 1
        while first < last and text[last - 1].isspace():
            last -= 1
        if first < last:
            run.append(_item(spans, position, (first, last), not run, match.group() if match else ""))
        begin = after
        if match is None or (
            match.group() in _BREAKS and not (match.group() == "\n" and _goes_on(text, stop, in_lists))
        ):
            if run:
                yield run
            run = []


def _goes_on(text: str, stop: int, in_lists: Sequence[tuple[int, int]]) -> bool:
    return text[max(0, stop - 2) : stop].rstrip()[-1:] in (",", "/", ";", "&") or touches(in_lists, stop, stop + 1)


def _inside(spans: Sequence[tuple[int, int, bool]], position: int, at: int) -> bool:
    while position < len(spans) and spans[position][0] <= at:
        if at < spans[position][1]:
            return True
        position += 1
    return False


def _item(
    spans: Sequence[tuple[int, int, bool]], position: int, span: tuple[int, int], opens: bool, then: str
) -> _Item:
    known = soft = False
    start, end = span
    while position < len(spans) and spans[position][0] < end:
        first, last, is_soft = spans[position]
        if last > start:
            soft = True  # something is known in it
            at_end = opens and last >= end - 1
            known = known or (not is_soft and (2 * (last - first) >= end - start or at_end))
        position += 1
    return _Item(start, end, known, soft and not known, opens, then)
