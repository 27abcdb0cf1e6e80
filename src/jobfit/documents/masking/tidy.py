"""Close the gaps that masking leaves: labels without a value, empty brackets, doubled separators."""

from __future__ import annotations

import re

from jobfit.documents.masking.spans import Draft, Edit
from jobfit.documents.masking.words import near

_END = re.compile(r"(?:[^\S\n]{1,20}[–—-]|[^\S\n]{0,20}[|,;·]){1,20}[^\S\n]{0,20}$", re.M)
_LOOSE_END = re.compile(r"[–—|,;·-][^\S\n]{0,20}$", re.M)
_RULES = (
    (re.compile(r"^[^\S\n]*(?:id=|com(?=\t| {2}|$))", re.M), ""),  # what a link broken by the layout leaves
    (re.compile(r"\([\s,;/|–-]{0,10}\)|\[[\s,;/|–-]{0,10}\]|<[ /]{0,3}>"), ""),
    (re.compile(r"[☎✉🎁⌂📞📱✆📧🏠🎂📍\ue000-\uf8ff]"), " "),
    (re.compile(r"[|·•;](?:[^\S\n]{0,20}[|·•;,]){1,20}[^\S\n]{0,20}"), " | "),
    (re.compile(r",(?:[^\S\n]{0,20},){1,20}"), ","),
    (re.compile(r"^[^\S\n]*(?:[|,;·/][^\S\n]{0,20}){1,20}", re.M), ""),
    (_END, ""),
    (re.compile(r"^[^\S\n]*[^\w\s\n]{1,10}[^\S\n]*$", re.M), ""),
    (re.compile(r"[^\S\n]{1,20}(?=[,.;](?:\s|$))"), ""),
    (re.compile(r"[^\S\n]{2,}|[^\S\n ]"), " "),
    (re.compile(r"^ +| +$", re.M), ""),
)


def tidy(draft: Draft) -> None:
    """Apply the rules one after the other; the text of a line is never joined with that of the next."""
    for pattern, replacement in _RULES:
        found = near(pattern, _LOOSE_END, draft.text) if pattern is _END else pattern.finditer(draft.text)
        draft.apply(Edit(m.start(), m.end(), "", replacement) for m in found)
