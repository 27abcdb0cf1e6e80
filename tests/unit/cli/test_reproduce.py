"""jobfit reproduce end to end, on a minuscule market with a backbone of two layers."""

from __future__ import annotations

import json
import re
import shutil
from functools import cache

import pytest

from jobfit.experiments import reproduce
from jobfit.training.model import ModelOptions, TrainableEncoder

MARKET = {"candidates": 50, "vacancies": 16, "held_out_candidates": 30, "held_out_vacancies": 8, "seen": 24}
LOOP = {"epochs": 1, "batch_size": 8, "max_steps": 2, "precision": "f32", "threads": 1, "learning_rate": 1e-3}


@pytest.fixture(autouse=True, scope="module")
def _markets_are_made_once():
    """A market of the same sizes is the same: tests that share one, and second runs, need not make it again."""
    made = pytest.MonkeyPatch()
    for name in ("market_data", "labelled_market", "market_interactions", "funnel_data", "muse_data"):
        made.setattr(reproduce, name, cache(getattr(reproduce, name)))
    yield
    made.undo()


@pytest.fixture
def run(jobfit, letters, small_trees, tmp_path):
    """``run("rankpo", recipe={...})``: the JSON that the command prints, with the folder it wrote."""

    def go(paper, *more, recipe=None, **tables):
        settings = tmp_path / "settings.yaml"
        content = {"market": MARKET, "model": {"max_tokens": 48, "freeze_layers": 0}, "loop": LOOP} | tables
        content = {name: table for name, table in content.items() if table}
        content["recipe"] = {"backbone": str(letters)} | (recipe or {})
        settings.write_text(json.dumps(content), encoding="utf-8")
        out = tmp_path / "out"
        arguments = ["reproduce", paper, "--out", str(out), "--settings", str(settings), "--json", *more]
        result = jobfit(*arguments)
        assert result.code == 0, result.err
        return result.json, out

    return go


@pytest.fixture
def saved(letters, tmp_path):
    """The backbone as a sentence-transformers folder, for what encodes with it and does not train it."""
    TrainableEncoder.load(str(letters), ModelOptions(max_tokens=48)).save(tmp_path / "backbone")
    return str(tmp_path / "backbone")


@pytest.mark.slow
def test_confit_runs_every_row_and_a_second_run_reads_them_again(run):
    recipe = {"windows": [[0.03, 0.04]], "iterations": 1}
    found, out = run("confit-v2", "--quick", recipe=recipe)
    keys = [row["key"] for row in found["rows"]]
    assert keys == [
        "random", "bm25", "bm25l", "gbdt", "raw", "fieldwise", "whole", "hyre", "rum-1",
        "neg-random", "neg-bm25", "neg-rum-0.03-0.04",
        "a1-resume2job", "a1-human", "a1-encoder", "a1-centroid",
    ]  # fmt: skip
    assert {one["verdict"] for one in found["verdicts"]} <= {"held", "reversed", "mixed", "not shown"}
    text = (out / "report.md").read_text(encoding="utf-8")
    assert "not an LLM" in text and "different data" in text and "Cut down" in text and "synthetic" in text
    tables = {table["title"].partition(" (")[0]: table["rows"] for table in found["measured"]}
    classified = {row["row"]: row["cells"]["ROC-AUC"] for row in tables["Classification"]}
    trained = ("ConFit*: whole document", "+ HyRe", "+ RUM (t = 1)", "TF-IDF + boosted trees", "backbone, untrained")
    assert all(0 <= classified[label]["mean"] <= 1 for label in trained)
    assert len(tables["Groups among the top 10"]) == 1 + 2 * 3
    assert len(tables["Counterfactual: the stated attribute swapped"]) == 2
    assert {family: len(judged) for family, judged in found["judged_apart"].items()} == {
        "Table A1: what joined texts give, and could give": 5,
        "Boosted trees": 1,
    }
    assert len(found["verdicts"]) == 7  # the families of the paper's main tables are as they were
    assert text.count("upper bound: sees the answers") >= 3
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith(("| MV-CoN", "| InEXIT", "| DPGNN"))]
    assert len(rows) == 5 and all(cells[-1] == "not implemented |" for cells in rows)
    before = {path.name: path.stat().st_mtime_ns for path in (out / "rows").iterdir()}
    assert run("confit-v2", "--quick", recipe=recipe)[0] == found
    assert {path.name: path.stat().st_mtime_ns for path in (out / "rows").iterdir()} == before
    assert not list((out / "work").rglob("*.safetensors"))


