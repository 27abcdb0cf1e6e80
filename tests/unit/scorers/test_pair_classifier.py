"""The pair classifier as it scores, and as it is kept: what is missing, altered or of another model is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from jobfit.artifacts import write_manifest
from jobfit.encoders.hashing import HashingEncoder
from jobfit.errors import InputError, ModelError
from jobfit.records import Document
from jobfit.scorers.base import PersonJob
from jobfit.scorers.calibrators import Calibrator
from jobfit.scorers.pair_classifier import (
    FORMAT,
    HEAD,
    PairClassifier,
    load_pair_classifier,
    save_pair_classifier,
)
from jobfit.scorers.pair_head import HeadSettings, PairHead

PAIRS = [
    PersonJob(Document(f"c{i}", candidate), Document(f"v{j}", vacancy))
    for i, candidate in enumerate(("Registered nurse, night shifts", "welder", "Python developer in Lyon"))
    for j, vacancy in enumerate(("We look for a nurse", "Soudeur (H/F)"))
]


def classifier(kind="ordinal", hidden=4, **more):
    return PairClassifier(HashingEncoder(), PairHead(1024, HeadSettings(kind, hidden=hidden)), **more)


@pytest.mark.parametrize("kind", ["binary", "three-class", "ordinal"])
def test_scores_are_the_heads_on_the_encoders_vectors(kind):
    model = classifier(kind)
    encode = model.encoder.encode
    u = torch.from_numpy(encode([pair.candidate for pair in PAIRS[::2]], "document").vectors).repeat_interleave(2, 0)
    v = torch.from_numpy(encode([pair.vacancy for pair in PAIRS[:2]], "query").vectors).repeat(3, 1)
    with torch.no_grad():
        outputs = model.head(u, v)
        assert model.score(PAIRS) == pytest.approx(model.head.logits(outputs).numpy(), abs=1e-5)
        assert model.classes(PAIRS) == pytest.approx(model.head.log_probabilities(outputs).exp().numpy(), abs=1e-5)
    assert model.classes(PAIRS)[:, -1] == pytest.approx(model.probabilities(PAIRS), abs=1e-6)


def test_one_id_with_two_texts_is_two_documents():
    pairs = [PersonJob(Document("same", text), Document("same", "We look for a nurse")) for text in ("nurse", "welder")]
    scores = classifier().score(pairs)
    assert scores[0] != scores[1]
    assert scores.tolist() == [classifier().score([pair])[0] for pair in pairs]


def test_saved_and_read_again_it_gives_the_same_scores(tmp_path):
    model = classifier(calibrator=Calibrator("platt", (0.5, -2.0)), threshold=0.25, facts={"train": "abc"})
    save_pair_classifier(model, tmp_path / "m", "hashing")
    again = load_pair_classifier(tmp_path / "m")
    np.testing.assert_array_equal(again.score(PAIRS), model.score(PAIRS))
    np.testing.assert_array_equal(again.probabilities(PAIRS), model.probabilities(PAIRS))
    assert (again.threshold, again.facts, again.head.settings) == (0.25, {"train": "abc"}, model.head.settings)
    assert {path.suffix for path in (tmp_path / "m").iterdir()} == {".json", ".safetensors"}


@pytest.fixture
def saved(tmp_path):
    """``saved(change)``: a saved classifier whose tensors were changed and whose manifest fits them."""

    def make(change=lambda tensors: None, facts=lambda facts: None):
        folder = tmp_path / "m"
        save_pair_classifier(classifier(), folder, "hashing")
        tensors = load_file(folder / HEAD)
        change(tensors)
        save_file(tensors, folder / HEAD)
        kept = json.loads((folder / "manifest.json").read_text())["facts"]
        facts(kept)
        write_manifest(folder, FORMAT, kept)
        return folder

    return make


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.pop("thresholds_from"), r"1 tensors are missing \('thresholds_from'\)"),
        (lambda t: t.update(extra=torch.zeros(1)), r"unexpected \('extra'\)"),
        (lambda t: t.update({"layers.3.weight": torch.zeros(1, 5)}), r"of another shape \('layers.3.weight'\)"),
        (lambda t: t["layers.0.bias"].fill_(torch.nan), r"not finite \('layers.0.bias'\)"),
    ],
)
def test_tensors_that_do_not_make_the_head_are_refused_by_name(saved, change, said):
    with pytest.raises(ModelError, match=said):
        load_pair_classifier(saved(change))


def test_torn_head_and_missing_file_are_refused(saved):
    folder = saved()
    (folder / HEAD).write_bytes((folder / HEAD).read_bytes()[:-8])
    with pytest.raises(ModelError, match="missing, torn or was altered"):
        load_pair_classifier(folder)
    (folder / HEAD).unlink()
    write_manifest(folder, FORMAT, json.loads((folder / "manifest.json").read_text())["facts"])
    with pytest.raises(ModelError, match=r"head\.safetensors is not part of the model"):
        load_pair_classifier(folder)


def test_encoder_of_other_weights_and_settings_that_make_no_head_are_refused(saved, tmp_path):
    def swapped(facts):
        facts["encoder"]["identity"] = "hashing-0-1024"

    with pytest.raises(ModelError, match="with other weights than the ones that are here"):
        load_pair_classifier(saved(facts=swapped))
    with pytest.raises(ModelError, match="kind"):
        load_pair_classifier(saved(facts=lambda facts: facts["head"].update(kind="quaternary")))
    with pytest.raises(ModelError, match="cannot have"):
        load_pair_classifier(saved(facts=lambda facts: facts["calibrator"].update(method="platt")))
    with pytest.raises(ModelError, match="manifest"):
        load_pair_classifier(tmp_path / "nowhere")


def test_empty_text_vectors_of_another_size_and_damaged_weights_are_refused():
    with pytest.raises(InputError, match="'blank'"):
        classifier().score([PersonJob(Document("blank", " "), Document("v", "nurse"))])
    with pytest.raises(InputError, match="reads vectors of 8 numbers"):
        PairClassifier(HashingEncoder(), PairHead(8))
    damaged = classifier()
    with torch.no_grad():
        damaged.head.layers[0].weight.fill_(torch.nan)
    with pytest.raises(ModelError, match="candidate 'c0', vacancy 'v0': the score is not a finite number"):
        damaged.score(PAIRS)


def test_calibrators_never_turn_the_order_and_refuse_what_does_not_fit():
    scores = np.linspace(-4, 4, 33)
    for one in (
        Calibrator(), Calibrator("temperature", (2.5,)), Calibrator("platt", (0.7, -1.0)),
        Calibrator("isotonic", (-1.0, 0.5, 2.0), (0.1, 0.1, 0.9)),
    ):  # fmt: skip
        found = one.probabilities(scores)
        assert (np.diff(found) >= 0).all() and found.min() >= 0 and found.max() <= 1
    assert Calibrator("isotonic", (0.0, 1.0), (0.2, 0.6)).probabilities(np.array([-5.0, 0.5, 9.0])) == pytest.approx(
        [0.2, 0.4, 0.6]
    )
    for wrong in (
        ("temperature", (0.0,)), ("temperature", ()), ("platt", (-1.0, 0.0)), ("platt", (1.0,)), ("none", (1.0,)),
        ("isotonic", (0.0, 0.0), (0.1, 0.2)), ("isotonic", (0.0, 1.0), (0.5, 0.2)), ("platt", (np.nan, 0.0)),
    ):  # fmt: skip
        with pytest.raises(InputError, match="cannot have"):
            Calibrator(*wrong)
