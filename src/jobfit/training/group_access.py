"""The one object through which training reads a protected attribute: codes of groups for a term of the loss.

No text, no name of a group and no value leaves it: candidate ids go in, numbers come out. The architecture test admits
it to :mod:`jobfit.training.objectives.fairness` alone, which gives the numbers to the loss; an encoder, another
objective, the loop and the losses themselves cannot import it. What is learnt with it knows no attribute when it ranks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jobfit.artifacts import sha256_of
from jobfit.errors import InputError
from jobfit.groups import Groups, coded
from jobfit.training.data import original_of

UNKNOWN = -1


@dataclass(frozen=True, slots=True, eq=False)
class GroupAccess:
    """Codes 0 … groups − 1 by candidate id. Build it with :meth:`of`.

    support: candidates of each group; ``unknown``: those whose group nobody knows, who have the code -1.
    """

    groups: int
    support: tuple[int, ...]
    unknown: int
    digest: str
    _codes: Mapping[str, int] = field(repr=False)

    @classmethod
    def of(cls, groups: Groups, attributes: Sequence[str], candidates: Iterable[str]) -> GroupAccess:
        """Return the access to one attribute, or to the intersections of several, for the ``candidates`` of a training.

        A candidate who is not in the file, or whose value of any of the attributes is *undeclared*, is unknown. Groups
        are numbered in the order of their names, so the numbers follow from the file and the candidates.

        Raises:
            InputError: no attribute is named, none of these candidates is in the file, nobody has a value for the
                attributes, or all who have one are of one group.
        """
        people = {original_of(i) for i in candidates}
        found = coded(groups, attributes, people)
        if len(found.names) < 2:
            what = " and ".join(attributes)
            raise InputError(
                f"{len(found.names)} group by {what} among the {len(people)} candidates of the training set: there is "
                "nothing to compare. Check the file of groups and the name of the attribute, or train without the term"
            )
        support = tuple(int(n) for n in np.bincount(list(found.codes.values()), minlength=len(found.names)))
        digest = sha256_of(repr(sorted(found.codes.items())))
        return cls(len(found.names), support, len(people) - len(found.codes), digest, found.codes)

    def codes(self, candidates: Sequence[str]) -> NDArray[np.int64]:
        """Return the code of each candidate, (n,); -1 for one nobody knows the group of. A copy has its original's."""
        return np.array([self._codes.get(original_of(i), UNKNOWN) for i in candidates], dtype=np.int64)
