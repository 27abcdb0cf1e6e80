"""An experiment is added as `jobfit.experiments` says: two systems on a tiny market, one claim, a report."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

import jobfit.experiments
from jobfit.errors import InputError
from jobfit.experiments.experiment import Experiment, run
from jobfit.experiments.market import MarketSizes, market_data
from jobfit.experiments.ranking import measure_bm25, measure_random, measure_scorer
from jobfit.experiments.report import Line, Published, Table
from jobfit.experiments.rows import Claim, Measured, estimate


class SharedWords:
    """Scores a pair by how many words its texts share."""

    def score(self, pairs):
        def words(document):
            return set(re.findall(r"\w+", document.text.lower()))

        return np.array([float(len(words(pair.candidate) & words(pair.vacancy))) for pair in pairs])


class WordsCount(Experiment):
    title = "Words against chance"
    claims = (Claim("Words beat chance", "words", "random"),)
    families = {"Turned round": (Claim("Chance beats words", "random", "words"),)}
    published = (Published("Table 1", "A paper", ("nDCG",), (Line("Words", (0.4,), "words"),)),)

    def rows(self, trial):
        part = self.data.held_out
        yield trial.row("random", "random order", lambda: Measured(measure_random(part, trial.seed)))
        yield trial.row("words", "shared words", lambda: Measured(measure_scorer(part, SharedWords()), {"by": "words"}))

    def tables(self, results):
        means = tuple((row.label, tuple(estimate(row, c) for c in row.columns[:1])) for row in results.rows)
        return (Table("Again", "The first column.", results.rows[0].columns[:1], means),)

    def notes(self, results):
        return [f"kept by {results.kept('words')[1].notes['by']}"]


@pytest.fixture(scope="module")
def market():
    return market_data(MarketSizes(50, 16, 30, 8), ("nDCG@10",))


def test_two_systems_one_claim_and_a_report(market, tmp_path):
    steps = []
    report = run(WordsCount(market), tmp_path / "out", (1, 2), on_step=lambda *step: steps.append(step))
    report.write(tmp_path / "out")
    found = json.loads((tmp_path / "out/report.json").read_text())
    assert [(row["key"], set(row["mean_by_seed"])) for row in found["rows"]] == [
        ("random", {"1", "2"}), ("words", {"1", "2"}),
    ]  # fmt: skip
    assert found["verdicts"][0]["verdict"] == "held"
    assert found["judged_apart"]["Turned round"][0]["verdict"] == "reversed"
    text = (tmp_path / "out/report.md").read_text()
    assert "Words beat chance: held." in text and "- kept by words" in text and "## Again" in text
    assert f"| Words | 0.4 | {found['rows'][1]['columns']['candidates_for_vacancy nDCG@10']['mean']:.3f} |" in text
    assert [what for what, *_ in steps] == ["random, seed 1", "words, seed 1", "random, seed 2", "words, seed 2"]


def test_stopped_experiment_goes_on_with_the_row_that_is_missing(market, tmp_path):
    first = run(WordsCount(market), tmp_path / "out", (1, 2))
    (tmp_path / "out/rows/words.seed-2.json").unlink()
    steps = []
    again = run(WordsCount(market), tmp_path / "out", (1, 2), on_step=lambda *step: steps.append(step))
    assert again.as_json() == first.as_json()
    assert [what for what, *_ in steps] == ["words, seed 2"]


def test_rows_of_other_data_are_refused(market, tmp_path):
    run(WordsCount(market), tmp_path / "out", (1,))
    other = market_data(MarketSizes(50, 16, 30, 8, seed=2), ("nDCG@10",))
    with pytest.raises(InputError, match="other data or settings"):
        run(WordsCount(other), tmp_path / "out", (1,))


def test_the_example_of_the_package_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    example = jobfit.experiments.__doc__.split("can be::\n")[1].split("\nWhat scores pairs")[0]
    names = {**globals(), "Path": Path, "measure_bm25": measure_bm25}
    exec("\n".join(line[4:] for line in example.splitlines()), names)  # noqa: S102
    assert names["report"].verdicts[0].verdict == "held" and (tmp_path / "out/report.md").is_file()
