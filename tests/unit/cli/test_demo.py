"""jobfit demo: the whole chain on a small market, as JSON and in words."""

import pytest

from jobfit.app import demo


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(demo, "CANDIDATES", 12)
    monkeypatch.setattr(demo, "VACANCIES", 3)


def test_demo_writes_a_report_and_a_second_run_finds_everything_unchanged(app, small, tmp_path):
    first = app("demo", "--out", tmp_path / "out", "--model", "hashing", "--json")
    assert (first.code, first.json["facts"]["Newly read"]) == (0, "15")
    assert {name for table in first.json["evaluations"].values() for name in table} == {
        "random", "bm25", "dense", "hybrid", "match",
    }  # fmt: skip
    assert (tmp_path / "out/report.html").read_text().startswith("<!doctype html>")
    again = app("demo", "--out", tmp_path / "out", "--model", "hashing")
    assert again.out.count("considered, ") == 4  # three vacancies and a candidate
    assert "Candidates for vacancies" in again.out and again.out.rstrip().endswith("out/report.html")
    assert app("demo", "--out", tmp_path / "out", "--model", "hashing", "--json").json["facts"]["Unchanged"] == "15"
