"""jobfit align beyond scored preferences: retention of a run, of a model, and what does not go together."""

import json

import pytest


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Scored preferences, judgements and two runs; in the second the relevant document comes last of three."""
    monkeypatch.chdir(tmp_path)
    rows = [{"query_id": f"q{i}", "preferred": "A", "score_a": 0.9, "score_b": 0.1} for i in range(4)]
    (tmp_path / "scored.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "qrels.txt").write_text("".join(f"q{i} 0 d1 1\n" for i in range(4)))
    for name, order in (("first", ("d1", "d2", "d3")), ("last", ("d3", "d2", "d1"))):
        lines = [f"q{i} Q0 {d} {n} {4 - n} {name}\n" for i in range(4) for n, d in enumerate(order, start=1)]
        (tmp_path / f"{name}.run").write_text("".join(lines))
    return tmp_path


def test_run_adds_retention_and_its_change(jobfit, files):
    arguments = ("--run", "last.run", "--before", "first.run", "--qrels", "qrels.txt", "--json")
    found = jobfit("align", "scored.jsonl", *arguments)
    assert found.code == 0, found.err
    assert found.json["accuracy"]["mean"] == 1.0
    kept = found.json["retention"]
    assert (kept["after"]["mean"], kept["before"]) == (0.5, 1.0)  # rank 3: 1 / log2(4)
    assert kept["difference"]["mean"] == -0.5
    text = jobfit("align", "scored.jsonl", *arguments[:-1])
    assert "Retention: nDCG@20 0.5000" in text.out and "Before: 1.0000" in text.out


def test_model_reports_both_on_rankpo_data(jobfit, files, monkeypatch):
    monkeypatch.setenv("JOBFIT_HOME", str(files / "home"))
    rows = [
        {
            "query": f"{trade} wanted", "passage1": f"{trade} of ten years", "passage2": "something else entirely",
            "query_id": f"q{i}", "passage_id1": f"c{i}", "passage_id2": "other", "preferred": "A",
        }
        for i, trade in enumerate(("nurse", "welder", "cook"))
    ]  # fmt: skip
    folder = files / "pairs"
    folder.mkdir()
    (folder / "annotated_pair_data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = jobfit("align", "--model", "hashing", "--data", folder, "--reference", "hashing", "--json")
    assert found.code == 0, found.err
    assert found.json["models"]["hashing"]["alignment with the judge"]["mean"] == 1.0
    assert found.json["difference"]["alignment with the judge"]["difference"]["mean"] == 0.0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name a file of scored preferences"),
        (("scored.jsonl", "--run", "last.run"), "--run needs --qrels"),
        (("scored.jsonl", "--qrels", "qrels.txt"), "belong to --run"),
        (("--model", "hashing"), "--model scores the preferences of --data"),
        (("--sweep", "s.yaml"), "--sweep needs --out"),
    ],
)
def test_options_that_do_not_go_together_are_refused(jobfit, files, arguments, words):
    found = jobfit("align", *arguments)
    assert found.code == 2
    assert words in found.err
