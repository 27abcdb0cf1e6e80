"""benchmarks/judge.py: what is said of a judge whose faults are known."""

import sys
from pathlib import Path

import pytest

from jobfit.judged import Texts
from jobfit.runs import Ranking, Run
from jobfit.training.annotation import DrawnPair
from jobfit.training.annotators import SimulatedAnnotator

_folder = Path(__file__).resolve().parents[3] / "benchmarks"
sys.path.insert(0, str(_folder))  # the benchmarks' own helpers
import judge  # noqa: E402

sys.path.remove(str(_folder))

PAIRS = [DrawnPair(f"v{n}", *(("x", "y") if n % 2 else ("y", "x"))) for n in range(6)]
TEXTS = Texts({f"v{n}": "a vacancy" for n in range(6)}, {"x": "text of x", "y": "text of y"})


def truth(vacancy, candidate):
    return 0.9 if candidate == "x" else 0.3 if vacancy < "v4" else 0.8


@pytest.mark.parametrize(
    ("noise", "bias", "votes", "agreed", "right"), [(0, 0, 1, 1, 1), (1, 0, 0, 1, 0), (0, 1, 0.5, 0, None)]
)
def test_a_judge_s_faults_are_told(tmp_path, noise, bias, votes, agreed, right):
    annotator = SimulatedAnnotator(truth, noise, bias)
    both, _ = judge.voted(annotator, PAIRS, TEXTS, tmp_path / "v.jsonl")
    found, preferred = judge.seen(annotator.name, both, truth)
    assert found["right"]["votes"]["mean"] == votes and found["right"]["votes"]["n"] == 12
    assert found["both orders agree"]["mean"] == agreed and found["right"]["agreed pairs"]["mean"] == right
    assert found["right where qualification differs by 0.3 or more"]["votes"]["n"] == 8
    assert sorted(set(preferred.values())) == ([] if right is None else ["x"] if right else ["y"])


def test_a_part_of_the_pairs_is_about_many_vacancies():
    pairs = [DrawnPair(v, "x", str(n)) for v in "abc" for n in range(3)]
    assert [pair.vacancy_id for pair in judge.spread(pairs)] == list("abc") * 3


def test_a_ranking_agrees_where_it_puts_the_preferred_one_first():
    run = Run("any", {"v": Ranking.from_scores("v", ["x", "y", "z"], [0.1, 0.9, 0.5])})
    preferred = {DrawnPair("v", "x", "y"): "y", DrawnPair("v", "y", "z"): "z"}
    assert judge.alike(run, preferred) == [(True, "v"), (False, "v")]
