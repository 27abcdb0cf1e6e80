"""What a small language model is worth as the judge of RankPO: its votes against the truth of a simulated market.

    python benchmarks/judge.py --work FOLDER --llm-url http://127.0.0.1:8089/v1 --llm-model NAME [--pairs 150]

Pairs of candidates are drawn from the first 60 ranks of each vacancy, as benchmarks/reproduce/rankpo.yaml draws them,
in its training market, but by BM25, which needs no training and ranks about as well as the campaign's stage 1. Pairs of
equally qualified candidates are left out. Each is asked in both orders; the campaign's simulated judge is asked beside.
FOLDER keeps the votes: a run that is stopped goes on, and results/rankpo-judge.json says what the votes so far show,
and how often BM25, an encoder's cosine and the hybrid ranking put the two people in the order that a judge prefers.

At the end the encoder of RankPO's stage 1 is aligned with the pairs on which both orders agree, by RankPO and by SFT;
beside it, with what the simulated judge and the truth say of these pairs. Three seeds, the campaign's held-out queries.
``--no-training`` leaves that out.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache, partial
from itertools import islice, product, zip_longest
from pathlib import Path
from typing import Any, Literal

from environment import describe, write
from jobfit.artifacts import sha256_of
from jobfit.encoders.folder import MINILM
from jobfit.encoders.loading import load_encoder
from jobfit.evaluation.statistics import grouped_mean_interval
from jobfit.experiments.market import market_data, market_of, market_texts
from jobfit.experiments.rankpo import RankpoSettings
from jobfit.experiments.reproduce import Sizes, sizes_of
from jobfit.experiments.rows import Row, compare_rows, estimate
from jobfit.experiments.trial import Backbone, RowCache, Trial
from jobfit.judged import Preference, Texts
from jobfit.llm.client import Client
from jobfit.llm.settings import Settings
from jobfit.retrieval.systems import rank
from jobfit.runs import Run
from jobfit.training.annotation import (
    Agreement,
    Annotator,
    BothOrders,
    DrawnPair,
    VoteLog,
    annotate,
    collect,
    decide,
    draw_pairs,
    report_on,
)
from jobfit.training.annotators import LlmAnnotator, SimulatedAnnotator, Truth
from jobfit.training.data import TrainingSet
from jobfit.training.model import TrainableEncoder
from jobfit.training.stages import MODEL, fit
from reranking import documents

SIZES = Path(__file__).resolve().parent / "reproduce" / "rankpo.yaml"
DRAWN = 20  # pairs of each vacancy, of which the first are asked about
RANKED_BY = ("bm25", "dense", "hybrid")
Method = Literal["rankpo", "sft"]
METHODS: tuple[Method, ...] = ("rankpo", "sft")
RATE, SEEDS = 5e-5, (1, 2, 3)  # the campaign's best rate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for votes and answers")
    parser.add_argument("--llm-url", required=True)
    parser.add_argument("--llm-model", required=True)
    parser.add_argument("--pairs", type=int, default=150)
    parser.add_argument("--characters", type=int, default=600, help="of each text: the rest is cut off")
    parser.add_argument("--concurrency", type=int, default=4, help="requests at once, and pairs between two looks")
    parser.add_argument("--timeout", type=float, default=1800)
    parser.add_argument("--no-training", action="store_true")
    parser.add_argument("--no-asking", action="store_true", help="count the model's votes that are there")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    sizes = sizes_of("rankpo", quick=False, path=SIZES)
    market = market_of(sizes.market, sizes.market.candidates, sizes.market.vacancies, sizes.market.seed)
    rows = {person.id: row for row, person in enumerate(market.people)}
    columns = {opening.id: column for column, opening in enumerate(market.openings)}

    def truth(vacancy_id: str, candidate_id: str) -> float:
        return float(market.q[rows[candidate_id], columns[vacancy_id]])

    candidates, vacancies = market_texts(market)
    asked = sizes.settings.judge
    runs = ranked(vacancies, candidates, options.work)
    drawn = draw_pairs(runs["bm25"], asked.depth, DRAWN, seed=1)
    pairs = list(islice(spread(p for p in drawn if truth(p[0], p.x_id) != truth(p[0], p.y_id)), options.pairs))
    cut = [{i: text[: options.characters] for i, text in side.items()} for side in (vacancies, candidates)]
    texts = Texts(*cut)
    simulated = SimulatedAnnotator(truth, asked.noise, asked.position_bias, seed=1, truth_name="the simulated market")
    settings = Settings(
        concurrency=options.concurrency, seconds=options.timeout,
        answer_tokens=256, longest_answer=256, attempts=1,  # who does not come to an end is counted
    )  # fmt: skip
    with Client(options.llm_url, options.llm_model, cache=options.work / "answers", settings=settings) as client:
        judges: tuple[Annotator, ...] = (LlmAnnotator(client), simulated)
        votes: list[list[BothOrders]] = [[], []]
        failures, started = Counter[str](), time.monotonic()
        for start in range(0, len(pairs), options.concurrency):
            end = start + options.concurrency
            part, so_far = pairs[start:end], pairs[:end]
            for one, own, name in zip(judges, votes, ("votes.jsonl", "votes-simulated.jsonl"), strict=True):
                silent = options.no_asking and one is not simulated
                collected, failed = voted(one, part, texts, options.work / name, silent)
                own += collected
                failures += failed
            found = {one.name: seen(one.name, own, truth) for one, own in zip(judges, votes, strict=True)}
            (_, by_model), (_, by_simulated) = found.values()
            right = {pair: better(pair, truth) for pair in by_model}
            learnt = {"small model": by_model, "simulated judge": by_simulated, "truth on the model's pairs": right}
            same = [(a == by_simulated[p], p.vacancy_id) for p, a in by_model.items() if p in by_simulated]
            result = {
                **describe("torch"),
                "model": options.llm_model, "pairs": len(so_far), "vacancies": len({p.vacancy_id for p in so_far}),
                "characters": options.characters, "failures": dict(failures),
                "judges": {name: figures for name, (figures, _) in found.items()},
                "same verdict as the simulated judge": share(same),
                "ranked as preferred": {
                    f"{system}, {name}": share(alike(run, by_pair))
                    for (name, by_pair), (system, run) in product(learnt.items(), runs.items())
                },
                "spent_in_this_run": asdict(client.spent), "seconds_of_this_run": round(time.monotonic() - started),
            }  # fmt: skip
            write("rankpo-judge", result)
            print(f"{len(so_far)}/{len(pairs)} pairs", flush=True)
    if not options.no_training:
        write("rankpo-judge", result | {"aligned": aligned(learnt, sizes, options.work)})


def ranked(vacancies: Mapping[str, str], candidates: Mapping[str, str], work: Path) -> dict[str, Run]:
    """Rank all candidates for every vacancy by each of ``RANKED_BY``."""
    encoder = cache(lambda: load_encoder(MINILM, cache=work / "vectors.sqlite"))
    queries, people = documents(vacancies), documents(candidates)
    return {system: rank(system, queries, people, len(people), encoder=encoder) for system in RANKED_BY}


def alike(run: Run, preferred: Mapping[DrawnPair, str]) -> list[tuple[bool, str]]:
    """Tell of each pair whether ``run`` puts the preferred one before the other, with the vacancy."""
    place = {v: {i: n for n, i in enumerate(ranking.document_ids)} for v, ranking in run.rankings.items()}
    return [
        (min((pair.x_id, pair.y_id), key=place[pair.vacancy_id].__getitem__) == i, pair.vacancy_id)
        for pair, i in preferred.items()
    ]


def aligned(judged: Mapping[str, Mapping[DrawnPair, str]], sizes: Sizes, work: Path) -> dict[str, Any]:
    """Align the encoder of stage 1 with the pairs of each judge; return what that changes in the held-out ranking."""
    data, settings = market_data(sizes.market, sizes.measures), sizes.settings
    assert data.train is not None
    vacancies = {**data.train.vacancies, **data.validation.vacancies}
    backbone = Backbone(settings.backbone, settings.model, settings.loop, settings.stage)
    preferred = {name: preferences(by_pair) for name, by_pair in judged.items()}
    facts = {"recipe": "rankpo-judge", "settings": asdict(settings), "preferences": preferred}
    kept = RowCache(work / f"aligned-{sha256_of(repr(facts))[:12]}", facts)
    before: list[Row] = []
    rows: dict[str, list[Row]] = {f"{method}, {name}": [] for name, method in product(preferred, METHODS)}
    for seed in SEEDS:
        trial = Trial(kept, seed, SEEDS, backbone)
        before.append(trial.encoder_row("before", "before", data, partial(trial.model, "stage-1", data)))
        for name, method in product(preferred, METHODS):
            train = replace(data.train, vacancies=vacancies, preferences=preferred[name])
            make = partial(align, trial, train, settings, method, f"{method}-{list(preferred).index(name)}")
            key = f"{method}, {name}"
            rows[key].append(trial.encoder_row(make.args[-1], key, data, make))
            print(f"seed {seed}: {key}", flush=True)
    start = of_seeds(before)
    return {
        "seeds": SEEDS, "rate": RATE, "data": data.source, "preferences": {n: len(p) for n, p in preferred.items()},
        "before": {column: asdict(estimate(start, column)) for column in start.columns},
        "change": {
            key: {column: asdict(compare_rows(start, of_seeds(found), column).difference) for column in start.columns}
            for key, found in rows.items()
        },
    }  # fmt: skip


def align(trial: Trial, train: TrainingSet, settings: RankpoSettings, method: Method, key: str) -> TrainableEncoder:
    """Return stage 1's model after the steps of stage 2, as the campaign takes them."""
    model = TrainableEncoder.load(str(trial.folder / "stage-1" / MODEL), replace(settings.model, pooling=None))
    loop = replace(settings.alignment_loop, learning_rate=RATE, seed=trial.seed)
    fit(model, train, None, trial.folder / key, loop, stage=replace(settings.alignment_stage, method=method))
    return model


