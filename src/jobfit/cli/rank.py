"""jobfit rank: BEIR files in, a TREC run out, no database."""

from __future__ import annotations

from jobfit.app.ranking import RankRequest, RankResult
from jobfit.cli.command import AsJson, asks
from jobfit.cli.output import show, stderr, telling


@asks(RankRequest)
def rank(request: RankRequest, as_json: AsJson = False) -> RankResult:
    """Rank a corpus for every query and write a TREC run."""
    from jobfit.app.ranking import rank as run

    with telling() as told:
        result = run(request, told)
    return show(
        result, as_json,
        lambda found: stderr.print(
            f"{found.queries} queries ranked over {found.documents} documents by {found.system} "
            f"(HyRe: {found.hyre}): {found.run}"
        ),
    )  # fmt: skip
