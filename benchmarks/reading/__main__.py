"""What jobfit reads in real CVs and adverts and on the market, against the truth -> results/reading.json, its page.

    python benchmarks/reading [--data ../shared/data] [--wrong FACT]

Precision is the share of what was read that is right, recall the share of what is there that was read; both with 95 %
intervals that resample whole texts. ``--wrong skills`` prints, for one fact, what was read wrongly and what was missed.
``--part development`` reads the texts of this part alone and writes nothing.
A real text is read as it stands, on the day to which the annotations run (2026-01-01).
"""

import argparse
import sys
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1]))

import adverts
import annotations
import compare_adverts
import compare_candidates
import compare_market
from annotations import Part
from facts import Fact
from page import write_page

from environment import describe, write
from jobfit.app.show import ShowRequest, show
from jobfit.evaluation.statistics import Estimate, grouped_mean_interval
from jobfit.ingest.language import detect_language
from jobfit.reading import read_candidate_text
from jobfit.structure.vacancy import read_vacancy_profile

TODAY = date(2026, 1, 1)
_KEPT = {"field", "value", "polarity", "sure", "quote"}
SHOWN = {"1.docx": (), "35.docx": (), "20.docx": (), "16.docx": (), "31.docx": (), "5_vacancies.csv": (1, 3, 5)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of cv-docx and it-resumes (default: JOBFIT_SHARED_DATA)")
    parser.add_argument("--wrong", metavar="FACT", help="print the errors in this fact instead of writing the table")
    parser.add_argument(
        "--part", type=Part, choices=list(Part), help="the texts of this part alone, nothing is written"
    )
    arguments = parser.parse_args()
    known = [arguments.part] if arguments.part else [Part.EARLIER, Part.DEVELOPMENT]
    parts = {
        "candidates": list(_candidates(arguments.data, known)),
        "vacancies": list(_vacancies(arguments.data, known)),
    }
    if not arguments.part:
        parts["market"] = list(compare_market.facts())
    if not arguments.part and not arguments.wrong:
        opened = [
            *(replace(fact, name=f"CV: {fact.name}") for fact in _candidates(arguments.data, [Part.ONCE])),
            *(replace(fact, name=f"advert: {fact.name}") for fact in _vacancies(arguments.data, [Part.ONCE])),
        ]
        if opened:
            parts["once"] = opened
    if arguments.wrong:
        for fact in (fact for facts in parts.values() for fact in facts if fact.name == arguments.wrong):
            for kind, words in (("wrong", fact.wrong), ("missed", fact.missed)):
                for each in words:
                    print(f"{kind:7}{fact.source:28}{each}")
        return
    tables = {part: table(facts) for part, facts in parts.items()}
    for part, rows in tables.items():
        print(f"\n{part:42}{'precision':>36}{'recall':>36}")
        for name, row in rows.items():
            print(f"{name:42}{row.precision!s:>36}{row.recall!s:>36}")
    if arguments.part:
        return
    found = {part: {name: asdict(row) for name, row in rows.items()} for part, rows in tables.items()}
    result = {**describe(), **found, "shown": list(_shown(annotations.data_folder(arguments.data) / "cv-docx"))}
    write("reading", result)
    write_page(result)


@dataclass(frozen=True)
class Row:
    """How one kind of fact is read; ``texts`` is the number of texts in which it was looked for."""

    precision: Estimate
    recall: Estimate
    texts: int


def table(facts: Iterable[Fact]) -> dict[str, Row]:
    """Add up the facts of one name over the texts."""
    by_name: dict[str, list[Fact]] = {}
    for fact in facts:
        by_name.setdefault(fact.name, []).append(fact)
    return {
        name: Row(_share(group, "right", "wrong"), _share(group, "found", "missed"), len(group))
        for name, group in by_name.items()
    }


def _share(facts: list[Fact], good: str, bad: str) -> Estimate:
    pairs = [(value, f.source) for f in facts for name, value in ((good, 1.0), (bad, 0.0)) for _ in getattr(f, name)]
    return grouped_mean_interval([value for value, _ in pairs], [source for _, source in pairs])


def _shown(folder: Path) -> Iterable[dict[str, Any]]:
    """Yield what `jobfit show` says of a few texts, without sentences."""
    for name, rows in SHOWN.items():
        for number, record in enumerate(show(ShowRequest(name=str(folder / name), today=TODAY)).records, 1):
            if not rows or number in rows:
                facts = [
                    fact.model_dump(include={"field", "value", "polarity", "sure", "quote"}) for fact in record.facts
                ]
                source = f"{folder.name}/{name}" + (f", row {number}" if rows else "")
                yield {"source": source, "facts": facts, "unknown": record.unknown}


def _candidates(data: Path | None, parts: Collection[Part]) -> Iterable[Fact]:
    for text, annotation in annotations.load(data, parts=parts):
        yield from compare_candidates.facts(text, annotation, read_candidate_text(text).profile, TODAY)


def _vacancies(data: Path | None, parts: Collection[Part]) -> Iterable[Fact]:
    for text, advert in adverts.load(data, parts=parts):
        yield from compare_adverts.facts(text, advert, read_vacancy_profile(text, detect_language(text)))


if __name__ == "__main__":
    main()
