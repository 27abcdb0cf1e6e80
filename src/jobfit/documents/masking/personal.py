"""Labelled personal details, birth dates, ages, civil status and postal addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from jobfit.documents.masking.header import NOT_IN_NAME, is_person
from jobfit.documents.masking.spans import Edit
from jobfit.documents.masking.words import (
    is_capitalised,
    label_lines,
    lines_with,
    lists,
    lowered,
    near,
    near_lines,
    near_words,
    tokens,
)
from jobfit.lexicon import Lexicon, built

_ONE_WORD = r"[^\s|•;,]{0,60}"
_CELL = r"[^|•;\t\n]{0,120}?"
_INLINE = r"|(?<=[^\W_] )"  # "Email: Phone: DOB:" on one line; not for names, or "Project name: X" would go
_MONTH = r"[^\W\d_]{3,10}\.?"
_AGE = r"(?:1[4-9]|[2-7]\d)"
_ALONE = r"(?:(?<=^)|(?<=[|•·;,(\t])|(?<=[|•·;,–-] )|(?<= {2}))"
_CELL_START = r"(?:(?<=^)|(?<=[|\t])|(?<=\| ))"  # in a list of hobbies "photo" is one of them
_STOP = r"(?=[ \t]*(?:$|[|•·;,.)\t]| {2}| [–-] ))"
_HOUSE = re.compile(r"\d[A-Za-z]?,? [^\W\d_]")
_ZIP = re.compile(r"[xXP\d](?:(?<=\d)(?:\d{4}|[A-Z]{2})| \d)")
_STARTS = re.compile(r"(?:^|[:,|•;·\t(]|\s[–-])[^\S\n]{0,4}$|^[^\S\n]{0,4}[-–*][^\S\n]{0,4}$", re.M)
_OWN_CELL = r"(?:(?<=^)|(?<=[|•·;\t(])|(?<=[|•·;] )|(?<=^[-–] )|(?<= {2}))"
_STREET_END = re.compile(r"[,;|•·\t\n()]|[^\S\n][–-][^\S\n]|[^\S\n](?:F-)?\d{5}\b|$", re.M)
_POSTCODE = re.compile(r"\b\d{5}\b")
_LOWER = re.compile(r"\b[a-zß-ÿ]{2,}")
_EDGE = re.compile(r"[\n|•;\t]")
_ADDRESS_MAX, _STREET_MAX = 120, 50
_ADDRESS_WORDS = 2  # in small letters before the number of a house, such as "les tilleuls"


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "masking")

        def hints(*keys: str) -> tuple[str, ...]:
            return tuple(hint for key in keys for hint in lexicon.parts("masking", key))

        labels = {kind: "|".join(parts) for kind, parts in lexicon.groups("masking", "labels").items()}
        following = (
            r"(?=\s*(?:$|[|•·;\t]| {3}|, ?(?:\w{2,12} ){0,2}\w{2,14} ?:)"
            rf"|\s*(?:{labels['contact']}|{labels['birth']}|{labels['address']}|{of('next_label')})\s?:)"
        )
        on, at_place = (f"(?:{''.join(f'{word} |' for word in hints(key))})" for key in ("born_on", "born_in"))
        date = (
            rf"(?:\d{{1,2}} ?[./\-] ?\d{{1,2}} ?[./\-] ?\d{{2,4}}|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|"
            rf"\d{{1,2}}(?:{lexicon.union('dates', 'ordinals')})? (?:of )?{_MONTH},? \d{{4}}|"
            rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|{_MONTH} \d{{4}}|(?:19|20)\d\d)"
        )
        place = rf"(?:,? (?:{of('born_at')}) [^\W\d_][^\n|;•,.()]{{1,30}})?"
        born = re.compile(
            rf"\b(?:{of('born')})\s+{on}(?:the )?{date}{place}"
            rf"|\b(?:{of('born')})\s+{at_place}(?-i:[^\W\d_a-zà-ÿ])[^\n|;•,.()]{{1,40}}",
            re.I,
        )
        stated = of("age").replace("<age>", _AGE).replace("<alone>", _ALONE)
        age = re.compile(rf"{stated}|{_ALONE}{_AGE} ?(?:{of('age_alone')})(?!\w){_STOP}", re.I | re.M)
        number = rf"(?:\d|{of('numbers')})"
        status = of("status")
        for name, part in (
            ("number", number),
            ("children", rf"(?: (?:\w{{2,8}} )?(?:{of('children')}))?"),
            ("with", rf"(?:,? ?(?:{of('with')})? ?{number} (?:{of('children_with')}))?"),
            ("alone", _ALONE), ("stop", _STOP), ("cell", _CELL_START), ("own", _OWN_CELL),
        ):  # fmt: skip
            status = status.replace(f"<{name}>", part)
        self.labelled = {
            kind: re.compile(
                rf"(?:^|(?<=[-–*•▪●◦] )|(?<=[|•·;,\t(])"
                rf"|(?<=[ ]{{2}}){'' if kind in ('name', 'status') else _INLINE})[^\S\n]?(?:{parts})"
                rf"\.?[^\S\n]?[:：][ \t]*(?P<value>{_ONE_WORD if kind == 'contact' else _CELL}){following}",
                re.I | re.M,
            )
            for kind, parts in labels.items()
        }
        self.label = re.compile(rf"(?<!\w)(?:{'|'.join(labels.values())})\.?[^\S\n]?[:：]", re.I)
        # kind, pattern, cheap hints, what their line has to hold too
        self.unlabelled = (
            ("birth", born, hints("born_hints"), None),
            ("birth", age, hints("age_hints"), re.compile(r"[1-7]\d(?<!\d\d\d)(?!\d)")),
            ("status", re.compile(status, re.I | re.M), hints("status_hints"), None),
        )
        self.part_of_name = re.compile(of("parts_of_name"), re.I)
        values = lexicon.groups("masking", "values")
        self.valued = tuple(
            (re.compile(rf"\W*(?:{'|'.join(parts)})\.?\s?[:：]", re.I), re.compile("|".join(values[name]), re.I))
            for name, parts in lexicon.groups("masking", "valued").items()
        )
        self.street_unsure = re.compile(rf"\d{{1,5}}[A-Za-z]?,? (?:{of('streets_unsure')})", re.I)
        self.street = re.compile(rf"\d{{1,5}}[A-Za-z]?,? (?:{of('streets')})", re.I)
        self.postcode = re.compile(of("postcodes"), re.M)


_words = built(_Words)


def labelled(text: str) -> Iterator[tuple[Edit, str]]:
    """Yield the removal of each labelled detail, with the value of the name labels (empty for other kinds)."""
    return _labelled(text, _words().labelled, of_a_person=True)


def labelled_contacts(text: str) -> Iterator[tuple[Edit, str]]:
    """As :func:`labelled`, for names, contact details and addresses alone: what an advert states of a person."""
    return _labelled(text, ("name", "contact", "address"))


def _labelled(text: str, kinds: Iterable[str], of_a_person: bool = False) -> Iterator[tuple[Edit, str]]:
    known, patterns = lists(), _words().labelled
    lines = list(label_lines(text, _words().label))
    for kind in kinds:
        for match in near_lines(patterns[kind], lines, text):
            value = match["value"]
            if kind == "status" and not known.job_heads.isdisjoint(tokens(value)):
                yield Edit(match.start(), match.start("value"), kind), ""
            elif kind != "name":
                if _is_asked(text[match.start() : match.start("value")], value):
                    yield Edit(match.start(), match.end(), kind), ""
            elif not value.strip() or is_person(value, first=True) or (of_a_person and _is_name(match)):
                yield Edit(match.start(), match.end(), kind), value


def _is_name(labelled: re.Match[str]) -> bool:
    """Whether a value made of ordinary words is a name: its label asks for a part of one ("Surname: Driver")."""
    value = labelled["value"].strip()
    parts = _words().part_of_name.search(labelled.string, labelled.start(), labelled.start("value"))
    written = all(map(is_capitalised, value.split())) and not NOT_IN_NAME.search(value)
    return written and bool(parts or _is_surname(value))


def _is_surname(value: str) -> bool:
    known, words = lists(), tokens(value)
    return len(words) == 1 and any(words[0] in them for them in (known.name_words, known.surname_trades, known.titles))


def _is_asked(label: str, value: str) -> bool:
    """Whether ``value`` looks like what its label asks for: "Mobile: Flutter" is no telephone number."""
    if not value.strip():
        return True
    return all(values.search(value) for labels, values in _words().valued if labels.match(label))


def personal_edits(text: str) -> Iterator[Edit]:
    """Yield the removal of birth dates, ages, civil status and postal addresses that stand without a label."""
    words, low = _words(), lowered(text)
    for kind, pattern, hints, second in words.unlabelled:
        for match in near_words(pattern, hints, text, low, second):
            yield Edit(match.start(), match.end(), kind)
    for match in _places(text):
        yield _whole_segment(text, match.start(), match.end())


def addresses(text: str) -> Iterator[Edit]:
    """Yield the removal of streets and postcodes alone: an employer and a town beside them stay."""
    for match in _places(text):
        if code := _POSTCODE.search(match.group()):
            yield Edit(match.start() + code.start(), match.start() + code.end(), "address")
            continue
        open_end = match.group().endswith(" ")
        stop = _STREET_END.search(text, match.end(), match.end() + _STREET_MAX) if open_end else None
        yield Edit(match.start(), stop.start() if stop else match.end(), "address")


def _places(text: str) -> Iterator[re.Match[str]]:
    words = _words()
    houses = tuple(lines_with(_HOUSE, text))
    yield from near_lines(words.street, houses, text)
    yield from near(words.postcode, _ZIP, text)
    for match in near_lines(words.street_unsure, houses, text):
        end = text.find("\n", match.end())
        rest = text[match.end() : end if 0 <= end < match.end() + _ADDRESS_MAX else match.end() + _ADDRESS_MAX]
        if _STARTS.search(text, max(0, match.start() - 8), match.start()) or _POSTCODE.search(rest):
            yield match


def _whole_segment(text: str, start: int, end: int) -> Edit:
    left = max((text.rfind(edge, max(0, start - _ADDRESS_MAX), start) for edge in "\n|•;\t"), default=-1) + 1
    edge = _EDGE.search(text, end, end + _ADDRESS_MAX)
    right = edge.start() if edge else min(len(text), end + _ADDRESS_MAX)
    if (left == 0 and start > _ADDRESS_MAX) or right - left > _ADDRESS_MAX:
        return Edit(start, end, "address")
    return Edit(_after_work(text, left, start), right, "address")


def _after_work(text: str, left: int, start: int) -> int:
    """Return where an address begins in a segment that begins with a title or a sentence."""
    before = text[left:start]
    work = not lists().job_heads.isdisjoint(tokens(before))
    return start if work or len(_LOWER.findall(before)) > _ADDRESS_WORDS else left
