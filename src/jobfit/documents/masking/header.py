"""Find the person's name by where it stands: above the first heading, under a closing formula, after "my name is"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache, partial

from jobfit.documents.masking.spans import Edit
from jobfit.documents.masking.words import fold, is_capitalised, lists, lowered, near, near_words, tokens, word_pattern
from jobfit.lexicon import Lexicon, built

MAX_LINES = 15
_CAMEL = re.compile(r"[a-zß-ÿ]{4}[A-Z]|[a-z][A-Z]\b")
_MAX_SEGMENT = 70
_HEAD_LINES = 6
_LONG_LINE = 160  # characters
_LONG_WORDS = 16
_HEADING_WORDS = 5
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
SEPARATOR = re.compile(r"[|•·;\t()\[\]]|[^\S\n]{2,}|\s[–—/-]\s|, (?=(?:PhD|MBA|MSc|BSc|MD|Esq|Jr|ing)\b)", re.I)
_TAIL = re.compile(r"(?:,? ?\b(?:PhD|Ph\.D\.?|MBA|MSc|BSc|MD|Esq|Jr|CV|resume)\b\.?)+\s*$", re.I)
NOT_IN_NAME = re.compile(r"[^\w\s'’ʼ`.,\-‐‑·\u0300-\u036f\u0590-\u0eff\u1000-\u109f\u200c\u200d]|[\d_]")
_DATED_CELL = re.compile(
    r"(?:^|(?<=[|•·;\t]))[^\S\n]{0,9}(?:\d{1,2}(?:st|nd|rd|th|er)?[ ./-][^\W_]{1,10}[ ./-](?:19[3-9]|200)\d)"
    r"[^\S\n]{0,9}(?=$|[|•·;\t])"
    r"|(?<=[|•·])[^\S\n]{0,9}(?:19[3-9]|200)\d[^\S\n]{0,9}(?=$|[|•·])",
    re.M,
)
_BIRTH_YEAR = re.compile(r"(?:19[3-9]|200)\d")
_PROFILES = ("linked", "facebook", "xing", "viadeo", "skype", "telegram")
_PROFILE_OF = re.compile(
    r"(?:linked ?in|facebook|xing|viadeo|skype|telegram)[^\S\n]*[:：][^\S\n]*(?P<name>[^\n|•;\t:：@/]{3,40}?)"
    r"(?=[^\S\n]*(?:$|[|•;\t])|[^\S\n]+[^\W\d_]{3,14}[^\S\n]?[:：])",
    re.I | re.M,
)


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "masking")
        name = r"(?-i:[^\W\d_a-zß-ÿ][^\s,.;:!?\n]{0,30})"
        self.lead = re.compile(rf"\s*(?:(?:{of('lead')})\b\.?\s*(?:{of('lead_of')}|[:–—-])?\s*){{1,4}}", re.I)
        self.signed = re.compile(
            rf"^[^\S\n]*(?:{of('signed')})[,.:!]?[^\S\n]*\n\s{{0,4}}(?P<name>[^\n]{{2,60}})$", re.I | re.M
        )
        self.introduced = re.compile(rf"\b(?:{of('introduced')})\s+(?P<name>{name}(?: {name}){{0,4}})", re.I)
        self.is_heading = lru_cache(maxsize=4096)(_is_heading)  # several rules ask it of the same lines
        self.signed_hints = lexicon.parts("masking", "signed_hints")
        self.introduced_hints = lexicon.parts("masking", "introduced_hints")
        self.references = re.compile(rf"^[^\S\n]*(?:{of('references')})[^\S\n]*:?[^\S\n]*$", re.I | re.M)


_words = built(_Words)


def header_birth(text: str) -> Iterator[Edit]:
    """Yield the removal of a date or a year alone in its cell above the first heading: nothing else is dated there."""
    end = 0
    for _ in range(MAX_LINES):
        start, end = end, text.find("\n", end) + 1
        if is_heading(text[start:end]) or not end:
            break
    for match in near(_DATED_CELL, _BIRTH_YEAR, text[: end or 2000]):
        yield Edit(match.start(), match.end(), "birth")


def is_heading(line: str) -> bool:
    return len(line) < _MAX_SEGMENT and _words().is_heading(line)


def _is_heading(line: str) -> bool:
    known, pattern = lists(), word_pattern(line)
    opening = pattern.search(line)
    if opening is None:
        return False
    first = fold(opening.group())  # a quick look at it: most lines are no headings
    if first in known.job_heads or not (first in known.headings or first in known.heading_links):
        return False
    words = tokens(line)
    return len(words) <= 5 and all(word in known.headings or word in known.heading_links for word in words)


def header_names(text: str, known: AbstractSet[str], addressed: AbstractSet[str]) -> Iterator[tuple[Edit, str]]:
    """Yield the first segment of the head that is shaped like a person's name, as a removal and its value.

    Where a name is ``known`` by its label, only a segment that shares a word with it or with those that an address
    spells counts: what else looks like a name is a town, a tool or an employer.
    """
    for line, start in head_lines(text):
        if is_long(line):
            continue
        first = not start or (text[0] != "\n" and is_lead(text[:start]))
        for edit, value in _names_in_line(line, start, first):
            if not known or not (known | addressed).isdisjoint(tokens(value)):
                yield edit, value
                return


def head_lines(text: str) -> Iterator[tuple[str, int]]:
    """Yield the lines above the first heading that hold words, with their start: six at most.

    The head also ends behind a long line, and before a dated one or one that goes on behind a heading ("Skills * SQL").
    """
    start, count = 0, 0
    for _ in range(MAX_LINES):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end]
        words = word_pattern(line[:_LONG_LINE]).findall(line[:_LONG_LINE])
        if words and count and _opens_text(line):
            return
        if words and not is_lead(line):
            if is_heading(line) or _goes_on(line, words) or (count and has_year(line)):
                return
            yield line[:_LONG_LINE], start
            count += 1
            if count == _HEAD_LINES or is_long(line):
                return
        if end == len(text):
            return
        start = end + 1


def _opens_text(line: str) -> bool:
    """Whether a line is a heading of prose ("Profile"), unlike "Contact", below which a name may stand."""
    return is_heading(line) and lists().side_headings.isdisjoint(tokens(line))


def is_long(line: str) -> bool:
    """Whether a line is more than a head holds in one: in "Testing, planning, ..." no place shows a name."""
    return len(line) >= _LONG_LINE or len(line.split()) > _LONG_WORDS


def has_year(line: str) -> bool:
    return bool(_YEAR.search(line))


def is_lead(line: str) -> bool:
    """Whether a line says no more than "Curriculum vitae"."""
    return bool(_words().lead.fullmatch(line))


def _goes_on(line: str, words: Sequence[str]) -> bool:
    known = lists()
    opening = [fold(word) for word in words[:2]]
    heading = opening[0] in known.headings and not _words().lead.match(line)
    return len(words) > _HEADING_WORDS and (heading or all(word in known.headings for word in opening))


def _names_in_line(line: str, offset: int, first: bool) -> Iterator[tuple[Edit, str]]:
    bounds = [0, *(edge for m in SEPARATOR.finditer(line[:400]) for edge in m.span()), min(len(line), 400)]
    for left, right in zip(bounds[::2], bounds[1::2], strict=True):
        value = line[left:right]
        lead = _words().lead.match(value)
        core = _TAIL.sub("", value[lead.end() :] if lead else value)
        before, comma, behind = core.partition(",")
        if comma and (is_country(before) or is_country(behind)):
            continue
        if " / " in line and len(tokens(core)) < 2:  # tools: "Windows XP / Vista"
            continue
        if is_before_comma := first and _followed_by_more(core):
            core = before
        if not is_person(core, first):
            if first and (name := _before_title(core)):
                start = offset + left + value.index(name)
                yield Edit(start, start + len(name), "name"), name
                first = False
            continue
        if is_before_comma:
            right = left + value.index(",") + 1
        yield Edit(offset + left, offset + right, "name"), core
        first = False


def _followed_by_more(core: str) -> bool:
    """Whether a segment is "Ann Lee, Lyon" or "Ann Lee, nurse" rather than a name alone."""
    name, _, rest = core.partition(",")
    words = set(tokens(rest))
    whole = len(tokens(name)) > 1 or name[:1] == name[:1].swapcase()  # scripts without capitals may have no space
    town = words and words <= lists().places and whole
    return bool(town) or (not is_person(core, True) and not words.isdisjoint(lists().job_heads | lists().job_words))


def _before_title(core: str) -> str:
    """Return the name that opens "Ann Lee full stack developer with 3 years", empty where there is none.

    Two to four words shaped like a name, none of them a skill, and behind them a title: words of work up to an
    occupation.
    """
    segment = core[:_MAX_SEGMENT]
    words = list(word_pattern(segment).finditer(segment))
    folded = [fold(word.group()) for word in words]
    for count in (2, 3, 4):
        name = core[: words[count - 1].end()] if len(words) > count else ""
        title = folded[count : count + 4]
        head = next((n for n, word in enumerate(title) if word in lists().job_heads), None)
        if not name or head is None or not all(is_work(word) for word in title[:head]):
            continue
        in_names = lists().surname_trades | lists().particles
        if is_person(name, True) and not any(is_work(word) for word in folded[:count] if word not in in_names):
            return name
    return ""


def is_country(value: str) -> bool:
    words = tokens(value)
    return bool(words) and lists().place_parts.issuperset(words)


def is_work(word: str) -> bool:
    return word in lists().work


def is_person(value: str, first: bool = False) -> bool:
    """Whether ``value`` is shaped like a name of a person; on the ``first`` line ordinary words may make one up."""
    value = value.strip(" .,")
    if not 0 < len(value) <= _MAX_SEGMENT or NOT_IN_NAME.search(value) or value.count(",") > 1:
        return False
    known = lists()
    words = word_pattern(value).findall(value)
    folded = [fold(w) for w in words]
    if not 1 <= len(words) <= 8 or not known.never.isdisjoint(folded) or _CAMEL.search(value):
        return False
    if not all(is_capitalised(w) or fold(w.strip("'’.,")) in known.particles or len(w) == 1 for w in value.split()):
        return False
    if len(words) == 1 and not (first or not (value[0].isupper() or value[0].islower())):
        return False
    if "," in value and not first and not (known.place_parts | known.places).isdisjoint(folded):
        return False
    if (known.places | known.place_parts).issuperset(folded):
        return False
    words_of_work = [t for t in folded if t in known.job_words or t in known.skills]
    skills = [t for t in words_of_work if t not in known.particles and t not in known.name_words]
    if 1 < len(skills) >= len(words) / 2 > 1 or (skills and "," in value and not first):
        return False  # tools side by side, one of which no list knows
    unknown = [t for t in folded if not (t in words_of_work or t in known.places)]
    weak = first and len(words) == 2 and all(t in known.surname_trades or t not in known.job_words for t in folded)
    return any(len(t) > 1 and t not in known.particles for t in (folded if weak else unknown))


def stated_names(text: str) -> Iterator[str]:
    """Yield names that a sentence, a closing formula or the label of a profile states."""
    words, low = _words(), lowered(text)
    signs = ((words.signed, words.signed_hints), (words.introduced, words.introduced_hints), (_PROFILE_OF, _PROFILES))
    for pattern, hints in signs:
        one_line = pattern is _PROFILE_OF
        for match in near_words(pattern, hints, text, low) if one_line else _where(pattern, hints, text, low):
            several = not one_line or len(tokens(match["name"])) > 1
            if several and is_person(match["name"], first=True):
                yield match["name"]


def _where(pattern: re.Pattern[str], hints: Sequence[str], text: str, low: str) -> Iterator[re.Match[str]]:
    return pattern.finditer(text) if any(hint in low for hint in hints) else iter(())


def reference_edits(text: str) -> Iterator[Edit]:
    """Yield the removal of the body of each references section: it names third persons and states no fact to match."""
    for match in _words().references.finditer(text):
        end = match.end()
        while end < len(text):
            stop = text.find("\n", end + 1)
            stop = len(text) if stop < 0 else stop
            line = text[end:stop]
            if is_heading(line) or (line.rstrip().endswith(":") and lists().headings.issuperset(tokens(line)[:1])):
                break
            end = stop
        if text[match.end() : end].strip():
            yield Edit(match.end(), end, "name", "\n" if end < len(text) else "")