def of_seeds(rows: Sequence[Row]) -> Row:
    return replace(rows[0], by_seed={seed: columns for row in rows for seed, columns in row.by_seed.items()})


def preferences(by_pair: Mapping[DrawnPair, str]) -> tuple[Preference, ...]:
    return tuple(Preference(p.vacancy_id, i, p.y_id if i == p.x_id else p.x_id) for p, i in by_pair.items())


def better(pair: DrawnPair, truth: Truth) -> str:
    return max((pair.x_id, pair.y_id), key=lambda i: truth(pair.vacancy_id, i))


def spread(pairs: Iterable[DrawnPair]) -> Iterable[DrawnPair]:
    """Yield the first pair of every vacancy, then the second ones, ...: any part of it is about many vacancies."""
    by_vacancy: dict[str, list[DrawnPair]] = {}
    for pair in pairs:
        by_vacancy.setdefault(pair.vacancy_id, []).append(pair)
    return (pair for turn in zip_longest(*by_vacancy.values()) for pair in turn if pair is not None)


def voted(
    judge: Annotator, pairs: Sequence[DrawnPair], texts: Texts, path: Path, no_asking: bool = False
) -> tuple[tuple[BothOrders, ...], Counter[str]]:
    """Return both votes on each pair, from ``path`` where they are there, and the failures by reason."""
    with VoteLog(path, judge) as log:
        failures = Counter[str]() if no_asking else annotate(pairs, texts, judge, log)
        return collect(pairs, texts, log), failures


