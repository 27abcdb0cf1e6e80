"""The policy protocol: a ranking of the pool becomes a shortlist. And the plain policy: the best first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from jobfit.runs import Ranking
from jobfit.shortlist import Decided, Decision, Explanation, Pool


class Policy(Protocol):
    """Decides who stands on a shortlist, and where.

    What is *required* of a person is not its business (:class:`jobfit.policy.requirements.Requirements`): it receives
    the pool that the requirements left, in the order of the scores, and may choose otherwise than by that order.
    """

    def decide(self, ranking: Ranking, pool: Pool, explained: Mapping[str, Explanation], k: int) -> Decided:
        """Return the places of the shortlist, at most ``k``, ranks from 1 on.

        ranking:    everyone who was scored, best first; ties are already broken.
        pool:       everyone who was considered, and who was not. The ranking holds eligible ids only, of a large pool
                    the most similar ones.
        explained:  what each score in the ranking is made of, by id.
        """
        ...


class BestFirst:
    """The ``k`` highest scores, in their order."""

    def decide(self, ranking: Ranking, pool: Pool, explained: Mapping[str, Explanation], k: int) -> Decided:
        """See :class:`Policy`."""
        return Decided(decisions(ranking, explained, k))


def decisions(ranking: Ranking, explained: Mapping[str, Explanation], k: int) -> tuple[Decision, ...]:
    """Return the first ``k`` of a ranking as places, with what their scores are made of."""
    whys = ((hit, explained[hit.document_id]) for hit in ranking.hits[:k])
    return tuple(
        Decision(hit.document_id, rank, hit.score, why.contributions, why.ledger)
        for rank, (hit, why) in enumerate(whys, start=1)
    )
