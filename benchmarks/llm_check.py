"""What a model reads in 20 CVs and 5 adverts of the simulated market, against the truth -> results/llm-check.json.

    python benchmarks/llm_check.py --url http://localhost:8000/v1 --model NAME [--timeout 900] [--concurrency 4]

Precision is the share of the grounded values that are true of the record, recall the share of what is true and named in
the text that was read; both with 95 % intervals over records. A value is true where it is one of the names that the
latent record has for it (of what an advert asks for: where it stands in the lines that ask). The market is untidy: some
texts deny skills, tell those of others, or wish for them.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from environment import describe, write
from jobfit.app.llm import LlmOptions, llm_client
from jobfit.artifacts import sha256_of
from jobfit.documents.llm_text import shown
from jobfit.evaluation.statistics import Estimate, grouped_mean_interval
from jobfit.folding import fold
from jobfit.records import Candidate, Record, Source, Vacancy
from jobfit.simulation.market import Market, simulate
from jobfit.simulation.page import plain
from jobfit.simulation.settings import MarketSettings, read_data
from jobfit.structure.llm.structurer import LlmReading, LlmStructurer

SETTINGS = MarketSettings(candidates=20, vacancies=5, untidy=0.3, paraphrase=0, typos=0)
SEED = 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--timeout", type=float, default=900)
    parser.add_argument("--concurrency", type=int, default=4)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--plain-http", action="store_true")
    parser.add_argument("--out", default="llm-check", help="name of the file in results/")
    arguments = parser.parse_args()
    options = LlmOptions(**{k: v for k, v in vars(arguments).items() if k != "out"}, answer_tokens=512)
    market = simulate(SETTINGS, SEED)
    records, truths = zip(*_with_truth(market), strict=True)
    outcomes: list[Outcome] = []
    dropped, failures = Counter[str](), Counter[str]()
    with llm_client(options) as client:
        readings = LlmStructurer(client, shown).read_all(records)
        for number, (record, truth, reading) in enumerate(zip(records, truths, readings, strict=True), 1):
            outcomes += _outcomes(record.id, truth, reading)
            dropped.update({str(reason): count for reason, count in reading.dropped.items()})
            failures.update(reading.failures)
            print(f"{number} of {len(records)} records", flush=True)
        spent = asdict(client.spent)
    fields = {name: _row([o for o in outcomes if o.field == name]) for name in dict.fromkeys(o.field for o in outcomes)}
    for name, row in fields.items():
        print(f"{name:12}" + "".join(f"  {kind} {Estimate(**row[kind])}" for kind in ("precision", "recall")))
    digest = sha256_of("".join(record.text for record in records))
    result = {"model": arguments.model, "texts": digest, "fields": fields, "dropped": dict(dropped)}
    write(arguments.out, {**describe(), **result, "failures": dict(failures), "spent": spent})


@dataclass(frozen=True)
class Truth:
    """What is true of one field of a record: the folded names of each value, and other words that state it."""

    values: list[set[str]]
    lines: tuple[str, ...] = ()

    def accepts(self, value: str) -> bool:
        return any(value in names for names in self.values) or any(value in line for line in self.lines)


@dataclass(frozen=True)
class Outcome:
    """What became of one field of one record."""

    record: str
    field: str
    right: int
    wrong: int
    found: int
    missed: int


def _outcomes(record: str, truths: dict[str, Truth], reading: LlmReading) -> Iterator[Outcome]:
    read = {
        str(name): [fold(item.value).partition(" (")[0] for item in items] for name, items in reading.fields.items()
    }
    read["titles"] = [*read.get("title", ()), *read.get("previous_titles", ())]
    for field, truth in truths.items():
        values = read.get(field, [])
        right = sum(map(truth.accepts, values))
        found = sum(any(name in value for name in names for value in values) for names in truth.values)
        yield Outcome(record, field, right, len(values) - right, found, len(truth.values) - found)


def _row(outcomes: list[Outcome]) -> dict[str, dict[str, Any]]:
    def share(good: str, bad: str) -> dict[str, Any]:
        flags = [(1.0, o.record) for o in outcomes for _ in range(getattr(o, good))]
        flags += [(0.0, o.record) for o in outcomes for _ in range(getattr(o, bad))]
        return asdict(grouped_mean_interval([flag for flag, _ in flags], [record for _, record in flags]))

    return {"precision": share("right", "wrong"), "recall": share("found", "missed")}


def _with_truth(market: Market) -> Iterator[tuple[Record, dict[str, Truth]]]:
    taxonomy = market.world.taxonomy

    def named(ids: Iterable[str], terms: str, text: str) -> list[set[str]]:
        """Return the names of each term that stand in the text, where any does."""
        every = (getattr(taxonomy, terms)[id_].labels.values() for id_ in dict.fromkeys(ids))
        names = ({fold(name) for labels in each for name in labels} for each in every)
        return [kept for kept in ({name for name in known if name in fold(text)} for known in names) if kept]

    for person in market.people:
        text = plain(market.cvs[person.id])
        languages = read_data(f"texts_{person.language}.toml")["languages"]
        truths = {
            "skills": Truth(named(market.cvs[person.id].mentioned, "skills", text)),
            "titles": Truth(named([p.occupation for p in person.positions], "occupations", text)),
            "companies": Truth([{fold(p.employer)} for p in person.positions if p.employer in text]),
            "languages": Truth([{fold(languages[spoken.code])} for spoken in person.languages]),
        }
        yield Candidate(person.id, text, person.language, Source("cv.txt", "text", "")), truths
    for opening in market.openings:
        page = market.vacancies[opening.id]
        text = plain(page)
        denied = {name for names in named(page.told.not_needed, "skills", text) for name in names}
        lines = {
            kind: tuple(line for line in map(fold, block.lines) if not any(name in line for name in denied))
            for block in page.blocks
            if (kind := block.kind) in ("must", "nice")
        }
        truths = {
            kind: Truth(named(ids, "skills", text), lines.get(kind, ()))
            for kind, ids in (("must", opening.must), ("nice", opening.nice))
        }
        yield Vacancy(opening.id, text, opening.language, Source("v.txt", "text", "")), truths


if __name__ == "__main__":
    main()
