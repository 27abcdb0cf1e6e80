"""jobfit experts and chances: a log of a funnel to a folder, the folder to chances, floors and a frontier."""

import csv
import json

import numpy as np
import pytest

from jobfit.artifacts import read_json
from jobfit.encoders.hashing import HashingEncoder
from jobfit.scorers.experts import load_experts

FIELDS = {"python": "Software developer", "nurse": "Registered nurse", "cook": "Cook"}
APART = ("--model", "hashing", "--hold-out", "0.4", "--today", "2026-01-01")
TRAIN = (*APART, "--steps", "30", "--together", "10")


@pytest.fixture
def log(market, cv_writer):
    """Sixty people, each shown both vacancies; who is of the field applies and is hired more often."""
    dice = np.random.default_rng(0)
    cvs, shown, applied = market / "cvs", [], []
    for number in range(60):
        work = list(FIELDS)[number % 3]
        cv_writer(cvs / f"p{number}.txt", work, FIELDS[work], f"01/{2010 + number % 9} - 12/2022")
        for vacancy, own in (("developer", "python"), ("nurse", "nurse")):
            fits = work == own
            shown.append((f"p{number}", vacancy))
            if dice.random() < (0.8 if fits else 0.4):
                good = dice.random() < (0.85 if fits else 0.15)
                status = "hired" if good else "rejected_cv"
                applied.append((f"p{number}", vacancy, "no_response" if dice.random() < 0.1 else status, "2025-05-01"))
    for name, header, rows in (
        ("exposures.csv", ("candidate_id", "vacancy_id"), [*shown, ("nobody", "nurse")]),
        ("applications.csv", ("candidate_id", "vacancy_id", "status", "time"), applied),
    ):
        with (market / name).open("w", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    return market


@pytest.fixture
def files(log):
    sides = ("--candidates", log / "cvs", "--vacancies", log / "vacancies")
    return (*sides, "--exposures", log / "exposures.csv", "--applications", log / "applications.csv")


def rows_of(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def chances_of(path):
    return {(row["candidate_id"], row["vacancy_id"]): row for row in rows_of(path)}


def test_experts_are_trained_saved_and_draw_a_frontier(app, files, tmp_path):
    trained = app("experts", *files, *TRAIN, "--out", tmp_path / "e", "--treatment", "ips", "--json")
    assert trained.code == 0, trained.err
    found = trained.json
    assert found["left_out"] == 1 and "1 of 121 pairs" in trained.err
    total = {name: found["train"][name] + found["validation"][name] for name in found["train"]}
    filed = rows_of(files[-1])
    assert total["pairs"] == 120 and total["applied"] == len(filed)
    assert total["accepted"] == sum(row["status"] == "hired" for row in filed)
    assert total["judged"] == sum(row["status"] != "no_response" for row in filed)
    assert (found["treatment"], found["calibration"]) == ("ips", "platt")
    for side in ("preference", "qualification"):
        assert sum(part["n"] for part in found[side]["bins"]) == found[side]["ece"]["n"] > 10
        assert found[side]["brier"]["mean"] < 0.5 and found[side]["ece"]["low"] is not None
    assert (tmp_path / "e/reliability.svg").read_text().startswith("<svg")

    given = ("--experts", tmp_path / "e/model", "--today", "2026-01-01", "--out", tmp_path / "p.csv")
    wrote = app("chances", *files, *given)
    assert wrote.code == 0, wrote.err
    rows = chances_of(tmp_path / "p.csv")
    assert len(rows) == 120 and rows["p0", "developer"]["liked"] in ("0", "1")
    assert {row["outcome"] for row in rows.values()} == {"", "0", "1"}

    def mean(column, fits):
        own = [row for (person, vacancy), row in rows.items() if (int(person[1:]) % 3 == (vacancy == "nurse")) == fits]
        return np.mean([float(row[column]) for row in own])

    assert mean("applies", True) > mean("applies", False) + 0.1
    assert mean("accepted", True) > mean("accepted", False) + 0.1
    assert oct((tmp_path / "p.csv").stat().st_mode)[-2:] == "00"  # who applied where is personal data
    experts, _ = load_experts(tmp_path / "e/model", lambda name: HashingEncoder())
    assert experts.facts["train"]["pairs"] == found["train"]["pairs"]
    again = app("experts", *files, *TRAIN, "--out", tmp_path / "f", "--treatment", "ips", "--json").json
    same = [read_json(tmp_path / name / "model/manifest.json")["sha256"] for name in ("e", "f")]
    assert same[0] == same[1] and again["qualification"] == found["qualification"]


def test_floors_of_a_match_read_the_experts_and_say_their_price(app, files, log, tmp_path):
    assert app("experts", *files, *TRAIN, "--out", tmp_path / "e").code == 0
    assert app("ingest", log / "cvs", log / "vacancies").code == 0
    policy = tmp_path / "policy.yaml"
    asked = ("match", "--vacancy", "developer", "-k", "60", "--today", "2026-01-01", "--json", "--policy", policy)
    policy.write_text("trade_off: {qualification: 0.01, preference: 0.01}")
    free = {price["name"]: price for price in app(*asked, "--qualification", tmp_path / "e/model").json["prices"]}
    assert set(free) == {"qualification", "preference"} and all(price["price"] == 0 for price in free.values())
    least = round(free["qualification"]["without"] + 0.02, 3)
    policy.write_text(f"trade_off: {{qualification: {least}}}")
    (price,) = app(*asked, "--qualification", tmp_path / "e/model").json["prices"]
    assert price["price"] > 0 and price["expected"] == pytest.approx(least, abs=1e-6)
    policy.write_text("trade_off: {surplus: true}")
    vacancy, person = (
        app("match", side, name, "-k", "60", "--today", "2026-01-01", "--json", *more).json["entries"]
        for side, name in (("--vacancy", "developer"), ("--candidate", "p0"))
        for more in [("--policy", policy, "--qualification", tmp_path / "e/model")]
    )
    plain = {
        (side, one["id"]): one["score"]
        for side, name in (("--vacancy", "developer"), ("--candidate", "p0"))
        for one in app("match", side, name, "-k", "60", "--today", "2026-01-01", "--json").json["entries"]
    }
    app("chances", *files, "--experts", tmp_path / "e/model", "--today", "2026-01-01", "--out", tmp_path / "p.csv")
    said = chances_of(tmp_path / "p.csv")
    for entry in vacancy:  # a vacancy asks: the chance is that of an application
        if entry["id"].startswith("p") and entry["id"] != "python":
            expected = plain["--vacancy", entry["id"]] * float(said[entry["id"], "developer"]["applies"])
            assert entry["score"] == pytest.approx(expected, abs=1e-5)
    for entry in person:  # a person asks: the chance is that of a yes
        expected = plain["--candidate", entry["id"]] * float(said["p0", entry["id"]]["accepted"])
        assert entry["score"] == pytest.approx(expected, abs=1e-5)


def test_experts_that_are_not_calibrated_are_refused_by_name(app, files, log, tmp_path):
    trained = app("experts", *files, *TRAIN, "--out", tmp_path / "e", "--calibration", "none")
    assert trained.code == 0 and "no policy will take them" in trained.out
    folder = tmp_path / "e/model"
    chances = app("chances", *files, "--experts", folder, "--out", tmp_path / "p.csv")
    assert app("ingest", log / "cvs/p0.txt", log / "vacancies").code == 0
    (tmp_path / "policy.yaml").write_text("trade_off: {qualification: 0.3}")
    given = ("--vacancy", "developer", "--policy", tmp_path / "policy.yaml", "--qualification", folder)
    for refused in (chances, app("match", *given)):
        assert refused.code == 2
        assert f"expert in {folder} is not calibrated" in " ".join(refused.err.split())
    assert not (tmp_path / "p.csv").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda folder: (folder / "experts.safetensors").write_bytes(b"x" * 100), "missing, torn or was altered"),
        (lambda folder: (folder / "manifest.json").write_text("{}"), "torn or was altered"),
    ],
)
def test_a_damaged_folder_is_refused(app, files, tmp_path, change, said):
    assert app("experts", *files, *TRAIN, "--out", tmp_path / "e").code == 0
    change(tmp_path / "e/model")
    refused = app("chances", *files, "--experts", tmp_path / "e/model", "--out", tmp_path / "p.csv")
    assert refused.code != 0 and said in " ".join(refused.err.split())


