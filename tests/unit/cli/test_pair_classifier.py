"""jobfit train with a pair classifier, and what ranks and evaluates with its folder."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from jobfit.ingest.formats.trec import read_run
from jobfit.records import Document
from jobfit.scorers.base import PersonJob
from jobfit.scorers.pair_classifier import load_pair_classifier

TRADES = ("nurse", "cook", "welder", "driver")
OUTCOMES = ("rejected", "talent_pool", "hired")
FAST = (
    "--set", "stage.method=pair-classifier", "--set", "loop.epochs=15", "--set", "loop.learning_rate=0.01",
    "--set", "loop.threads=1", "--set", "loop.precision=f32", "--set", "loop.device=cpu", "--hold-out", "0.3",
)  # fmt: skip


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A folder as `jobfit prepare` writes it: of each vacancy's applicants the one of its trade is hired."""
    folder = tmp_path_factory.mktemp("p") / "prepared"
    folder.mkdir()
    (folder / "funnel.json").write_text(json.dumps({"format": "jobfit-prepared-1"}))
    people = {f"c{i}": f"{TRADES[i % 4]} with {i} years of work in a team" for i in range(40)}
    openings = {f"v{j}": f"We are looking for a {TRADES[j % 4]} in city {j}" for j in range(24)}
    for side, texts in (("candidates", people), ("vacancies", openings)):
        lines = [json.dumps({"_id": i, "text": text}) for i, text in texts.items()]
        (folder / f"{side}.jsonl").write_text("\n".join(lines))
    rows = []
    for j in range(24):
        for i in range(j, j + 8):
            own = i % 4 == j % 4
            rows.append((f"c{i % 40}", f"v{j}", "hired" if own else "talent_pool" if i % 4 == 3 else "rejected"))
        rows.append((f"c{(j + 9) % 40}", f"v{j}", "censored"))
    candidates, vacancies, outcomes = zip(*rows)
    binary = pa.array([{"hired": 1, "rejected": 0}.get(outcome) for outcome in outcomes], pa.int32())
    table = {"candidate_id": candidates, "vacancy_id": vacancies, "binary": binary, "outcome": outcomes}
    parquet.write_table(pa.table(table), folder / "pairs.parquet")
    return folder


@pytest.fixture
def trained(jobfit, prepared, tmp_path):
    def train(*more, name="out", model="hashing"):
        said = ("train", "--data", prepared, "--out", tmp_path / name, "--model", model, *FAST, *more, "--json")
        return jobfit(*said)

    return train


def test_train_writes_a_classifier_and_says_what_validation_chose(trained, tmp_path):
    done = trained("--set", "head.hidden=8", "--set", "head.kind=ordinal", "--set", "pairs.calibration=isotonic")
    assert done.code == 0, done.err
    assert (done.json["kind"], done.json["calibration"], done.json["criterion"]) == ("ordinal", "isotonic", "f1")
    assert done.json["validation"]["pr_auc"]["mean"] > 0.6 and done.json["validation"]["pr_auc"]["n"] > 0
    assert "in the talent pool" in done.err
    model = load_pair_classifier(tmp_path / "out/model")
    assert model.threshold == done.json["threshold"] and model.calibrator.method == "isotonic"
    fits, other = (
        PersonJob(Document("c", f"{trade} with 3 years of work in a team"), Document("v", "We are looking for a nurse"))
        for trade in ("nurse", "welder")
    )
    assert model.score([fits])[0] > model.score([other])[0]
    card = (tmp_path / "out/model/README.md").read_text()
    assert "# A pair classifier" in card and "nobody is turned down by a score" in card
    kept = json.loads((tmp_path / "out/result.json").read_text())
    assert kept["trained"]["threshold"] == model.threshold and kept["data"]["talent_pool"] > 0
    again = trained("--set", "head.hidden=8", "--set", "head.kind=ordinal", "--set", "pairs.calibration=isotonic")
    assert (again.code, "earlier training" in again.err) == (2, True)
    assert trained(
        "--set", "head.hidden=8", "--set", "head.kind=ordinal", "--set", "pairs.calibration=isotonic", "--resume"
    ).json == done.json  # fmt: skip


