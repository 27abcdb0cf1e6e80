"""jobfit train with the methods cross-encoder and distillation, and what reads again with what was trained."""

import json
import re

import numpy as np
import pytest
from tests.unit.cli.test_pair_classifier import TRADES, prepared  # noqa: F401

from jobfit.ingest.formats.trec import read_run
from jobfit.scorers.base import PersonJob
from jobfit.scorers.cross_encoder import load_cross_encoder
from jobfit.scorers.pair_classifier import load_pair_classifier
from jobfit.training.calibrating import choose_on
from jobfit.training.cross_stage import scores_of

LOOP = ("threads=1", "precision=f32", "device=cpu", "epochs=2", "batch_size=8", "learning_rate=0.003")
FAST = (*(part for said in LOOP for part in ("--set", f"loop.{said}")), "--hold-out", "0.3")
METHOD = ("--set", "stage.method=cross-encoder", "--set", "lists.size=4", "--set", "lists.loss=ranknet")


@pytest.fixture
def train(jobfit, prepared, save_bert, tmp_path):  # noqa: F811
    words = [*TRADES, "with", "years", "of", "work", "in", "a", "team", "we", "are", "looking", "for", "city"]
    backbone = save_bert(tmp_path / "tiny-bert", words)

    def run(*more, out="out", model=backbone):
        return jobfit("train", "--data", prepared, "--out", tmp_path / out, "--model", model, *FAST, *more, "--json")

    return run


def ranked(jobfit, folder, data, out):
    files = ("--corpus", data / "candidates.jsonl", "--queries", data / "vacancies.jsonl", "--no-mask")
    said = ("--system", "bm25", "--rerank", folder, "--rerank-top", 6, "--out", out, "--json")
    return jobfit("rank", *files, *said)


def test_reranker_is_trained_calibrated_and_used(jobfit, train, prepared, tmp_path):  # noqa: F811
    done = train(*METHOD, "--set", "lists.licence=mit")
    assert done.code == 0, done.err
    folder = tmp_path / "out/model"
    assert done.json["licence"] == "mit" and done.json["validation"]["metrics"]["lists nDCG@10"]["mean"] > 0
    card = (folder / "README.md").read_text()
    assert 'license: "mit"' in card and "# A cross-encoder" in card and "nobody is turned down by a score" in card
    # the temperature is the one that its own validation pairs ask for
    from jobfit.training.data import hold_out
    from jobfit.training.reading import read_training_set

    _, validation = hold_out(read_training_set(prepared, "train"), 0.3, 0)
    scorer = load_cross_encoder(folder)
    found = choose_on(validation, lambda pairs: scores_of(scorer, validation, pairs), "temperature")
    assert done.json["temperature"] == pytest.approx(found.calibrator.numbers[0])
    assert json.loads((folder / "calibration.json").read_text()) == {"temperature": done.json["temperature"]}
    again = ranked(jobfit, folder, prepared, tmp_path / "run.trec")
    assert again.code == 0, again.err
    assert again.json["reranker"]["licence"] == "mit" and "WARNING" not in again.err
    assert train(*METHOD, "--set", "lists.licence=mit", "--resume").json == done.json


def test_licence_is_that_of_the_backbone_unless_stated(train):
    done = train(*METHOD)
    assert done.json["licence"] == "unknown" and "licence is unknown" in done.err


def test_encoder_learns_the_order_of_its_teacher(jobfit, train, tmp_path):
    assert train(*METHOD, out="teacher").code == 0
    said = ("--set", "stage.method=distillation", "--set", f"distillation.teacher={tmp_path / 'teacher/model'}")
    done = train(*said, "--set", "distillation.loss=kl")
    assert done.code == 0, done.err
    assert (tmp_path / "out/model/modules.json").is_file()
    [scored] = re.findall(r"scored ([\d,]+) pairs of (\d+) lists", done.err)
    assert int(scored[1]) > 10 and int(scored[0]) > 80
    lines = [json.loads(line) for line in (tmp_path / "out/log.jsonl").read_text().splitlines()]
    losses = [line["loss"] for line in lines if "loss" in line]
    assert np.mean(losses[-2:]) < losses[0]


def test_a_pair_classifier_reads_the_best_again(jobfit, train, prepared, tmp_path):  # noqa: F811
    assert train("--set", "stage.method=pair-classifier", model="hashing").code == 0
    folder = tmp_path / "out/model"
    done = ranked(jobfit, folder, prepared, tmp_path / "run.trec")
    assert done.code == 0, done.err
    assert done.json["reranker"]["model"].startswith("model-") and done.json["reranker"]["licence"] == "apache-2.0"
    from jobfit.reading import read_documents

    sides = [{d.id: d for d in read_documents(prepared / f"{name}.jsonl")} for name in ("candidates", "vacancies")]
    classifier = load_pair_classifier(folder)
    for ranking in list(read_run(tmp_path / "run.trec"))[:5]:
        best = list(ranking.hits[:6])
        pairs = [PersonJob(sides[0][hit.document_id], sides[1][ranking.query_id]) for hit in best]
        np.testing.assert_allclose([hit.score for hit in best], classifier.score(pairs), rtol=1e-6)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((*METHOD, "--rounds", "1"), "--rounds belongs to the training of an encoder"),
        ((*METHOD, "--set", "lists.size=1"), "size"),
        ((*METHOD, "--set", "lists.loss=banana"), "banana"),
        (("--set", "lists.size=4"), "the table 'lists' belongs to stage.method=cross-encoder"),
        (("--set", "stage.method=distillation"), "distillation.teacher names no folder"),
        (("--set", "stage.method=distillation", "--set", "distillation.teacher=/nowhere"), "there is no folder"),
        (("--set", "stage.method=distillation", "--rounds", "1"), "a teacher's lists stay"),
    ],
)
def test_what_does_not_fit_is_refused(train, more, said):
    done = train(*more)
    assert done.code in (2, 4) and said in done.json["error"]["message"]
