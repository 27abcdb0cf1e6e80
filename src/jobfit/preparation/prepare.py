"""START HERE: records and a log of applications -> documents, labelled pairs and the funnel, as a folder."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, dataclass, field
from datetime import date
from pathlib import Path

from jobfit.artifacts import new_folder, write_json, write_lines
from jobfit.errors import InputError, Rejection
from jobfit.geo.gazetteer import Gazetteer
from jobfit.ingest.applications import PLAIN, LogFormat, read_rows
from jobfit.ingest.rejects import write_rejects
from jobfit.judgements import Side, StatusTable
from jobfit.preparation import files
from jobfit.preparation.files import FORMAT, FUNNEL, check_free
from jobfit.preparation.funnel import Balance, Funnel, Step
from jobfit.preparation.labels import Labelled, LoggedPair, judge_rows, label_pairs
from jobfit.preparation.locations import COLUMNS, Located, counts, locate
from jobfit.preparation.variants import RawVariant, Variant
from jobfit.reading import Paths, stream_records
from jobfit.records import Kind, Outcome, Record
from jobfit.taxonomy.model import Taxonomy

DOCUMENTS = {Kind.CANDIDATE: "candidates.jsonl", Kind.VACANCY: "vacancies.jsonl"}


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is prepared: files or folders of records in any format that ingest reads, and the log of applications."""

    candidates: Paths
    vacancies: Paths
    applications: Path
    log: LogFormat = PLAIN