def test_encoder_is_trained_with_the_head_where_asked_and_lies_beside_it(trained, save_bert, tmp_path):
    words = [*TRADES, "with", "years", "of", "work", "in", "a", "team", "we", "are", "looking", "for", "city"]
    backbone = save_bert(tmp_path / "tiny-bert", words)
    done = trained(
        "--set", "pairs.train_encoder=true", "--set", "loop.epochs=2", "--set", "loop.learning_rate=0.003",
        model=backbone,
    )  # fmt: skip
    assert done.code == 0, done.err
    assert (tmp_path / "out/model/encoder/modules.json").is_file()
    (tmp_path / "tiny-bert").rename(tmp_path / "gone")  # the classifier needs nothing of the backbone
    pair = PersonJob(Document("c", "nurse"), Document("v", "cook"))
    assert load_pair_classifier(tmp_path / "out/model").score([pair]).shape == (1,)


def test_rank_orders_candidates_as_the_classifier_scores(jobfit, trained, prepared, tmp_path):
    assert trained().code == 0
    run = tmp_path / "run.trec"
    said = ("--system", "pair-classifier", "--model", tmp_path / "out/model", "--no-mask", "--out", run)
    files = ("--corpus", prepared / "candidates.jsonl", "--queries", prepared / "vacancies.jsonl")
    done = jobfit("rank", *files, *said, "--json")
    assert done.code == 0, done.err
    sides = [
        [Document(row["_id"], row["text"]) for row in map(json.loads, path.read_text().splitlines())]
        for path in (Path(files[1]), Path(files[3]))
    ]
    model = load_pair_classifier(tmp_path / "out/model")
    for ranking in read_run(run):
        vacancy = next(document for document in sides[1] if document.id == ranking.query_id)
        scores = dict(zip((c.id for c in sides[0]), model.score([PersonJob(c, vacancy) for c in sides[0]])))
        assert [hit.score for hit in ranking.hits] == sorted(scores.values(), reverse=True)
        assert all(scores[hit.document_id] == hit.score for hit in ranking.hits)
    turned = ("--corpus", prepared / "vacancies.jsonl", "--queries", prepared / "candidates.jsonl")
    assert jobfit("rank", *turned, *said, "--json").code == 0
    first = next(iter(read_run(run)))
    candidate = next(document for document in sides[0] if document.id == first.query_id)
    expected = max(model.score([PersonJob(candidate, v) for v in sides[1]]))
    assert first.hits[0].score == expected


def test_evaluate_scores_with_a_classifier(jobfit, trained, tmp_path):
    assert trained().code == 0
    from jobfit.simulation.writer import simulate_to

    simulate_to(tmp_path / "market", 30, 5, 3, rendered_share=0.0)
    done = jobfit(
        "evaluate", "--data", tmp_path / "market/beir/candidates_for_vacancy", "--system", "pair-classifier",
        "--model", tmp_path / "out/model", "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert done.json["system"] == "pair-classifier" and done.json["model"] == str(tmp_path / "out/model")
    assert next(iter(done.json["rankings"].values()))["measures"]["nDCG@10"]["n"] > 0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--rounds", "1"), "--rounds belongs to the training of an encoder"),
        (("--augment", "eda"), "--augment belongs to the training of an encoder"),
        (("--set", "head.kind=distance"), "a distance has no weights of its own"),
        (("--set", "head.kind=banana"), "kind"),
        (("--hold-out", "0"), "calibrated on a validation set"),
        (("--set", "pairs.margin=0"), "margin"),
    ],
)
def test_what_does_not_fit_is_refused(trained, more, said):
    done = trained(*more)
    assert done.code == 2 and said in done.json["error"]["message"]


def test_tables_of_a_pair_classifier_are_refused_for_an_encoder(jobfit, prepared, tmp_path):
    done = jobfit("train", "--data", prepared, "--out", tmp_path / "o", "--set", "head.hidden=8", "--json")
    assert done.code == 2 and "belongs to stage.method=pair-classifier" in done.json["error"]["message"]


def test_folder_that_is_no_classifier_is_refused(jobfit, prepared, tmp_path):
    files = ("--corpus", prepared / "candidates.jsonl", "--queries", prepared / "vacancies.jsonl")
    said = ("--system", "pair-classifier", "--model", prepared, "--out", tmp_path / "run.trec", "--json")
    done = jobfit("rank", *files, *said)
    assert done.code == 4 and "manifest.json" in done.json["error"]["message"]
