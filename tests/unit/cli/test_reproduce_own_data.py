"""jobfit reproduce on data in the papers' own formats, generated here: ConFit's (v1 fields, v2 texts) and RankPO's."""

from __future__ import annotations

import csv
import json
import random

import pytest
import yaml

TRADES = ("nurse", "cook", "welder", "driver", "baker", "teacher")
WORDS = ("ward", "soup", "steel", "truck", "bread", "school", "night", "team", "years", "tools")
LOOP = {"epochs": 1, "batch_size": 8, "max_steps": 1, "precision": "f32", "threads": 1, "learning_rate": 1e-3}
RECIPES = {
    "confit-v2": {"windows": [[0.03, 0.04]], "iterations": 1},
    "rankpo": {"rates": [1e-3], "betas": [1.0], "methods": ["rankpo", "sft"], "rounds": 1, "depth": 20},
}


@pytest.fixture
def run(jobfit, letters, small_trees, tmp_path, monkeypatch):
    """``run("rankpo", folder)``: the JSON that the command prints, or its refusal."""
    monkeypatch.chdir(tmp_path)

    def go(paper, folder, *more, code=0):
        content = {"model": {"max_tokens": 48, "freeze_layers": 0}, "loop": LOOP}
        content |= {"recipe": {"backbone": str(letters), **RECIPES[paper]}}
        if paper == "rankpo":
            content["alignment_loop"] = dict(LOOP)
        (tmp_path / "settings.yaml").write_text(yaml.safe_dump(content))
        kind = "confit" if paper == "confit-v2" else "rankpo"
        how = ("--format", kind, "--settings", "settings.yaml", "--quick", "--out", "out", "--json")
        done = jobfit("reproduce", paper, "--data", folder, *how, *more)
        assert done.code == code, done.err
        return done.json if code == 0 else done.json["error"]["message"]

    return go


def text(trade, dice):
    return f"{trade} " + " ".join(dice.choices(WORDS, k=6))


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def write_csv(path, rows):
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


@pytest.fixture
def confit(tmp_path):
    """``confit(fields=True)``: 48 resumes and 18 jobs; every third job is tested, with lists as published."""

    def write(fields):
        dice, folder = random.Random(7), tmp_path / "confit"
        folder.mkdir()
        people = {f"u{i}": TRADES[i % 6] for i in range(48)}
        openings = {f"j{i}": TRADES[i % 6] for i in range(18)}
        if fields:
            write_csv(folder / "all_resume.csv", [
                {"user_id": i, "cur_jd_type": t, "experience": text(t, dice)} for i, t in people.items()
            ])  # fmt: skip
            write_csv(folder / "all_jd.csv", [
                {"jd_no": i, "jd_title": t, "job_description": text(t, dice)} for i, t in openings.items()
            ])  # fmt: skip
        else:
            resumes = [{"user_id": i, "text_resume": text(t, dice)} for i, t in people.items()]
            write_csv(folder / "all_resume_w_texts.csv", resumes)
            jobs = [{"jd_no": i, "text_job": text(t, dice)} for i, t in openings.items()]
            write_csv(folder / "all_jobs_w_texts.csv", jobs)
        parts = {"train": [], "valid": [], "test": []}
        for number, (job, trade) in enumerate(openings.items()):
            part = "test" if number >= 14 else "valid" if number >= 12 else "train"
            parts[part] += [
                {"user_id": user, "jd_no": job, "satisfied": int(people[user] == trade)}
                for user in dice.sample(list(people), 12)
            ]
        write_rows(folder / "train_labeled_data.jsonl", parts["train"])
        write_rows(folder / "valid_classification_data.jsonl", parts["valid"])
        write_rows(folder / "test_classification_data.jsonl", parts["test"])
        tested = {row["jd_no"] for row in parts["test"]}
        lists = {
            job: {
                "user_ids": [row["user_id"] for row in parts["test"] if row["jd_no"] == job],
                "satisfied": [row["satisfied"] for row in parts["test"] if row["jd_no"] == job],
            }
            for job in tested
        }
        (folder / "rank_resume.json").write_text(json.dumps(lists))
        asked = sorted({row["user_id"] for row in parts["test"] if row["satisfied"]})
        jobs = sorted(tested)
        turned = {
            user: {"jd_nos": jobs, "satisfied": [int(openings[job] == people[user]) for job in jobs]} for user in asked
        }
        (folder / "rank_job.json").write_text(json.dumps(turned))
        return folder

    return write