@pytest.mark.slow
def test_rankpo_runs_curriculum_annotation_and_sweep(run):
    said = {
        "recipe": {"rates": [1e-3], "methods": ["rankpo", "sft"], "rounds": 1, "depth": 20},
        "judge": {"depth": 20, "per_vacancy": 3, "held_out_per_vacancy": 3},
        "alignment_loop": dict(LOOP),
        "market": {**MARKET, "labels": "rules"},
    }
    found, out = run("rankpo", "--quick", **said)
    keys = [row["key"] for row in found["rows"]]
    assert keys == [
        "bm25", "raw", "random", "incremental", "combined", "stage-1", "rankpo@0.001-beta-2", "sft@0.001",
    ]  # fmt: skip
    start = next(row for row in found["rows"] if row["key"] == "stage-1")
    combined = next(row for row in found["rows"] if row["key"] == "combined")
    assert {"alignment with the judge", "alignment with the truth"} < set(start["columns"])
    column = "candidates_for_vacancy nDCG@20"
    assert start["columns"][column] == combined["columns"][column]
    assert (out / "sweep.svg").read_text(encoding="utf-8").startswith("<svg")
    assert any("both orders agree" in note for note in found["notes"])
    [changes] = found["measured"]
    means = {row["key"]: row["columns"]["alignment with the judge"]["mean"] for row in found["rows"][5:]}
    gains = {line["row"]: line["cells"]["alignment with the judge"]["mean"] for line in changes["rows"]}
    assert gains == pytest.approx({
        "rankpo, lr 0.001, β 2": means["rankpo@0.001-beta-2"] - means["stage-1"],
        "sft, lr 0.001": means["sft@0.001"] - means["stage-1"],
    })  # fmt: skip
    shutil.rmtree(out / "work")
    assert run("rankpo", "--quick", **said)[0] == found
    assert not (out / "work").exists()  # finished rows need no model
    (out / "rows/sft@0.001.seed-1.json").unlink()
    assert run("rankpo", "--quick", **said)[0] == found  # a lost row is made again, its start with it


def test_rankpo_is_judged_by_the_language_model_that_is_named(run, letters, llm_server, tmp_path):
    def prefers_the_longer(messages, fields):
        shown = re.findall(r"<candidate_[ab] (\w+)>\n(.*?)\n</candidate_[ab] \1>", messages[-1]["content"], re.DOTALL)
        first, second = ((len(text), text) for _, text in shown)
        better = "A" if first > second else "B"
        return json.dumps({"comparison": "one is longer.", "preferred": better, "confidence": 80})

    llm_server.model = prefers_the_longer
    found, _ = run(
        "rankpo", "--quick", *asking(llm_server, tmp_path),
        recipe={"start": str(letters), "rates": [1e-3], "methods": ["rankpo"], "depth": 20},
        judge={"depth": 20, "per_vacancy": 2, "held_out_per_vacancy": 2},
        alignment_loop=dict(LOOP), market={**MARKET, "labels": "rules"},
    )  # fmt: skip
    [judged] = [note for note in found["notes"] if note.startswith("Preferences: ")]
    assert "Preferences: llm: m" in judged and "both orders agree on 100%" in judged
    assert "alignment with the judge" in found["rows"][-1]["columns"] and llm_server.requests


