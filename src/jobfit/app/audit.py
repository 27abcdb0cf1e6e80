"""What happened to groups of people: in a run, in shortlists, or in decisions on scored pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from jobfit.app.wire import K, Progress, Request, Result, Seed, quiet
from jobfit.artifacts import read_json
from jobfit.errors import InputError
from jobfit.evaluation.statistics import Estimate
from jobfit.runs import Hit, Ranking

if TYPE_CHECKING:
    from jobfit.audit.assess import Assessed
    from jobfit.audit.counts import Judged
    from jobfit.evaluation.pairs import ScoredPairs
    from jobfit.groups import Groups


class AuditRequest(Request):
    groups: Path = Field(description="CSV of candidate_id and attributes, one column each.")
    run: Path | None = Field(None, description="TREC run of candidates for vacancies; whoever it lists is the pool.")
    qrels: Path | None = Field(None, description="With --run: who fits, for attention by merit.")
    shortlist: tuple[Path, ...] = Field(
        (), description="Instead of --run: what `jobfit match --json` printed, with all of its pool; may be repeated."
    )
    pairs: Path | None = Field(
        None, description="Instead of --run: CSV or JSON Lines of query_id, document_id, label, score (a probability)."
    )
    threshold: float | None = Field(None, description="With --pairs: chosen are those with this probability or more.")
    k: K = 10
    attribute: tuple[str, ...] = Field((), description="Column of --groups, may be repeated; else every column.")
    intersections: bool = Field(False, description="Compare the intersections of all these attributes too.")
    seed: Seed = 0


class GroupLine(Result):
    """A rate of a group: ``support`` people or pairs; ``impact``: over the highest rate; ``small``: read the interval.

    A mean of ``null`` is unknown: nobody of the group is in the cell.
    """

    rate: str
    group: str
    estimate: Estimate
    support: float
    impact: Estimate
    small: bool


class GapLine(Result):
    """``support``: of the smallest cell behind the number; ``undefined``: the cells that have nobody."""

    gap: str
    estimate: Estimate
    support: float
    undefined: tuple[str, ...]


class EvennessLine(Result):
    """The mean over lists; ``undefined``: in so many lists there was none."""

    measure: str
    estimate: Estimate
    undefined: int


class AttributeLines(Result):
    """One attribute, or intersection. ``unknown``: people here whose group nobody knows, in no number."""

    people: dict[str, int]
    unknown: int
    rates: tuple[GroupLine, ...]
    gaps: tuple[GapLine, ...]
    evenness: tuple[EvennessLine, ...]


class AuditResult(Result):
    """``not_here``: people of the file of groups who are not in these data. Lengths are those of the lists."""

    audited: str
    queries: int
    people: int
    k: int | None
    threshold: float | None
    not_here: int
    notes: tuple[str, ...]
    attributes: dict[str, AttributeLines]


def audit(request: AuditRequest, progress: Progress = quiet) -> AuditResult:
    """Compare what happened to groups of people: selection rates, impact ratios, exposure, gaps; each with n.

    Reads a run, shortlists or decisions on scored pairs, and the groups from a file of their own. Whoever's group is
    unknown is in no number, and counted. It assesses: no number here says that a use of a system is lawful or just.
    """
    from jobfit.audit.assess import attributes_of
    from jobfit.groups import read_groups

    given = [name for name in ("run", "shortlist", "pairs") if getattr(request, name)]
    if len(given) != 1:
        raise InputError("give one of --run, --shortlist and --pairs: what is to be audited")
    for name, owner in (("qrels", "run"), ("threshold", "pairs")):
        if getattr(request, name) is not None and owner not in given:
            raise InputError(f"--{name} belongs to --{owner}")
    groups = read_groups(request.groups)
    if not groups.values:
        raise InputError(f"{request.groups} names nobody: it has a header and no row")
    attributes = attributes_of(groups, request.attribute, request.intersections)
    if request.pairs is not None:
        return _of_pairs(request, request.pairs, groups, attributes)
    return _of_lists(request, groups, attributes)


def _of_pairs(
    request: AuditRequest, path: Path, groups: Groups, attributes: Mapping[str, Sequence[str]]
) -> AuditResult:
    from jobfit.audit.assess import assess_decisions
    from jobfit.evaluation.pairs import read_scored_pairs

    if request.threshold is None:
        raise InputError("--pairs needs a --threshold, stated or chosen on other pairs (`jobfit classify`)")
    judged = judged_of(read_scored_pairs(path))
    found = assess_decisions(judged, groups, attributes, request.threshold, request.seed)
    people = set(judged.candidates)
    return AuditResult(
        audited="pairs", queries=len(set(judged.queries)), people=len(people), k=None, threshold=request.threshold,
        not_here=len(groups.values.keys() - people), notes=(), attributes=lines_of(found),
    )  # fmt: skip


def judged_of(pairs: ScoredPairs) -> Judged:
    """Return scored pairs, whose scores are probabilities, as an audit reads them."""
    from jobfit.audit.counts import Judged

    queries, candidates = ([pair[side] for pair in pairs.pairs] for side in (0, 1))
    return Judged(queries, candidates, pairs.labels.astype(int), pairs.scores)


def _of_lists(request: AuditRequest, groups: Groups, attributes: Mapping[str, Sequence[str]]) -> AuditResult:
    from jobfit.audit.assess import assess_rankings
    from jobfit.ingest.formats.trec import read_qrels, read_run

    excluded: dict[str, tuple[str, ...]] | None = None
    if request.run is not None:
        rankings = list(read_run(request.run).rankings.values())
    else:
        rankings, excluded = _shortlists(request.shortlist)
    if not rankings:
        raise InputError(f"{request.run} ranks nobody: there is nothing to compare")
    qrels = None if request.qrels is None else read_qrels(request.qrels)
    if qrels is not None and not qrels.grades.keys() & {ranking.query_id for ranking in rankings}:
        raise InputError(f"{request.qrels} judges no query of {request.run}: do their ids belong together?")
    found = assess_rankings(rankings, groups, attributes, request.k, qrels, request.seed, excluded)
    people = {i for ranking in rankings for i in ranking.document_ids}
    people |= {i for ids in (excluded or {}).values() for i in ids}
    return AuditResult(
        audited="run" if excluded is None else "shortlists", queries=len(rankings), people=len(people), k=request.k,
        threshold=None, not_here=len(groups.values.keys() - people), notes=tuple(_notes(rankings, request.k)),
        attributes=lines_of(found),
    )  # fmt: skip


def _notes(rankings: Sequence[Ranking], k: int) -> Iterator[str]:
    short = sum(len(ranking) <= k for ranking in rankings)
    if short:
        yield (
            f"{short} of {len(rankings)} lists hold {k} people or fewer: there nobody was passed over, and a rate of "
            "selection is 1. Audit a run of the whole pool, or take a smaller -k"
        )


def _shortlists(paths: Sequence[Path]) -> tuple[list[Ranking], dict[str, tuple[str, ...]]]:
    """Read what `jobfit match --json` printed: the pool in order, and whom its policy left out, by vacancy."""
    rankings: dict[str, Ranking] = {}
    excluded = {}
    for path in paths:
        found = read_json(path)
        try:
            query, kind = found["query"]["id"], found["query"]["kind"]
            hits = tuple(Hit(str(entry["id"]), float(entry["score"])) for entry in found["entries"])
            eligible, out = int(found["pool"]["eligible"]), found["pool"]["excluded"]
            excluded[query] = tuple(str(one["id"]) for one in out)
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"{path} is not what `jobfit match --json` prints: {error} is not as there") from error
        if kind != "vacancy":
            raise InputError(f"{path} ranks vacancies for a candidate: groups are of candidates")
        if len(hits) < eligible:
            raise InputError(
                f"{path} lists {len(hits)} of the {eligible} people of its pool, so who was passed over is not in it: "
                f"run jobfit match again with -k {eligible}; the -k of this audit says who counts as chosen"
            )
        if query in rankings:
            raise InputError(f"{path}: the vacancy {query!r} has two shortlists here: audit one of them")
        rankings[query] = Ranking(query, hits)
    return list(rankings.values()), excluded


def lines_of(found: Mapping[str, Assessed]) -> dict[str, AttributeLines]:
    """Return what was assessed as it is printed."""
    return {
        name: AttributeLines(
            people=dict(one.people),
            unknown=one.unknown,
            rates=tuple(GroupLine.of(row, small=row.small) for row in one.found.rows),
            gaps=tuple(map(GapLine.of, one.found.gaps)),
            evenness=tuple(map(EvennessLine.of, one.evenness)),
        )
        for name, one in found.items()
    }
