"""A language model as both experts: it learns, with each treatment; what is kept of it, and what is refused."""

import numpy as np
import pytest
import torch

from jobfit.artifacts import read_json, write_json
from jobfit.errors import InputError, ModelError
from jobfit.scorers.causal import Adapting, CausalScorer
from jobfit.scorers.causal_experts import load_causal_experts, save_causal_experts
from jobfit.scorers.pair_prompts import PairPrompt
from jobfit.training.causal_experts import CausalSettings, fit_causal_experts
from jobfit.training.experts import ExpertSettings, Shown, reliability

FAST = CausalSettings(steps=45, batch=8, learning_rate=0.03, looks=3)
SETTINGS = ExpertSettings(calibration="platt")


def funnel(seed, people=18, seen=5):
    """People apply to python jobs, mostly; a CV that says *good* is accepted."""
    dice = np.random.default_rng(seed)
    prompts, applied, verdict = np.empty(people * seen, dtype=object), [], []
    for row in range(people * seen):
        field, other = (str(word) for word in dice.choice(["python", "nurse"], 2))
        good = row // seen % 2 == 0
        prompts[row] = PairPrompt(f"{other} job", f"{field} {'good' if good else 'bad'}")
        applied.append(dice.random() < (0.9 if other == "python" else 0.2))
        verdict.append(float(good) if applied[-1] and dice.random() < 0.8 else np.nan)
    return Shown(prompts, np.repeat(np.arange(people), seen), np.array(applied), np.array(verdict))


@pytest.fixture
def scorer(causal_folder):
    return CausalScorer.load(
        str(causal_folder()), number="float32", max_tokens=120, adapting=Adapting(layers=3, rank=4)
    )


def gap(values, here):
    return values[here].mean() - values[~here].mean()


@pytest.mark.parametrize("treatment", ["applicants", "ips", "dr", "esmm"])
def test_both_adapters_learn_what_can_be_told_apart(scorer, treatment):
    base = {
        name: value.clone() for name, value in scorer._model.state_dict().items() if not name.endswith((".a", ".b"))
    }
    settings = ExpertSettings(treatment=treatment)
    experts = fit_causal_experts(scorer, funnel(1), funnel(2), settings, FAST)
    asked = funnel(3)
    liked = np.array(["python" in one.vacancy for one in asked.features])
    good = np.array(["good" in one.cv for one in asked.features])
    applies, accepts = experts.chances(asked.features)
    assert gap(accepts, good) > 0.6
    assert gap(applies, liked) > 0.3
    assert experts.calibrators[0].method == experts.calibrators[1].method == "platt"
    now = scorer._model.state_dict()
    assert all(torch.equal(now[name], value) for name, value in base.items())  # the base is as it was
    assert experts.facts["read"] == {"read": 90, "vacancy cut": 0, "cv cut": 0, "a side without words": 0}
    measured = reliability(experts, funnel(2), settings)
    assert measured is not None and measured[1].measures["ece"].mean < 0.3


def test_without_a_step_the_experts_are_the_model_as_it_comes(scorer):
    asked = funnel(3).features
    before = [scorer.read(scorer.tokens(asked, question), question) for question in (0, 1)]
    experts = fit_causal_experts(scorer, funnel(1), funnel(2), SETTINGS, CausalSettings(steps=0))
    assert np.array_equal(experts.logits(asked), before)


def test_training_is_the_same_twice_and_ends_no_worse_on_validation_than_it_began(causal_folder):
    said, notes, held = [], [], funnel(2)
    for _ in range(2):
        scorer = CausalScorer.load(str(causal_folder()), number="float32", max_tokens=120)
        ruinous = CausalSettings(steps=4, learning_rate=50.0, looks=2)
        experts = fit_causal_experts(scorer, funnel(1), held, SETTINGS, ruinous, notes.append)
        said.append(experts.logits(held.features))
    assert np.array_equal(*said)
    looks = [float(one.rpartition(" ")[2]) for one in notes if "question 2" in one and "validation" in one]
    logits, verdict = said[0][1][held.judged], held.verdict[held.judged]
    ended = (np.logaddexp(0, logits) - verdict * logits).mean()
    assert looks[:3] == looks[3:] and ended == pytest.approx(min(looks), abs=1e-3)


def test_saved_adapters_say_the_same_and_hold_nothing_of_the_base(scorer, tmp_path):
    experts = fit_causal_experts(scorer, funnel(1), funnel(2), SETTINGS, CausalSettings(steps=3))
    save_causal_experts(experts, tmp_path / "kept")
    again = load_causal_experts(tmp_path / "kept")
    asked = funnel(3).features
    assert np.array_equal(again.chances(asked), experts.chances(asked))
    assert again.facts == experts.facts and again.treatment == "applicants"
    held = sum(value.numel() for adapter in scorer.adapters for value in adapter.values())
    assert (tmp_path / "kept/adapters.safetensors").stat().st_size < 4 * held + 8000


def rewritten(folder, change):
    """Change the tensors, and let the manifest agree with the file: only their names and shapes are wrong."""
    from safetensors.torch import load_file, save_file

    from jobfit.artifacts import read_manifest, write_manifest
    from jobfit.scorers.causal_experts import CAUSAL_FORMAT

    facts = dict(read_manifest(folder, CAUSAL_FORMAT).facts)
    tensors = load_file(folder / "adapters.safetensors")
    change(tensors)
    save_file(tensors, folder / "adapters.safetensors")
    (folder / "manifest.json").unlink()
    write_manifest(folder, CAUSAL_FORMAT, facts)


FIRST = "preference.3.self_attn.q_proj.a"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda tensors: tensors.pop(FIRST), "1 tensors are missing"),
        (lambda tensors: tensors.update(other=torch.zeros(2)), "1 tensors are unexpected"),
        (lambda tensors: tensors.update({FIRST: torch.zeros(3, 3)}), "1 tensors are of another shape"),
        (lambda tensors: tensors[FIRST].fill_(float("nan")), "1 tensors are not finite"),
    ],
)
def test_adapters_that_are_not_whole_are_refused(scorer, tmp_path, change, said):
    experts = fit_causal_experts(scorer, funnel(1), funnel(2), SETTINGS, CausalSettings(steps=0))
    save_causal_experts(experts, tmp_path / "kept")
    rewritten(tmp_path / "kept", change)
    with pytest.raises(ModelError, match=said):
        load_causal_experts(tmp_path / "kept")


def test_another_base_or_an_altered_file_is_refused(scorer, causal_folder, tmp_path):
    experts = fit_causal_experts(scorer, funnel(1), funnel(2), SETTINGS, CausalSettings(steps=0))
    save_causal_experts(experts, tmp_path / "kept")
    causal_folder(seed=1)  # other weights in the same folder
    with pytest.raises(ModelError, match="is not the model that these adapters were trained on"):
        load_causal_experts(tmp_path / "kept")
    manifest = read_json(tmp_path / "kept/manifest.json")
    manifest["facts"]["base"]["identity"] = "0"
    write_json(tmp_path / "kept/manifest.json", manifest)
    with pytest.raises(ModelError, match="altered"):
        load_causal_experts(tmp_path / "kept")


def test_a_log_that_teaches_nothing_is_refused_before_anything_is_read(scorer, monkeypatch):
    monkeypatch.setattr(scorer, "below", lambda ids: pytest.fail("it was read"))
    one_sided = funnel(1)
    one_sided.verdict[one_sided.judged] = 1.0
    with pytest.raises(InputError, match="verdicts of both kinds"):
        fit_causal_experts(scorer, one_sided, funnel(2), SETTINGS, FAST)