@pytest.mark.slow
def test_confit_reads_what_the_language_model_that_is_named_wrote(run, llm_server, tmp_path):
    llm_server.model = lambda messages, fields: "Nursed people on a ward and led a team of four."
    recipe = {"windows": [], "iterations": 1}
    found, out = run("confit-v2", "--quick", "--no-a1", *asking(llm_server, tmp_path), recipe=recipe)
    assert "Hypothetical resumes: llm: m." in found["notes"]
    assert "not an LLM" not in (out / "report.md").read_text(encoding="utf-8")
    assert "Nursed people on a ward" in (out / "hyre.jsonl").read_text(encoding="utf-8")


def asking(server, folder):
    """The options that name a language model."""
    return "--llm-url", server.url, "--llm-model", "m", "--llm-cache", str(folder / "answers")


def test_an_unknown_table_is_refused(jobfit, tmp_path):
    settings = tmp_path / "settings.yaml"
    settings.write_text("markets: {seen: 3}", encoding="utf-8")
    result = jobfit("reproduce", "rankpo", "--out", tmp_path / "out", "--settings", settings)
    assert result.code == 2
    assert "'markets' is not one of the tables" in result.err


def test_sweep_starts_from_the_model_that_is_named(jobfit, letters, tmp_path):
    settings = tmp_path / "sweep.yaml"
    content = {
        "market": {**MARKET, "labels": "rules"},
        "model": {"max_tokens": 48},
        "alignment_loop": dict(LOOP),
        "loop": LOOP,
        "judge": {"depth": 20, "per_vacancy": 2, "held_out_per_vacancy": 2},
        "recipe": {"rates": [1e-3], "betas": [1.0, 2.0], "methods": ["rankpo-hinge"]},
    }
    settings.write_text(json.dumps(content), encoding="utf-8")
    arguments = ("align", "--sweep", settings, "--out", tmp_path / "out", "--model", letters, "--seeds", 1, "--json")
    found = jobfit(*arguments)
    assert found.code == 0, found.err
    keys = [row["key"] for row in found.json["rows"]]
    swept = ["rankpo-hinge@0.001-beta-1", "rankpo-hinge@0.001-beta-2"]
    assert keys == ["bm25", "raw", "stage-1", *swept]
    assert (tmp_path / "out/sweep.svg").is_file()


