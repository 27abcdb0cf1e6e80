"""Mask a text: the passes, and the repetition that makes masking idempotent."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jobfit.documents.masking import gender
from jobfit.documents.masking.columns import column_names, lone_ages, spaced_edits, torn_addresses, torn_births
from jobfit.documents.masking.contact import address_names, contact_edits
from jobfit.documents.masking.header import header_birth, header_names, reference_edits, stated_names
from jobfit.documents.masking.names import glued_edits, known_names, name_edits
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
    for _ in range(_MAX_PASSES):
        before = draft.text
        _one_pass(draft, full, loose)
        if draft.text == before:
            break
    return draft.masked()


def _one_pass(draft: Draft, full: set[str], loose: set[str]) -> None:
    """Run every rule once; ``full`` and ``loose`` names grow by what is found."""
    full.update(stated_names(draft.text))
    draft.apply(contact_edits(draft.text))
    draft.apply(reference_edits(draft.text))
    details = list(labelled(draft.text))
    full.update(value for _, value in details if value.strip())
    draft.apply(edit for edit, _ in details)
    draft.apply(personal_edits(draft.text))
    draft.apply(header_birth(draft.text))
    draft.apply(lone_ages(draft.text))
    draft.apply(torn_births(draft.text))
    found = list(header_names(draft.text, {token for name in full for token in tokens(name)}, loose))
    full.update(value for _, value in found if value)
    draft.apply(edit for edit, _ in found)
    columns = list(column_names(draft.text))
    full.update(value for _, value in columns)
    draft.apply(edit for edit, _ in columns)
    known = known_names(full, loose)
    draft.apply(name_edits(draft.text, known))
    draft.apply(glued_edits(draft.text, known))
    draft.apply(gender.marker_edits(draft.text))
    draft.apply(gender.word_edits(draft.text))
    draft.apply(gender.double_edits(draft.text))
    tidy(draft)
