"""The names of the ranking measures: ``FAMILY(parameter=value, ...)@k``, read into a :class:`Measure`.

The spelling is ir-measures' (``nDCG@10``, ``AP``, ``R@100``, ``P(rel=2)@5``); what it has no word for gets a parameter:
``nDCG(gain=exp)@10``, ``AP(norm=min)@5``, ``R(norm=min)@10``, ``ERR(max=4)@10``. :data:`FAMILIES` is the whole list,
and ``docs/measures.md`` is written from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from jobfit.errors import InputError

MAXIMUM_GRADE = 30  # 2^grade - 1 must stay far from the end of a 64-bit integer
SUGGESTIONS = "try nDCG@10, AP, R@100, P@10, RR, Success@1 (all names: docs/measures.md)"


@dataclass(frozen=True, slots=True)
class Family:
    """What the documentation says of a family, and what its name may carry. ``cutoff``: required, optional or none."""

    formula: str
    parameters: tuple[str, ...]
    cutoff: str
    computed_by: str
    chance: str
    aliases: tuple[str, ...] = ()


FAMILIES = {
    "Success": Family(
        "1 if a relevant document stands in the first k, else 0 (hit rate; accuracy at k)",
        ("rel",), "required", "trec_eval", "1 - C(N-R, k) / C(N, k)", ("Acc", "Hit"),
    ),
    "P": Family(
        "relevant documents in the first k, divided by k, also when fewer than k are ranked",
        ("rel",), "required", "trec_eval", "(R/N) min(k, N) / k", ("Precision",),
    ),
    "R": Family(
        "relevant documents in the first k, divided by R (`norm=R`, all of them: the full denominator) or by min(k, R) "
        "(`norm=min`: 1 is reachable at every k)",
        ("rel", "norm"), "required", "trec_eval; jobfit for `norm=min`", "hits expected in the first k / denominator",
        ("Recall",),
    ),
    "RR": Family(
        "1 / rank of the first relevant document; 0 if it stands below k or nowhere",
        ("rel",), "optional", "trec_eval; jobfit with @k", "sum over i <= k of P(first relevant at i) / i", ("MRR",),
    ),
    "AP": Family(
        "sum over the ranks i <= k of relevant documents of (relevant in the first i) / i, divided by R (`norm=R`, as "
        "trec_eval) or by min(k, R) (`norm=min`, as sentence-transformers)",
        ("rel", "norm"), "optional", "trec_eval; jobfit for `norm=min`",
        "sum over i <= k of (R/N)(1 + (i-1)(R-1)/(N-1)) / i, divided by the denominator", ("MAP",),
    ),
    "nDCG": Family(
        "DCG / ideal DCG, both cut at k; DCG = sum of gain(grade at rank i) / log2(i + 1). `gain=linear` (default): "
        "gain = grade (Järvelin & Kekäläinen 2002); `gain=exp`: 2^grade - 1 (Burges et al. 2005). The ideal order is "
        "that of all judged documents, ranked or not",
        ("gain",), "optional", "trec_eval; jobfit for `gain=exp`",
        "mean gain in the pool * sum over i <= min(k, N) of 1 / log2(i + 1), divided by the ideal DCG", ("NDCG",),
    ),
    "ERR": Family(
        "sum over i <= k of (1/i) p_i prod over j < i of (1 - p_j), with p = (2^grade - 1) / 2^max (Chapelle et al. "
        "2009). `max` is the largest grade of the data set's scale, not a list's: default 1; a larger grade is refused",
        ("max",), "optional", "jobfit", "exact, by elementary symmetric polynomials of (1 - p)",
    ),
    "Rprec": Family(
        "relevant documents in the first R, divided by R", ("rel",), "none", "trec_eval", "R/N",
    ),
}  # fmt: skip
_ALIASES = {alias: name for name, family in FAMILIES.items() for alias in family.aliases} | {n: n for n in FAMILIES}
_NAME = re.compile(r"([A-Za-z]+)(?:\(([^()]*)\))?(?:@([1-9][0-9]{0,8}))?")
_CHOICES = {"gain": ("linear", "exp"), "norm": ("R", "min")}


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure as it was named. ``k`` None: the whole ranking. ``trec`` is ir-measures' object where it computes it.

    A document is relevant from grade ``rel`` up. ``family`` is "other" for what is passed on to trec_eval unread.
    """

    name: str
    family: str
    k: int | None = None
    rel: int = 1
    gain: str = "linear"
    norm: str = "R"
    max_grade: int = 1
    trec: Any = None