@pytest.mark.slow
def test_fair_recommender_runs_every_row_and_a_second_run_reads_them_again(run, saved):
    said = {
        "market": {
            "candidates": 36, "vacancies": 24, "held_out_candidates": 20, "held_out_vacancies": 14, "seen": 36,
            "bias": 1.5, "leak": 1.0,
        },
        "loop": {"epochs": 2},
        "cross_loop": {"max_steps": 1, "precision": "f32", "threads": 1},
        "recipe": {"backbone": saved, "depth": 2, "betas": [2.0], "hidden": 4},
    }  # fmt: skip
    found, out = run("fair-recommender", "--quick", **said)
    of_variant = ("cosine", "classifier", "pointwise", "ranknet", "lambdaloss", "cross")
    keys = [row["key"] for row in found["rows"]]
    assert keys == [
        "random", "bm25", *(f"{name}-{v}" for v in ("raw", "llm", "esco") for name in of_variant), "signed-raw",
    ]  # fmt: skip
    queries = {row["columns"]["candidates_for_vacancy nDCG@10"]["n"] for row in found["rows"]}
    assert len(queries) == 1  # every row ranks for the same vacancies
    tables = {table["title"]: {row["row"]: row["cells"] for row in table["rows"]} for table in found["measured"]}
    decided = tables["Classification"]
    assert len(decided) == 1 + len(keys) - 2
    constant = decided["nobody is hired (always negative)"]
    assert constant["accuracy"]["mean"] == pytest.approx(1 - constant["PR-AUC"]["mean"])
    gaps = tables["Gaps between groups"]
    assert len(gaps) == len(keys) - 2
    for cells in gaps.values():
        assert int(cells["least support of equal opportunity"]) <= int(cells["least support of demographic parity"])
    for gap in ("demographic parity", "equal opportunity", "equalised odds, sum"):
        assert list(tables[f"What β costs and buys: {gap}"]) == ["β = 0", f"{gap}, β = 2"]
    text = (out / "report.md").read_text(encoding="utf-8")
    assert "The report, table 1" in text and "The report, table 2" in text and "different data" in text
    assert "the offline counterpart of the LLM" in text and "Cut down" in text and "CC-BY-NC" in text
    assert len(found["notes"]) == 13 and not re.search(r"[{}]", "".join(found["notes"]))
    signed = json.loads((out / "rows" / "signed-raw.seed-1.json").read_text(encoding="utf-8"))
    assert signed["row"]["notes"]["first_tens"] == 1 < len(next(iter(signed["row"]["columns"].values())))
    assert {path.name for path in out.glob("*.svg")} == {
        "beta-demographic_parity.svg", "beta-equal_opportunity.svg", "beta-equalised_odds_sum.svg",
    }  # fmt: skip
    gone = "lambdaloss-esco.seed-1.json"
    (out / "rows" / gone).unlink()
    before = {path.name: path.stat().st_mtime_ns for path in (out / "rows").iterdir()}
    again, _ = run("fair-recommender", "--quick", **said)
    assert again == found
    assert {p.name: p.stat().st_mtime_ns for p in (out / "rows").iterdir() if p.name != gone} == before
    assert not list((out / "work").rglob("*.safetensors"))


def test_fair_recommender_takes_no_data_of_ones_own(jobfit, tmp_path):
    arguments = ["reproduce", "fair-recommender", "--quick", "--data", str(tmp_path), "--out", str(tmp_path / "out")]
    result = jobfit(*arguments)
    assert result.code != 0 and "simulated market" in result.err


@pytest.mark.slow
def test_muse_runs_every_tier_and_a_second_run_reads_them_again(run, saved):
    said = {
        "market": {"candidates": 60, "vacancies": 30, "held_out_candidates": 20, "held_out_vacancies": 30, "seen": 30},
        "loop": {"epochs": 2},
        "pair_loop": {"epochs": 1},
        "recipe": {"backbone": saved, "depth": 5, "hidden": 4},
    }
    found, out = run("muse", "--quick", model={}, **said)
    keys = [row["key"] for row in found["rows"]]
    left_out = [f"without-{name}" for name in ("text", "skills", "geography", "pay", "contract")]
    assert keys == [
        "random", "bm25", "cosine", "tier-0", "text-alone", *left_out, "hires-alone", "without-log-q", "triplet",
        "trees", "tier-1", "tier-2",
    ]  # fmt: skip
    columns = found["rows"][0]["columns"]
    assert set(columns) == {"vacancies_for_candidate nDCG@10", *(f"hires_of_the_log R@{k}" for k in (10, 100, 1000))}
    everything = next(row for row in found["rows"] if row["key"] == "tier-0")
    assert everything["columns"]["hires_of_the_log R@1000"]["mean"] == 1.0  # thirty vacancies
    assert "What a tier costs" in (out / "report.md").read_text(encoding="utf-8")
    assert run("muse", "--quick", model={}, **said)[0] == found
    assert not list((out / "work").rglob("*.safetensors"))


ALONE = ("hires-alone", "tier-2")  # of no meaning where nobody knows who applied and who was hired