@dataclass(frozen=True, slots=True)
class Settings:
    """How: the meaning of statuses, the variant, the date that "today" means in a CV, and the table of places.

    ``taxonomy``: in whose terms records are read; ``None`` is the compact one. The pairs do not depend on it.
    """

    statuses: StatusTable
    today: date
    variant: Variant = field(default_factory=RawVariant)
    places: Gazetteer | None = None
    taxonomy: Taxonomy | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was written.

    outcomes, statuses, reasons: pairs by outcome, by the key of the table's entry, and by side and code of the reason.
    mobility:         candidates by the source of their mobility.
    without_document: pairs whose candidate or vacancy has no text in the variant.
    unusable:         files and rows that could not be read at all (see ``rejects.jsonl``).
    """

    folder: Path
    funnels: tuple[Funnel, ...]
    outcomes: Mapping[str, int]
    statuses: Mapping[str, int]
    reasons: Mapping[str, Mapping[str, int]]
    balance: Balance
    mobility: Mapping[str, int]
    without_document: Mapping[str, int]
    unusable: int
    notes: tuple[str, ...]
    facts: Mapping[str, object]

    def as_json(self) -> dict[str, object]:
        """Return what ``funnel.json`` holds and ``jobfit prepare --json`` prints."""
        return {
            "format": FORMAT,
            "facts": dict(self.facts),
            "funnels": [funnel.as_json() for funnel in self.funnels],
            "outcomes": dict(self.outcomes),
            "statuses": dict(self.statuses),
            "reasons": {side: dict(codes) for side, codes in self.reasons.items()},
            "binary": self.balance.as_json(),
            "mobility": dict(self.mobility),
            "pairs_without_document": dict(self.without_document),
            "unusable": self.unusable,
            "notes": list(self.notes),
        }


def prepare(inputs: Inputs, settings: Settings, out: Path, say: Callable[[str], None] = lambda _: None) -> Prepared:
    """Write the documents, the pairs and the funnel to ``out``; ``say`` is told what is being done.

    The pairs do not depend on the variant: a record for which a variant has no text keeps its pairs and is counted. The
    folder appears, or takes the place of an earlier preparation, when everything in it is complete.

    Raises:
        UnknownStatusError: the log has a status that the table does not know; nothing is written.
        InputError: an input cannot be read, or ``out`` holds something else and is left alone.
    """
    target = out.resolve()
    check_free(target)
    say(f"Judging {inputs.applications}")
    log = judge_rows(read_rows(inputs.applications, inputs.log), settings.statuses, str(inputs.applications))
    with new_folder(target, replace=True, private=True) as made:
        sides = {}
        for kind, paths in ((Kind.CANDIDATE, inputs.candidates), (Kind.VACANCY, inputs.vacancies)):
            say(f"Reading {'candidates' if kind is Kind.CANDIDATE else 'vacancies'}")
            sides[kind] = _write_side(paths, kind, settings, made / DOCUMENTS[kind])
        candidates, vacancies = sides[Kind.CANDIDATE], sides[Kind.VACANCY]
        labelled = label_pairs(log, candidates.ids, vacancies.ids)
        rejections = (*candidates.rejects, *vacancies.rejects, *log.rejections)
        say(f"Writing {len(labelled.pairs)} pairs")
        notes = (*candidates.notes, *vacancies.notes, *log.notes)
        done = _summary(out, settings, (candidates, vacancies), labelled, notes)
        _write_rest(made, labelled, (*candidates.located, *vacancies.located), rejections, done)
    return done


@dataclass
class _Side:
    kind: Kind
    ids: set[str] = field(default_factory=set)
    rendered: set[str] = field(default_factory=set)
    rejects: list[Rejection] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    located: list[Located] = field(default_factory=list)

    @property
    def funnel(self) -> Funnel:
        """Records in, rejected when read, without a document."""
        reasons = dict(sorted(Counter(bad.reason for bad in self.rejects).items()))
        empty = len(self.ids) - len(self.rendered)
        steps = (
            Step("read", reasons, len(self.ids)),
            Step("render", {"this variant has no text": empty} if empty else {}, len(self.rendered)),
        )
        return Funnel(f"{DOCUMENTS[self.kind].removesuffix('.jsonl')}", len(self.ids) + len(self.rejects), steps)


def _write_side(paths: Paths, kind: Kind, settings: Settings, path: Path) -> _Side:
    """Read, locate and render the records of one kind, one at a time, into a BEIR file."""
    side = _Side(kind)

    def noted() -> Iterator[Record]:
        today, taxonomy, notes = settings.today, settings.taxonomy, side.notes
        for record in stream_records(
            paths, kind, side.rejects, today=today, guess=False, notes=notes, taxonomy=taxonomy
        ):
            side.ids.add(record.id)
            side.located.append(locate(record, settings.places))
            yield record

    def lines() -> Iterator[str]:
        for document in settings.variant.render(noted()):
            if document.text.strip():
                side.rendered.add(document.id)
                yield json.dumps({"_id": document.id, "text": document.text}, ensure_ascii=False)

    write_lines(path, lines(), private=True)
    if not side.ids:
        raise InputError(f"no {kind} could be read: {side.rejects[0].reason if side.rejects else 'there is no file'}")
    return side


def _summary(
    out: Path, settings: Settings, sides: tuple[_Side, _Side], labelled: Labelled, notes: tuple[str, ...]
) -> Prepared:
    candidates, vacancies = sides
    pairs = labelled.pairs
    outcomes = Counter(pair.judgement.outcome.value for pair in pairs)
    rejected = len(candidates.rejects) + len(vacancies.rejects)
    unreadable = sum(labelled.funnel.steps[0].dropped.values())
    if len(pairs) == outcomes[Outcome.CENSORED]:
        notes = (*notes, "no pair is judged: the qrels are empty")
    return Prepared(
        folder=out,
        funnels=(candidates.funnel, vacancies.funnel, labelled.funnel, *_tasks(len(pairs), outcomes)),
        outcomes={outcome.value: outcomes[outcome] for outcome in Outcome},
        statuses=dict(sorted(Counter(pair.judgement.status for pair in pairs).items())),
        reasons=_reasons(pairs),
        balance=Balance(outcomes[Outcome.HIRED], outcomes[Outcome.REJECTED]),
        mobility=counts(candidates.located),
        without_document=_without_document(pairs, candidates, vacancies),
        unusable=rejected + unreadable,
        notes=notes,
        facts={
            "variant": settings.variant.name,
            **settings.variant.facts(),
            "statuses": settings.statuses.name,
            "places": settings.places.name if settings.places else None,
            "today": settings.today.isoformat(),
        },
    )


def _tasks(pairs: int, outcomes: Counter[str]) -> tuple[Funnel, Funnel]:
    censored, pool = outcomes[Outcome.CENSORED], outcomes[Outcome.TALENT_POOL]
    unjudged = {"censored: how it ends is unknown": censored}
    ambiguous = {"talent pool: in neither class": pool}
    graded = Step("judged", unjudged, pairs - censored)
    return (
        Funnel("graded pairs", pairs, (graded,)),
        Funnel("binary pairs", pairs, (graded, Step("binary", ambiguous, pairs - censored - pool))),
    )


def _reasons(pairs: tuple[LoggedPair, ...]) -> dict[str, dict[str, int]]:
    counted = Counter(pair.judgement.reason for pair in pairs if pair.judgement.reason)
    return {
        side.value: {reason.code: n for reason, n in sorted(counted.items(), key=str) if reason.side is side}
        for side in Side
    }


def _without_document(pairs: tuple[LoggedPair, ...], candidates: _Side, vacancies: _Side) -> dict[str, int]:
    return {
        "candidate": sum(pair.candidate_id not in candidates.rendered for pair in pairs),
        "vacancy": sum(pair.vacancy_id not in vacancies.rendered for pair in pairs),
    }


def _write_rest(
    folder: Path, labelled: Labelled, located: tuple[Located, ...], rejections: tuple[Rejection, ...], done: Prepared
) -> None:
    files.write_pairs(labelled.pairs, folder)
    files.write_both_qrels(labelled.pairs, folder)
    files.write_dropped(labelled.dropped, folder / "dropped.csv")
    files.write_table(folder / "locations.csv", COLUMNS, map(astuple, located))
    write_rejects(folder / "rejects.jsonl", rejections)
    write_json(folder / FUNNEL, done.as_json(), private=True)