def seen(name: str, collected: Sequence[BothOrders], truth: Truth) -> tuple[dict[str, Any], dict[DrawnPair, str]]:
    """Return what the votes of a judge show, and whom it prefers by pair where both orders agree."""
    verdicts = [decide(both) for both in collected]

    def gap(pair: DrawnPair) -> float:
        return abs(truth(pair.vacancy_id, pair.x_id) - truth(pair.vacancy_id, pair.y_id))

    votes = [
        (pair, (pair.x_id if vote.preferred == shown_first else pair.y_id) == better(pair, truth), vote.confidence)
        for pair, *both in ((one.pair, one.forward, one.backward) for one in collected)
        for vote, shown_first in zip(both, "AB", strict=True)
        if vote is not None
    ]
    decided = {one.pair: one.preferred for one in verdicts if one.preferred is not None}
    both = [one for one in verdicts if one.agreement is not Agreement.UNANSWERED]

    def right(wanted: Callable[[DrawnPair], bool]) -> dict[str, Any]:
        return {
            "votes": share([(good, pair.vacancy_id) for pair, good, _ in votes if wanted(pair)]),
            "agreed pairs": share(
                [(i == better(pair, truth), pair.vacancy_id) for pair, i in decided.items() if wanted(pair)]
            ),
        }

    figures = {
        **report_on(name, collected, verdicts).to_json(),
        "both orders agree": share([(one.agreement is Agreement.AGREED, one.pair.vacancy_id) for one in both]),
        "right": right(lambda pair: True),
        "right where qualification differs by 0.3 or more": right(lambda pair: gap(pair) >= 0.3),
        "mean confidence": {
            word: round(sum(said) / len(said), 1)
            for word, wanted in (("right", True), ("wrong", False))
            if (said := [confidence for _, good, confidence in votes if good is wanted])
        },
    }
    return figures, decided


def share(flags: Sequence[tuple[bool, str]]) -> dict[str, Any]:
    """The share that is true, with its interval: vacancies are drawn again, whose pairs are not independent."""
    return asdict(grouped_mean_interval([float(flag) for flag, _ in flags], [group for _, group in flags]))


if __name__ == "__main__":
    main()