@pytest.fixture
def log(tmp_path):
    """A folder with sixteen people, of two, four or five interactions each, and twelve vacancies."""
    folder = tmp_path / "log"
    trades = ("nurse", "cook", "welder", "driver")
    cvs = [{"id": f"c{n}", "work": [{"position": trades[n % 4], "summary": "a b c"}]} for n in range(16)]
    adverts = [{"id": f"v{n}", "title": trades[n % 4], "text": f"{trades[n % 4]} at {n}"} for n in range(12)]
    for name, rows in (("cvs", cvs), ("vacancies", adverts)):
        (folder / name).mkdir(parents=True)
        (folder / name / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    seen = [f"c{n},v{(n + 5 * k) % 12},2026-01-0{1 + k}" for n in range(16) for k in range((2, 4, 5)[n % 3])]
    (folder / "interactions.csv").write_text("\n".join(["candidate_id,vacancy_id,time", *seen]))
    return folder


@pytest.mark.slow
def test_muse_on_a_log_of_ones_own_says_which_rows_have_no_meaning_there(run, saved, log):
    recipe = {"backbone": saved, "depth": 5, "hidden": 4}
    said = {"loop": {"epochs": 2}, "pair_loop": {"epochs": 1}, "market": None, "model": {}, "recipe": recipe}
    found, out = run("muse", "--data", str(log), "--seeds", "2", **said)
    assert all(set(row["mean_by_seed"]) == {"1", "2"} for row in found["rows"])
    keys = [row["key"] for row in found["rows"]]
    assert {"popular", "tier-0", "trees", "tier-1"} <= set(keys) and not {*ALONE} & set(keys)
    assert set(found["rows"][0]["columns"]) == {
        f"vacancies_for_candidate {m}" for m in ("nDCG@10", "R@10", "R@100", "R@1000")
    }
    text = (out / "report.md").read_text(encoding="utf-8")
    assert "have no meaning here and were not run" in text and "6 people are held out with all theirs" in text


@pytest.mark.slow
def test_lgir_on_a_log_of_ones_own_draws_the_gain_by_number_of_interactions(run, saved, log):
    said = {"loop": {"epochs": 1, "batch_size": 8}, "networks": {"hidden": 4, "inner": 4}, "market": None, "model": {}}
    said["recipe"] = {"backbone": saved, "few": 2, "many": 3}
    found, out = run("lgir", "--data", str(log), "--seeds", "1", **said)
    tables = {table["title"]: table for table in found["measured"]}
    assert [row["row"] for row in tables["Gain by number of interactions"]["rows"]] == [
        "1 (6 people)", "2 (5 people)", "3 to 4 (5 people)",
    ]  # fmt: skip
    assert (out / "gain-by-interactions.svg").read_text(encoding="utf-8").count("no gain") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("lgir", "--format", "confit"), "lgir reads interactions, not confit"),
        (("rankpo", "--format", "interactions"), "rankpo reads prepare and confit and rankpo, not interactions"),
        (("muse",), "holds no cvs"),
    ],
)
def test_data_that_a_recipe_does_not_read_are_refused(jobfit, tmp_path, arguments, said):
    result = jobfit("reproduce", *arguments, "--quick", "--data", str(tmp_path), "--out", str(tmp_path / "out"))
    assert result.code == 2 and said in " ".join(result.err.split())


@pytest.mark.slow
def test_lgir_runs_every_stage_and_says_who_completed_the_resumes(run, saved):
    said = {
        "market": {"candidates": 44, "vacancies": 30, "held_out_candidates": 1, "held_out_vacancies": 1, "seen": 30},
        "loop": {"epochs": 1, "batch_size": 32},
        "networks": {"hidden": 4, "inner": 4},
        "trees": {"trees": 5},
        "recipe": {"backbone": saved, "few": 1, "many": 3},
    }
    found, out = run("lgir", "--quick", model={}, **said)
    keys = [row["key"] for row in found["rows"]]
    assert keys == [
        "bm25", "memoriser", "popular", "cosine", "trees", "bpr", "simple", "interactive", "game",
    ]  # fmt: skip
    assert set(found["rows"][0]["columns"]) == {
        f"{name} {measure}" for name in ("everybody", "few_interactions") for measure in ("nDCG@10", "R@100")
    }
    assert all(row["columns"]["everybody R@100"]["mean"] == 1.0 for row in found["rows"])  # thirty vacancies
    text = (out / "report.md").read_text(encoding="utf-8")
    assert "template (offline counterpart, not an LLM)" in text and "Has the generator collapsed?" in text
    assert run("lgir", "--quick", model={}, **said)[0] == found


