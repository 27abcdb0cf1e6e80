"""Sets that nothing is learnt from: read under a name of their own, ranked by what was learnt, compared by vacancy."""

import json
from pathlib import Path

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.experiments.carried_over import carried, carried_table, digest_of, read_other
from jobfit.experiments.ranking import measure_pairs
from jobfit.experiments.rows import Row


@pytest.fixture
def folder(tmp_path):
    """Two vacancies and three people as BEIR, in a folder that its direction names."""
    folder = tmp_path / "real/candidates_for_vacancy"
    (folder / "qrels").mkdir(parents=True)
    for name, ids in (("corpus", ("c1", "c2", "c3")), ("queries", ("v1", "v2"))):
        rows = [json.dumps({"_id": i, "title": "", "text": f"text of {i}"}) for i in ids]
        (folder / f"{name}.jsonl").write_text("\n".join(rows))
    (folder / "qrels/test.tsv").write_text("query-id\tcorpus-id\tscore\nv1\tc1\t1\nv2\tc3\t1\n")
    return folder


def in_order(pairs):
    """c1 before c2 before c3, whatever is asked."""
    return np.array([-float(candidate[-1]) for candidate, _ in pairs])


def test_set_is_called_by_the_folder_above_its_direction_and_keeps_its_ids_apart(folder):
    data = read_other(folder)
    assert data.name == "real" and set(data.vacancies) == {"real/v1", "real/v2"}
    assert data.tasks[0].qrels.grades == {"real/v1": {"real/c1": 1}, "real/v2": {"real/c3": 1}}
    assert digest_of(data) == digest_of(read_other(folder))


def test_rows_are_compared_with_the_base_vacancy_by_vacancy(folder):
    data = read_other(folder)
    columns = carried([data], lambda one: measure_pairs(one, in_order))
    assert columns["real nDCG@10"] == {"real/v1": (1.0,), "real/v2": (0.5,)}
    turned = carried([data], lambda one: measure_pairs(one, lambda pairs: -in_order(pairs)))
    market = {"market": {"a": (0.5,), "b": (0.5,)}}
    rows = [Row("base", "base", {1: {**market, **columns}}), Row("other", "other", {1: {**market, **turned}})]
    table = carried_table([data], rows, "base", "market")
    cells = dict(table.rows)["other"]
    assert cells[1].mean == 0.75 and cells[2].mean == 0.0 and cells[2].low == -0.5
    assert dict(table.rows)["base"][2] == "" and "2 vacancies, 3 candidates" in table.said


def test_without_other_data_the_table_says_so():
    assert carried_table([], [], "base", "market").said == "Not measured: no other data were given (--other)."


def test_set_without_a_task_for_test_is_refused(folder):
    (folder / "qrels/test.tsv").rename(folder / "qrels/train.tsv")
    with pytest.raises(InputError, match="one ranking task for test that vacancies ask is needed, not 0"):
        read_other(folder)


def test_paper_that_tests_on_no_other_data_refuses_them():
    from jobfit.experiments.reproduce import data_of, reproduce, sizes_of

    sizes = sizes_of("confit-v2", True, None)
    with pytest.raises(InputError, match="leave --other out"):
        reproduce("confit-v2", sizes, data_of, Path("out"), (1,), others=("something",))
