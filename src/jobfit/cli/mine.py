"""jobfit mine: hard negatives for the anchors of one side or of both."""

from __future__ import annotations

from jobfit.app import mining
from jobfit.app.mining import MineRequest, MineResult
from jobfit.cli.command import AsJson, asks
from jobfit.cli.output import answer, stderr, stdout


@asks(MineRequest)
def mine(request: MineRequest, as_json: AsJson = False) -> MineResult:
    """Mine hard negatives: for each anchor, documents that rank high and are no known positive.

    Killed or interrupted, the same command goes on where it was; other inputs in the same --out are refused.
    """
    return answer(mining.mine, request, as_json, _print_mined)


def _print_mined(result: MineResult) -> None:
    for side, found in result.directions.items():
        stdout.print(
            f"{side}: {found.negatives:,} negatives for {found.anchors:,} anchors, from ranks "
            f"{found.window.first} to {found.window.last - 1} of {found.pool:,}"
        )
        if found.fewer or found.none:
            stdout.print(f"  {found.fewer:,} anchors have fewer than {found.width}, {found.none:,} none")
        if found.without_positive:
            stdout.print(f"  {found.without_positive:,} without a positive were not mined for; they are in the pool")
    for what, count in result.left_out.items():
        if count:
            stderr.print(f"left out: {count} {what}")
    stdout.print(f"Written to {result.out}", soft_wrap=True)
