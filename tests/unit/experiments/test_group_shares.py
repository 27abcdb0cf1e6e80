"""Groups among the top ten: by hand, with encoders that read the statement, ignore it, or obey it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from jobfit.audit.counterfactual import CHANGED, MOVED, places, signed
from jobfit.embeddings import Embeddings
from jobfit.errors import InputError
from jobfit.experiments import group_shares as module
from jobfit.experiments.data import Attribute, ExperimentData
from jobfit.experiments.experiment import Results
from jobfit.experiments.group_shares import group_columns, group_tables, groups_key, why_no_groups
from jobfit.experiments.rows import Row
from jobfit.experiments.trial import RowCache
from jobfit.judged import Judged, Task
from jobfit.runs import Qrels

PEOPLE = 40
SIGNED = signed("female", "male")


@pytest.fixture
def data(small_market):
    """Forty candidates c00, c01, ...: the lower the number the better, every second one a woman; one vacancy."""
    people = {f"c{n:02}": f"candidate {n}" for n in range(PEOPLE)}
    task = Task("candidates_for_vacancy", "test", Qrels({"v": {"c00": 1}}), measures=("RR",))
    part = Judged(people, {"v": "vacancy", "never asked": "x"}, (task,))
    groups = Attribute("sex", {i: ("male", "female")[n % 2] for n, i in enumerate(people)})
    return ExperimentData("x", small_market(), small_market("validation"), part, attribute=groups)


@pytest.fixture
def measure(data, monkeypatch):
    """``measure(bonus)``: the columns of an encoder for which being stated male is worth ``bonus`` candidates."""

    def go(bonus):
        def embed(model, texts, loop):
            rows = []
            for text in texts.values():
                better = bonus if text.startswith("sex: male") else 0
                cosine = 0.5 - (int(text.split()[-1]) - better) / 10_000 if "candidate" in text else 1.0
                rows.append([cosine, np.sqrt(1 - cosine**2)])
            return Embeddings(tuple(texts), np.array(rows, dtype=np.float32), "f")

        monkeypatch.setattr(module, "embed_texts", embed)
        return group_columns(None, data, None)

    return go


def test_statement_that_is_ignored_changes_nothing(measure):
    measured = measure(0)
    columns, notes = measured.columns, measured.notes
    values = {name: found["v"][0] for name, found in columns.items()}
    assert values["female, not stated"] == values["female, stated"] == 5 / 10
    assert values["female, stated minus not stated"] == values[CHANGED] == values[MOVED] == values[SIGNED] == 0
    assert notes["pool"] == {"female": 0.5, "male": 0.5} and notes["candidates"] == PEOPLE
    assert all(set(found) == {"v"} for found in columns.values())


def test_statement_that_is_obeyed_fills_the_list_with_one_group(measure):
    values = {name: found["v"][0] for name, found in measure(1000).columns.items()}
    assert values["male, stated"] == 1.0 and values["male, stated minus not stated"] == pytest.approx(0.5)
    assert values["female, not stated"] + values["male, not stated"] == 1
    assert values[CHANGED] == 1.0
    # The n-th man (from 0) leads n + 1 men; stated female he is behind the 19 other men and n women: 20 + n - (n + 1).
    # The n-th woman is behind 20 men and n women; stated male, behind the n + 1 men better than she: 21 + n - (n + 2).
    assert values[MOVED] == values[SIGNED] == 19


def test_places_agree_with_counting_one_by_one():
    random = np.random.default_rng(0)
    others, own = random.integers(5, size=30) / 4, random.integers(5, size=30) / 4
    counted = [1 + sum(others[j] > own[i] for j in range(30) if j != i) for i in range(30)]
    assert places(others, own).tolist() == counted


def test_reasons_why_no_shares_can_be_measured(data):
    assert why_no_groups(data) == ""
    assert "no protected attribute" in why_no_groups(replace(data, attribute=None))
    some = Attribute("sex", {"c00": "female", "c01": "male"})
    assert "some held-out candidates is not known" in why_no_groups(replace(data, attribute=some))
    same = Attribute("sex", dict.fromkeys(data.held_out.candidates, "female"))
    assert "the same sex" in why_no_groups(replace(data, attribute=same))
    with pytest.raises(InputError, match="no protected attribute"):
        group_columns(None, replace(data, attribute=None), None)


def test_tables_hold_the_pool_each_way_and_what_is_missing(measure, tmp_path):
    row_cache = RowCache(tmp_path / "out", {})
    results = Results((Row("whole", "Whole", {}), Row("rum-1", "RUM", {})), row_cache, (1, 2))
    assert group_tables(results, ["whole"], "nobody knows")[0].said == "Not measured: nobody knows."
    for seed in (1, 2):
        row_cache.keep(groups_key("whole"), seed, measure(1000))
    shares, swapped = group_tables(results, ["whole", "rum-1"], "")
    lines = dict(shares.rows)
    assert lines["the pool of 40"] == ("0.500", "0.500")
    assert [cell.mean for cell in lines["Whole: stated"]] == [0.0, 1.0]
    assert lines["RUM: stated"] == ("not measured", "not measured")
    assert dict(swapped.rows)["Whole"][0].mean == 1.0 and set(dict(swapped.rows)["RUM"]) == {"not measured"}
    assert "-0.500" in "\n".join(shares.markdown())
