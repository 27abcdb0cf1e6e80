"""Mask a text: the passes, and the repetition that makes masking idempotent."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple

from jobfit.documents.masking import gender
from jobfit.documents.masking.adverts import contact_persons
from jobfit.documents.masking.columns import column_names, lone_ages, spaced_edits, torn_addresses, torn_births
from jobfit.documents.masking.contact import address_names, contact_edits, public_contacts
from jobfit.documents.masking.header import header_birth, header_names, reference_edits, stated_names
from jobfit.documents.masking.kinds import PERSONAL, TextKind, has_words, is_foreign, is_latin
from jobfit.documents.masking.names import glued_edits, known_names, name_edits
from jobfit.documents.masking.opening import mid_page_name, opening_name
from jobfit.documents.masking.papers import document_edits, relative_edits
from jobfit.documents.masking.personal import addresses, labelled, labelled_contacts, personal_edits
from jobfit.documents.masking.spans import Draft, Edit, Masked, MaskedSpan, tidy, trailing_blanks
from jobfit.documents.masking.words import tokens

_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
_MAX_PASSES = 12
NAMED = "\u2060"  # a word joiner: invisible, and no word to any encoder or index


def mask(text: str, kind: TextKind = TextKind.CV, *, names: Sequence[str] = ()) -> Masked:
    """Return ``text`` without what shows who a person is, and where the things taken out stood.

    kind:  what is read; it decides which rules run (see the package). Not stated, the text is masked as a whole CV, of
        which most is taken out.
    names: full names already known, e.g. from the profile. In a CV more are found at its head, in labelled lines, under
        closing formulas and in e-mail addresses; every occurrence of their words is masked.

    Takes no language on purpose: both languages' rules always run, because a guessed language can change with the name.
    Of a text that is mostly in another script than Latin, and of a label with letters of another language, only contact
    details and ``names`` are taken out. Rules that
    guess (a name by its place, the gender of a word) stand back where nothing would be left of the text, and
    ``abstained`` says so. Only a text of nothing but details that are sure (an address) gives one without words.
    Passes are repeated until nothing changes. Where what stands first once the name of a CV is gone, a title or a town,
    would look like a name the next time, the text opens with a word joiner, and no name is looked for by its place.
    So ``mask(mask(x).text).text == mask(x).text``; a joiner before details that are still there tells nothing.

    >>> mask("Jane Doe | jane@doe.org\\nWaitress\\nJane led a team of 5.").text
    '\\nServer\\nled a team of 5.'
    >>> mask("Political Scientists (m/f)", TextKind.LABEL).text
    'Political Scientists'
    """
    if kind is TextKind.CV and text.startswith(NAMED):
        draft = _masked_as(text, _Rules.of(text, TextKind.CV_PART), names)
        if draft.kinds <= {"name", "gender"}:
            return replace(draft.masked(), text=NAMED + draft.text)
    rules = _Rules.of(text, kind)
    draft = _masked_as(text, rules, names)
    if rules.head and "name" in draft.kinds and has_words(draft.text) and any(_heads(draft.text)):
        return replace(draft.masked(), text=NAMED + draft.text)
    abstained: list[MaskedSpan] = []
    for guess in _GUESSES:
        if has_words(draft.text) or not has_words(text):
            break
        rules = replace(_Rules.of(text, kind), **dict.fromkeys(guess, False))
        careful = _masked_as(text, rules, names)
        if has_words(careful.text):
            kept = set(careful.masked().spans)
            abstained = [span for span in draft.masked().spans if span not in kept]
            draft = careful
    return replace(draft.masked(), abstained=tuple(abstained))


@dataclass(frozen=True, slots=True)
class _Rules:
    """Which rules run: those for the head of a CV, for a person's details, for people in an advert, for genders."""

    head: bool
    personal: bool
    people: bool
    gender: bool

    @classmethod
    def of(cls, text: str, kind: TextKind) -> _Rules:
        if not is_latin(text) or (kind is TextKind.LABEL and is_foreign(text)):
            return cls(False, False, False, False)
        cv = kind in PERSONAL
        return cls(kind is TextKind.CV, cv, cv or kind is not TextKind.LABEL, True)


_GUESSES = (("head",), ("head", "gender"))  # given up one after the other


class _Known(NamedTuple):
    """Names that were handed in, all full ones, and words of names that addresses spell."""

    given: Sequence[str]
    full: set[str]
    loose: set[str]


def _masked_as(text: str, rules: _Rules, names: Sequence[str]) -> Draft:
    draft = Draft(text)
    draft.apply(Edit(m.start(), m.end(), "") for m in _INVISIBLE.finditer(text))
    draft.apply(trailing_blanks(draft.text))
    loose: set[str] = set()
    if rules.personal:
        draft.apply(spaced_edits(draft.text))
        torn = list(torn_addresses(draft.text))
        loose = set(address_names(draft.text)).union(*(words for _, words in torn))
        draft.apply(edit for edit, _ in torn)
    full = set(names)
    by_line = _LineRules()
    headless = rules.head
    for _ in range(_MAX_PASSES):
        before = draft.text
        headless = _one_pass(draft, rules, _Known(names, full, loose), by_line, headless)
        if draft.text == before:
            break
    return draft


