"""Mask a text: the passes, and the repetition that makes masking idempotent."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import accumulate

from jobfit.documents.masking import gender
from jobfit.documents.masking.columns import column_names, lone_ages, spaced_edits, torn_addresses, torn_births
from jobfit.documents.masking.contact import address_names, contact_edits
from jobfit.documents.masking.header import header_birth, header_names, reference_edits, stated_names
from jobfit.documents.masking.names import glued_edits, known_names, name_edits
from jobfit.documents.masking.opening import mid_page_name, opening_name
from jobfit.documents.masking.papers import document_edits, relative_edits
from jobfit.documents.masking.personal import labelled, personal_edits
from jobfit.documents.masking.spans import Draft, Edit, Masked, tidy
from jobfit.documents.masking.words import tokens

_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
_MAX_PASSES = 12


def mask(text: str, *, names: Sequence[str] = ()) -> Masked:
    """Return ``text`` without what shows who a person is, and where the things taken out stood.

    names: full names already known, e.g. from the profile. More are found in the header, in labelled lines, under
        closing formulas and in e-mail addresses; every occurrence of their words is masked.

    Takes no language on purpose: both languages' rules always run, because a guessed language can change with the name.
    Passes are repeated until nothing changes, so ``mask(mask(x).text).text == mask(x).text``. Empty text gives empty
    text.

    >>> mask("Jane Doe | jane@doe.org\\nWaitress\\nJane led a team of 5.").text
    '\\nServer\\nled a team of 5.'
    """
    draft = Draft(text)
    draft.apply(Edit(m.start(), m.end(), "") for m in _INVISIBLE.finditer(text))
    draft.apply(spaced_edits(draft.text))
    torn = list(torn_addresses(draft.text))
    full, loose = set(names), set(address_names(draft.text)).union(*(words for _, words in torn))
    draft.apply(edit for edit, _ in torn)
    by_line = _LineRules()
    headless = True
    for _ in range(_MAX_PASSES):
        before = draft.text
        headless = _one_pass(draft, full, loose, by_line, headless)
        if draft.text == before:
            break
    return draft.masked()


class _LineRules:
    """Runs rules that look at one line at a time: a line in which one of them did nothing is not shown to it again."""

    def __init__(self) -> None:
        self._clean: dict[str, set[str]] = {}

    def edits(self, rule: Callable[[str], Iterable[Edit]], text: str) -> list[Edit]:
        return [edit for edit, _ in self.pairs(lambda part: ((edit, "") for edit in rule(part)), text, rule.__name__)]

    def pairs(self, rule: Callable[[str], Iterable[tuple[Edit, str]]], text: str, name: str) -> list[tuple[Edit, str]]:
        clean, lines = self._clean.setdefault(name, set()), text.split("\n")
        begins = accumulate((len(line) + 1 for line in lines), initial=0)
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
                placed.append((replace(edit, start=edit.start + by, end=edit.end + by), value))
        touched = {bisect_right(starts, edit.start) - 1 for edit, _ in placed}
        clean.update(line for number, line in enumerate(fresh) if number not in touched)
        clean.difference_update(fresh[number] for number in touched)
        return placed


def _one_pass(draft: Draft, full: set[str], loose: set[str], by_line: _LineRules, headless: bool) -> bool:
    """Run every rule once. ``headless``: no name was found in the head so far; returned for the next pass."""
    full.update(stated_names(draft.text))
    draft.apply(reference_edits(draft.text))
    for rule in (document_edits, contact_edits, relative_edits):
        draft.apply(by_line.edits(rule, draft.text))
    details = by_line.pairs(labelled, draft.text, "labelled")
    stated = {value for _, value in details if value.strip()}
    full.update(stated)
    draft.apply(edit for edit, _ in details)
    draft.apply(by_line.edits(personal_edits, draft.text))
    for rule in (header_birth, lone_ages, torn_births):
        draft.apply(rule(draft.text))
    if headless:
        heads = list(opening_name(draft.text)) if not stated else []
        heads = heads or list(header_names(draft.text, {token for name in stated for token in tokens(name)}, loose))
        heads = heads or list(mid_page_name(draft.text) if not full else ())
        full.update(value for _, value in heads)
        draft.apply(edit for edit, _ in heads)
        headless = not heads
    columns = list(column_names(draft.text))
    full.update(value for _, value in columns)
    draft.apply(edit for edit, _ in columns)
    known = known_names(full, loose)
    draft.apply(name_edits(draft.text, known))
    draft.apply(glued_edits(draft.text, known))
    for rule in (gender.marker_edits, gender.word_edits, gender.double_edits):
        draft.apply(by_line.edits(rule, draft.text))
    tidy(draft)
    return headless
