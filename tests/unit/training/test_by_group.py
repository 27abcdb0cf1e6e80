"""Results by group on the validation set: against counting by hand, and never part of a training."""

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.groups import Groups
from jobfit.judged import Pair
from jobfit.training.by_group import by_group, check_groups
from jobfit.training.data import TrainingSet
from jobfit.training.loop.objective import candidate_key, vacancy_key
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.stages import fit
from jobfit.training.validators import RankingValidator

SEX = Groups({f"c{i}": {"sex": "female" if i < 8 else "male"} for i in range(11)})
"""c11 is not in the file."""


def held(people=12):
    candidates = {f"c{i}": f"text {i}" for i in range(people)}
    pairs = (Pair("c0", "v0"), Pair("c9", "v0"), Pair("c11", "v1"))
    return TrainingSet(candidates, {"v0": "a", "v1": "b"}, pairs, split="validation")


def embed(keys):
    """v0 likes low numbers, v1 high ones; every candidate prefers v0 but c11."""
    found = []
    for key in keys:
        if key.startswith(vacancy_key("")):
            found.append([1.0, 0.0] if key == vacancy_key("v0") else [0.0, 1.0])
        else:
            n = int(key.removeprefix(candidate_key("c")))
            found.append([1 - n / 20, n / 20] if n != 11 else [0.1, 0.9])
    return np.array(found)


def test_rows_are_those_counted_by_hand():
    rows = dict(by_group(RankingValidator(held()), embed, SEX))
    # c0 and c9 have v0 first and wanted it; c11 has v1 first and wanted it: nDCG 1 each; nobody else wants anything
    assert rows["sex female: vacancies_for_candidate nDCG@10"].mean == 1
    assert {name.split(":")[0]: row.n for name, row in rows.items() if "nDCG" in name} == {
        "sex female": 1, "sex male": 1,
    }  # fmt: skip
    # of the ten best of v0 (c0..c9) eight are female; of v1 (c11, c10, ..., c2) six, and of c11 nobody knows
    assert rows["sex female: share of places, the first 10 (of the pool 0.727)"].mean == pytest.approx(14 / 19)
    assert rows["sex male: share of places, the first 10 (of the pool 0.273)"].mean == pytest.approx(5 / 19)


def test_nothing_to_measure_is_refused():
    with pytest.raises(InputError, match="validation set: there are none"):
        check_groups(SEX, None)
    with pytest.raises(InputError, match="do their ids belong together"):
        check_groups(Groups({"x": {"sex": "male"}}), held())


def test_groups_are_in_the_card_and_change_no_weight(encoder, small_market, tmp_path):
    train, checked = small_market(), small_market("validation")
    settings = TrainSettings(epochs=1, batch_size=8, threads=1, precision="f32")
    groups = Groups({i: {"sex": "female" if n % 2 else "male"} for n, i in enumerate(checked.candidates)})
    plain = fit(encoder(), train, checked, tmp_path / "plain", settings)
    known = fit(encoder(), train, checked, tmp_path / "known", settings, groups=groups)
    assert known.sha256 == plain.sha256
    card = (tmp_path / "known/model/README.md").read_text()
    assert card.count("| sex female: ") == card.count("| sex male: ") == 2
    assert "By group\nNot measured" in (tmp_path / "plain/model/README.md").read_text()
    with pytest.raises(InputError, match="do their ids belong together"):
        fit(encoder(), train, checked, tmp_path / "refused", settings, groups=SEX)
    assert not (tmp_path / "refused").exists()