@pytest.mark.slow
@pytest.mark.parametrize("fields", [True, False], ids=["v1 fields", "v2 texts"])
def test_confit_runs_every_row_on_confit_s_own_files(run, confit, fields):
    found = run("confit-v2", confit(fields))
    keys = [row["key"] for row in found["rows"]]
    main = ["random", "bm25", "bm25l", "raw", "fieldwise", "whole", "hyre", "rum-1"]
    assert [key for key in keys if key in main] == [key for key in main if fields or key != "fieldwise"]
    assert {"neg-random", "neg-bm25", "neg-rum-0.03-0.04"} <= set(keys)
    assert any("No field-wise row" in note for note in found["notes"]) != fields
    assert "in the format of confit" in found["source"]
    columns = set(found["rows"][0]["columns"])
    assert {"candidates_for_vacancy nDCG@10", "vacancies_for_candidate nDCG@10"} <= columns
    bm25 = next(row for row in found["rows"] if row["key"] == "bm25")["columns"]["candidates_for_vacancy nDCG@10"]
    assert bm25["mean"] > 0.8  # the trade stands in both texts


@pytest.fixture
def rankpo(tmp_path):
    """``rankpo(raw)``: 36 people and 18 openings, pairs as texts, annotated pairs; raw: also a test part."""

    def write(raw, annotated=True):
        dice, folder = random.Random(3), tmp_path / "rankpo"
        folder.mkdir()
        people = [text(TRADES[i % 6], dice) for i in range(36)]
        openings = [text(TRADES[i % 6], dice) for i in range(18)]
        fits = {n: [m for m in range(36) if m % 6 == n % 6] for n in range(18)}
        others = {n: dice.sample([m for m in range(36) if m % 6 != n % 6], 3) for n in range(18)}
        texts = {n: ([people[m] for m in fits[n][:4]], [people[m] for m in others[n]]) for n in range(18)}
        write_rows(folder / "train_data.jsonl", [
            {"query": openings[n], "positives": texts[n][0], "negatives": texts[n][1]} for n in range(14 if raw else 18)
        ])  # fmt: skip
        if annotated:
            write_rows(folder / "annotated_pair_data.jsonl", [
                {"query": openings[n], "passage1": texts[n][0][0], "passage2": other, "preferred": "A",
                 "confidence_score": 80}
                for n in range(14) for other in texts[n][1]
            ])  # fmt: skip
        if raw:
            write_rows(folder / "raw_authors.jsonl", [{"text": one} for one in people])
            write_rows(folder / "raw_test_data.jsonl", [
                {"query": {"text": openings[n]}, "positives": {"index": fits[n]}} for n in range(14, 18)
            ])  # fmt: skip
        return folder

    return write


ALONE = pytest.param(False, marks=pytest.mark.slow)


@pytest.mark.parametrize("raw", [True, ALONE], ids=["with raw_test_data", "train_data alone"])
def test_rankpo_runs_curriculum_and_sweep_on_rankpo_s_own_files(run, rankpo, raw):
    found = run("rankpo", rankpo(raw))
    keys = [row["key"] for row in found["rows"]]
    assert keys == ["bm25", "raw", "random", "incremental", "combined", "stage-1", "rankpo@0.001-beta-1", "sft@0.001"]
    start = next(row for row in found["rows"] if row["key"] == "stage-1")
    assert "alignment with the judge" in start["columns"]
    assert "candidates_for_vacancy nDCG@20" in start["columns"]
    assert "in the format of rankpo" in found["source"]


def test_rankpo_without_annotated_pairs_is_refused_before_anything_is_trained(run, rankpo, tmp_path):
    message = run("rankpo", rankpo(False, annotated=False), code=2)
    assert "these data hold no preferences, and neither a truth nor a language model can judge" in message
    assert not list((tmp_path / "out").rglob("*.safetensors"))