@pytest.mark.slow
def test_lgir_completes_by_the_model_that_is_named_with_the_template_beside_it(run, saved, llm_server, tmp_path):
    said = {
        "market": {"candidates": 44, "vacancies": 30, "held_out_candidates": 1, "held_out_vacancies": 1, "seen": 30},
        "loop": {"epochs": 1, "batch_size": 32},
        "networks": {"hidden": 4, "inner": 4},
        "trees": {"trees": 5},
        "recipe": {"backbone": saved, "few": 1, "many": 3},
    }
    llm_server.model = lambda messages, fields: (
        "Works with people and keeps the books." if "<advert " in messages[-1]["content"] else "```\n```"
    )
    found, _ = run("lgir", "--quick", *asking(llm_server, tmp_path), model={}, **said)
    asked = {message["messages"][-1]["content"].count("<advert ") > 0 for message in llm_server.requests}
    assert asked == {True, False}
    assert [row["key"] for row in found["rows"]][6:] == [
        "simple", "simple-template", "interactive", "interactive-template", "game",
    ]  # fmt: skip
    columns = {row["key"]: row["columns"] for row in found["rows"]}
    assert columns["simple"] == columns["bpr"] != columns["simple-template"]  # no answer: the CV alone
    assert columns["interactive"] != columns["interactive-template"]
    note = found["notes"][0]
    assert note.startswith("Completed by: llm: m.") and "No usable answer, so the CV alone: {'empty': " in note
    assert {"A model's interactive completion beats the template's"} < {one["claim"] for one in found["verdicts"]}


@pytest.mark.slow
def test_jobrec_runs_every_row_and_says_what_a_floor_keeps(run):
    said = {
        "market": {"candidates": 80, "vacancies": 16, "held_out_candidates": 20, "held_out_vacancies": 1, "seen": 40},
        "experts": {"hidden": 4, "steps": 20, "together": 10},
        "trees": {"trees": 5},
        "recipe": {"backbone": "hashing", "floors": [0.5]},
    }
    found, out = run("jobrec", "--quick", model={}, loop={}, **said)
    rows = {row["key"]: row for row in found["rows"]}
    judged = [f"qualification-{one}" for one in ("apart", "applicants", "ips", "dr", "esmm")]
    assert [*rows] == [
        "random", "memoriser", "popular", "bm25", "cosine", "trees", "apart", "together", *judged,
        "floor@0.5", "learned@0.5", "surplus", "truth",
    ]  # fmt: skip
    columns = {"preference nDCG@10", "qualification@10", "welfare@10"}
    assert all(set(row["columns"]) == columns for row in rows.values())
    welfare = {key: row["columns"]["welfare@10"]["mean"] for key, row in rows.items()}
    assert max(welfare, key=welfare.get) == "truth"
    bias, floors = found["measured"]
    assert [row["row"] for row in bias["rows"]] == ["applicants only", "IPS", "doubly robust", "entire space"]
    exact, learned = (row["cells"] for row in floors["rows"])
    assert exact["asked"] == exact["reached"] == learned["asked"] and float(exact["price"]) > 0
    assert float(exact["residual"]) < 1e-6 and exact["backwards"] == "" and learned["backwards"] != ""
    text = (out / "report.md").read_text(encoding="utf-8")
    assert "could be verified" in text and "memoriser knows none of their pairs" in text
    assert (out / "frontier.svg").read_text().startswith("<svg")
    assert run("jobrec", "--quick", model={}, loop={}, **said)[0] == found