def test_a_log_that_teaches_nothing_says_why(app, files, log, tmp_path):
    rows = [row | {"status": "hired"} for row in rows_of(log / "applications.csv")]
    with (log / "applications.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    refused = app("experts", *files, *TRAIN, "--out", tmp_path / "e")
    assert refused.code == 2 and "verdicts of both kinds" in " ".join(refused.err.split())
    (log / "exposures.csv").write_text("candidate_id,vacancy_id\nx,y\n")
    (log / "applications.csv").write_text("candidate_id,vacancy_id,status,time\n")
    refused = app("experts", *files, *TRAIN, "--out", tmp_path / "e")
    assert refused.code == 2 and "do the ids fit" in " ".join(refused.err.split())


def test_experts_of_other_facts_are_refused(app, files, tmp_path, monkeypatch):
    assert app("experts", *files, *TRAIN, "--out", tmp_path / "e").code == 0
    from jobfit.training.expert_features import PairReader

    monkeypatch.setattr(PairReader, "reads", (*PairReader.reads[:-1], "something else"))
    refused = app("chances", *files, "--experts", tmp_path / "e/model", "--out", tmp_path / "p.csv")
    assert refused.code != 0 and "train them again" in " ".join(refused.err.split())
    assert json.loads((tmp_path / "e/result.json").read_text())["calibration"] == "platt"


def test_a_language_model_goes_where_the_other_experts_go(app, files, log, causal_folder, tmp_path):
    model = causal_folder()
    given = ("--language-model", model, "--prompt-tokens", "160", "--adapted-layers", "2", "--steps", "3")
    refused = app("experts", *files, *APART, *given, "--together", "10", "--out", tmp_path / "e")
    assert refused.code == 2 and "trained apart alone" in " ".join(refused.err.split())
    trained = app("experts", *files, *APART, *given, "--out", tmp_path / "e", "--json")
    assert trained.code == 0, trained.err
    assert "question 2: step 3 of 3, validation" in trained.err and "the CV in" in trained.err
    assert trained.json["qualification"]["ece"]["n"] > 10
    assert sorted(path.name for path in (tmp_path / "e/model").iterdir()) == ["adapters.safetensors", "manifest.json"]
    facts = read_json(tmp_path / "e/model/manifest.json")["facts"]["facts"]
    assert facts["read"]["read"] == trained.json["train"]["pairs"]

    to = ("--experts", tmp_path / "e/model", "--today", "2026-01-01", "--out", tmp_path / "p.csv")
    wrote = app("chances", *files, *to)
    assert wrote.code == 0, wrote.err
    said = chances_of(tmp_path / "p.csv")
    assert len(said) == 120 and all(
        0 < float(row[name]) < 1 for row in said.values() for name in ("applies", "accepted")
    )
    assert len({row["accepted"] for row in said.values()}) > 3

    assert app("ingest", log / "cvs", log / "vacancies").code == 0
    (tmp_path / "policy.yaml").write_text("trade_off: {surplus: true}")
    asked = ("match", "--vacancy", "developer", "-k", "60", "--today", "2026-01-01", "--json")
    policy = ("--policy", tmp_path / "policy.yaml", "--qualification", tmp_path / "e/model")
    plain, steered = ({one["id"]: one["score"] for one in app(*asked, *more).json["entries"]} for more in ((), policy))
    for name in plain.keys() & {f"p{number}" for number in range(60)}:
        assert steered[name] == pytest.approx(plain[name] * float(said[name, "developer"]["applies"]), abs=1e-3)

    causal_folder(seed=1)
    refused = app("chances", *files, *to)
    assert refused.code != 0 and "is not the model that these adapters were trained on" in " ".join(refused.err.split())
