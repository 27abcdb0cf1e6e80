"""A protected attribute stated in a text, and swapped: what a ranking does with a statement that it should not need.

    share        of a group among the ten ranked best for a vacancy, nothing stated or everyone's own group stated
    swapped      everyone's statement replaced by another group: does the set of the ten change?
    places       one candidate's statement replaced, the others' kept: how many places does that candidate move?

It describes lists. What a use of them would mean, it does not say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from jobfit.documents.confit_text import CHINESE, ENGLISH, confit_text
from jobfit.ordering import order

Floats = NDArray[np.float64]
TOP = 10
WAYS = ("not stated", "stated", "stated minus not stated")
CHANGED, MOVED = "share of top-10 lists that change", "places that one candidate moves"


def stated(text: str, name: str, group: str) -> str:
    """Return a candidate's text with the attribute stated in front, as a section where the text has ConFit's sections.

    >>> stated("Resume Content: section top:\\nnurse\\n", "sex", "female")
    'Resume Content: section sex:\\nfemale\\nResume Content: section top:\\nnurse\\n'
    >>> stated("A nurse.", "sex", "male")
    'sex: male\\nA nurse.'
    """
    for taxon in (ENGLISH.candidate, CHINESE.candidate):
        if text.startswith(f"{taxon}: section "):
            return confit_text(taxon, {name: group}, (name,)) + text
    return f"{name}: {group}\n{text}"


def swapped(group: str, groups: Sequence[str]) -> str:
    """Return the group that stands in for ``group``: the next of them, the first after the last.

    >>> swapped("male", ["female", "male"]), swapped("female", ["female", "male"])
    ('female', 'male')
    """
    return groups[(groups.index(group) + 1) % len(groups)]


def counterfactual(
    vacancy: str, ids: Sequence[str], own: Sequence[str], silent: Floats, as_group: Mapping[str, Floats]
) -> dict[str, float]:
    """Return one vacancy's values by name.

    ``own`` are the groups of the ``ids``, ``silent`` (n,) the scores with nothing stated, and ``as_group[g]`` (n,)
    those of all candidates stated as g.
    """
    groups = list(as_group)
    told = np.array([as_group[group][n] for n, group in enumerate(own)])
    other = np.array([as_group[swapped(group, groups)][n] for n, group in enumerate(own)])
    unstated, as_own, as_other = (set(order(vacancy, ids, s, TOP).tolist()) for s in (silent, told, other))
    found: dict[str, float] = {}
    for group in groups:
        before, after = (sum(own[n] == group for n in best) / len(best) for best in (unstated, as_own))
        found |= {f"{group}, {way}": value for way, value in zip(WAYS, (before, after, after - before))}
    found[CHANGED] = float(as_own != as_other)
    found[MOVED] = float(np.abs(places(told, other) - places(told, told)).mean())
    for first, second in combinations(groups, 2):
        gap = places(told, as_group[first]) - places(told, as_group[second])
        found[signed(first, second)] = float(gap.mean())
    return found


def signed(first: str, second: str) -> str:
    return f"places lower when stated {first} than when stated {second}"


def places(others: Floats, own: Floats) -> NDArray[np.int64]:
    """Return the place of each candidate with score ``own[n]`` among the scores ``others`` of all the others, from 1.

    >>> places(np.array([0.9, 0.5, 0.1]), np.array([0.2, 0.5, 0.95])).tolist()
    [2, 2, 1]
    """
    ordered = np.sort(others)
    above = len(ordered) - np.searchsorted(ordered, own, side="right")
    return 1 + above - (others > own)