def split_names(text: str) -> list[str]:
    """Split a comma-separated list; commas inside brackets belong to a name.

    >>> split_names("nDCG@10, AP(rel=2,norm=min)@5")
    ['nDCG@10', 'AP(rel=2,norm=min)@5']
    """
    return [name.strip() for name in re.split(r",(?![^()]*\))", text) if name.strip()]


def parse_measure(name: str) -> Measure:
    """Read the name of a measure.

    >>> measure = parse_measure("AP(norm=min)@5")
    >>> measure.family, measure.k, measure.norm
    ('AP', 5, 'min')
    """
    match = _NAME.fullmatch(name)
    family = _ALIASES.get(re.split(r"[^A-Za-z]", name)[0])
    if family is None:
        return _passed_on(name)
    if match is None:
        raise InputError(f"measure {name!r} cannot be read: FAMILY(parameter=value)@k, with a k from 1; {SUGGESTIONS}")
    given = _parameters(name, match[2], FAMILIES[family])
    k = int(match[3]) if match[3] else None
    cutoff = FAMILIES[family].cutoff
    if cutoff == "required" and k is None:
        raise InputError(f"measure {name!r} needs a cutoff, as in {match[1]}@10")
    if cutoff == "none" and k is not None:
        raise InputError(f"measure {name!r} takes no cutoff: write {match[1]}")
    if given.get("norm") == "min" and k is None:
        raise InputError(f"measure {name!r}: norm=min divides by min(k, R) and needs a cutoff, as in {name}@10")
    measure = Measure(name, family, k, **given)
    return Measure(name, family, k, **given, trec=_trec(measure))


def _parameters(name: str, text: str | None, family: Family) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for part in filter(None, (text or "").split(",")):
        key, _, value = (piece.strip() for piece in part.partition("="))
        if key not in family.parameters or key in values:
            allowed = ", ".join(family.parameters)
            raise InputError(f"measure {name!r}: unknown or repeated parameter {key!r}; it takes {allowed}")
        if key in _CHOICES:
            if value not in _CHOICES[key]:
                raise InputError(f"measure {name!r}: {key} is one of {', '.join(_CHOICES[key])}, not {value!r}")
            values[key] = value
        else:
            if not (value.isascii() and value.isdigit() and 1 <= int(value) <= MAXIMUM_GRADE):
                raise InputError(f"measure {name!r}: {key} is a grade from 1 to {MAXIMUM_GRADE}, not {value!r}")
            values[key] = int(value)
    return {"max_grade" if key == "max" else key: value for key, value in values.items()}


def _trec(measure: Measure) -> Any:
    ours = measure.family == "ERR" or measure.gain == "exp" or measure.norm == "min"
    if ours or (measure.family == "RR" and measure.k is not None):
        return None
    import ir_measures

    measured = getattr(ir_measures, measure.family)
    if measure.rel != 1:
        measured = measured(rel=measure.rel)
    return measured if measure.k is None else measured @ measure.k


def _passed_on(name: str) -> Measure:
    """Return another measure of trec_eval, such as ``Bpref`` or ``IPrec@0.1``, in ir-measures' spelling."""
    import ir_measures

    try:
        trec = ir_measures.parse_measure(name)
    except (ValueError, NameError, AttributeError, SyntaxError, TypeError, KeyError) as error:
        raise InputError(f"unknown measure {name!r}; {SUGGESTIONS}") from error
    if not ir_measures.pytrec_eval.supports(trec):
        raise InputError(f"measure {name!r} is not one that trec_eval computes; {SUGGESTIONS}")
    if str(trec).startswith("Num"):
        raise InputError(f"measure {name!r} is a count, not a share of 1; {SUGGESTIONS}")
    return Measure(name, "other", rel=int(trec.params.get("rel", 1)), trec=trec)
