"""A term by what a person types: its id, its code or one of its labels."""

from __future__ import annotations

from jobfit.errors import InputError, UnknownIdError
from jobfit.taxonomy.model import Group, Occupation, Skill, Taxonomy

_SHOWN = 5
_NOT = 5
Term = Skill | Occupation | Group


def find_term(taxonomy: Taxonomy, text: str) -> Term:
    """Return the term with this id, else this ESCO or group code, else this label in any language (case aside).

    A preferred label goes before an alternative one, and that before a hidden one.

    Raises:
        UnknownIdError: nothing has this name; the message gives labels that contain it.
        InputError: several terms share it; the message gives their ids.
    """
    wanted = " ".join(text.split()).casefold()
    tiers: dict[int, list[Term]] = {}
    for term in taxonomy.terms():
        tiers.setdefault(_tier(term, text, wanted), []).append(term)
    tiers.pop(_NOT, None)
    best = tiers[min(tiers)] if tiers else []
    if len(best) == 1:
        return best[0]
    if best:
        ids = ", ".join(f"{term.id} ({kind_of(term)} {term.label()!r})" for term in best[:_SHOWN])
        raise InputError(f"{text!r} names {len(best)} terms of {taxonomy.version}; give an id: {ids}")
    labels = {label for term in taxonomy.terms() for some in term.labels.values() for label in some}
    like = sorted((label for label in labels if wanted and wanted in label.casefold()), key=lambda x: (len(x), x))
    hint = (
        f"labels that contain it: {', '.join(like[:_SHOWN])}" if like else "labels are matched whole, in any language"
    )
    raise UnknownIdError(f"{taxonomy.version} has no term {text!r}; {hint}")


def kind_of(term: Term) -> str:
    """Return ``skill``, ``occupation`` or ``group``."""
    return "skill" if isinstance(term, Skill) else "occupation" if isinstance(term, Occupation) else "group"


def _tier(term: Term, text: str, wanted: str) -> int:
    """Return how a term has this name: 0 id, 1 code, 2 preferred, 3 alternative, 4 hidden label; 5: not at all."""
    if term.id == text:
        return 0
    if not isinstance(term, Skill) and term.code and term.code.casefold() == wanted:
        return 1
    if any(labels[0].casefold() == wanted for labels in term.labels.values()):
        return 2
    if any(label.casefold() == wanted for labels in term.labels.values() for label in labels):
        return 3
    hidden = {} if isinstance(term, Group) else term.hidden
    return 4 if any(label.casefold() == wanted for labels in hidden.values() for label in labels) else _NOT