class _LineRules:
    """Runs rules that look at one line at a time: a line in which one of them did nothing is not shown to it again."""

    def __init__(self) -> None:
        self._clean: dict[str, set[str]] = {}
        self._text: str | None = None
        self._lines: tuple[list[str], list[int]] = [], []

    def edits(self, rule: Callable[[str], Iterable[Edit]], text: str) -> list[Edit]:
        return [edit for edit, _ in self.pairs(lambda part: ((edit, "") for edit in rule(part)), text, rule.__name__)]

    def pairs(self, rule: Callable[[str], Iterable[tuple[Edit, str]]], text: str, name: str) -> list[tuple[Edit, str]]:
        clean = self._clean.get(name)
        lines, begins = self._lines_of(text)
        if clean is None:
            clean, fresh, starts = self._clean.setdefault(name, set()), lines, begins
        else:
            unclean = [(line, start) for line, start in zip(lines, begins) if line not in clean]
            fresh, starts = [line for line, _ in unclean], [start for _, start in unclean]
        if len(fresh) == len(lines):
            placed = list(rule(text))
        else:
            part = "\n".join(fresh)
            ends = list(accumulate(len(line) + 1 for line in fresh))
            placed = []
            for edit, value in rule(part):
                number = bisect_right(ends, edit.start)
                by = starts[number] - (ends[number] - len(fresh[number]) - 1)
                placed.append((edit._replace(start=edit.start + by, end=edit.end + by), value))
        clean.update(fresh)
        clean.difference_update(fresh[bisect_right(starts, edit.start) - 1] for edit, _ in placed)
        return placed

    def _lines_of(self, text: str) -> tuple[list[str], list[int]]:
        """The lines of ``text`` and where each begins, made once for rules that see the same text."""
        if text is not self._text:
            lines = text.split("\n")
            self._text = text
            self._lines = lines, list(accumulate((len(line) + 1 for line in lines[:-1]), initial=0))
        return self._lines


def _one_pass(draft: Draft, rules: _Rules, known: _Known, by_line: _LineRules, headless: bool) -> bool:
    """Run every rule once. ``headless``: the name in the head is still to be found; returned for the next pass."""
    given, full, loose = known
    stated: set[str] = set()
    if rules.people:
        full.update(stated_names(draft.text))
    if rules.personal:
        draft.apply(by_line.edits(document_edits, draft.text))
    draft.apply(by_line.edits(contact_edits if rules.personal else public_contacts, draft.text))
    if rules.personal:
        stated = _personal_details(draft, full, by_line)
    elif rules.people:
        _people(draft, full, by_line)
    if rules.head:
        headless = not _head(draft, full, loose, stated, headless) and headless
    every = known_names(full, loose)
    if rules.personal or not rules.people:
        draft.apply(name_edits(draft.text, every))
        draft.apply(glued_edits(draft.text, every))
    else:  # one word of a contact's name may be that of the employer
        found = list(name_edits(draft.text, every))
        whole = [edit for edit in found if len(tokens(draft.text[edit.start : edit.end])) > 1]
        draft.apply([*whole, *name_edits(draft.text, known_names(given))])
    for rule in (gender.marker_edits, gender.word_edits, gender.double_edits) if rules.gender else ():
        draft.apply(by_line.edits(rule, draft.text))
    tidy(draft)
    return headless


def _personal_details(draft: Draft, full: set[str], by_line: _LineRules) -> set[str]:
    """Take out what is labelled or tells itself; return the names that labels state, which join ``full``."""
    draft.apply(reference_edits(draft.text))
    draft.apply(by_line.edits(relative_edits, draft.text))
    details = by_line.pairs(labelled, draft.text, "labelled")
    stated = {value for _, value in details if value.strip()}
    full.update(stated)
    draft.apply(edit for edit, _ in details)
    draft.apply(by_line.edits(personal_edits, draft.text))
    return stated


def _people(draft: Draft, full: set[str], by_line: _LineRules) -> None:
    """Take out who is to be written to, and where: of an advert or a sentence nothing else is personal."""
    details = by_line.pairs(labelled_contacts, draft.text, "labelled_contacts")
    full.update(value for _, value in details if value.strip())
    draft.apply(edit for edit, _ in details)
    persons = list(contact_persons(draft.text))
    full.update(name for _, name in persons if len(tokens(name)) > 1)
    draft.apply(edit for edit, _ in persons)
    draft.apply(by_line.edits(addresses, draft.text))


def _head(draft: Draft, full: set[str], loose: set[str], stated: set[str], headless: bool) -> bool:
    """Take out births and the name of the head; return whether one was found."""
    for rule in (header_birth, lone_ages, torn_births):
        draft.apply(rule(draft.text))
    heads = list(_heads(draft.text, stated, loose, full)) if headless else []
    full.update(value for _, value in heads)
    draft.apply(edit for edit, _ in heads)
    columns = list(column_names(draft.text))
    full.update(value for _, value in columns)
    draft.apply(edit for edit, _ in columns)
    return bool(heads)


def _heads(
    text: str, stated: AbstractSet[str] = frozenset(), loose: AbstractSet[str] = frozenset(), full: Iterable[str] = ()
) -> Iterable[tuple[Edit, str]]:
    """The name in the head by its place; names that labels state, or that are known, leave fewer places to it."""
    heads = list(opening_name(text)) if not stated else []
    heads = heads or list(header_names(text, {token for name in stated for token in tokens(name)}, loose))
    return heads or (() if full else list(mid_page_name(text)))
