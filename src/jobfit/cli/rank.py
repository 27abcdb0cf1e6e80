"""jobfit rank: BEIR files in, a TREC run out, no database."""

from __future__ import annotations

from jobfit.app import ranking
from jobfit.app.ranking import RankRequest, RankResult
from jobfit.cli.command import AsJson, asks
from jobfit.cli.output import answer, stderr


@asks(RankRequest)
def rank(request: RankRequest, as_json: AsJson = False) -> RankResult:
    """Rank a corpus for every query and write a TREC run."""
    return answer(ranking.rank, request, as_json, _print_rank)


def _print_rank(result: RankResult) -> None:
    ranked = f"{result.queries} queries ranked over {result.documents} documents"
    stderr.print(f"{ranked} by {result.system} (HyRe: {result.hyre}): {result.run}")
