"""jobfit prepare --variant raw|llm|esco on one small market: the same pairs three ways."""

from __future__ import annotations

import json

import pytest

from jobfit.reading import read_documents

NOT_OF_THE_PAIRS = {"candidates.jsonl", "vacancies.jsonl", "funnel.json"}
ESCO = ("--variant", "esco", "--lexical-only")


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    """Eight people and three vacancies, half in French; one more person whose title no occupation has."""
    from jobfit.simulation.writer import simulate_to

    folder = tmp_path_factory.mktemp("variants") / "market"
    simulate_to(folder, 8, 3, seed=5, rendered_share=0)
    work = "I looked after the zorblaxes of three owners, fed them every day and wrote down what they ate and drank."
    cv = f"Tamsin Ollerenshaw\n\nEXPERIENCE\n2015 - 2022: Zorblax Specialist, Acme\n{work}\n\nSKILLS\nPython\n"
    (folder / "cvs/unlinked.txt").write_text(cv)
    return folder


@pytest.fixture
def prepare(jobfit, monkeypatch, tmp_path, market):
    """Prepare the market into ``tmp_path/<out>``."""
    monkeypatch.setenv("JOBFIT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def run(out, *options):
        return jobfit(
            "prepare", "--candidates", market / "cvs", "--vacancies", market / "vacancies",
            "--applications", market / "applications.csv", "--out", tmp_path / out, *options,
        )  # fmt: skip

    return run


@pytest.fixture
def llm(llm_server):
    return ("--variant", "llm", "--llm-url", llm_server.url, "--llm-model", "m")


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in NOT_OF_THE_PAIRS}


def test_all_variants_write_the_same_pairs_and_different_documents(prepare, llm, tmp_path):
    for name, options in (("raw", ()), ("llm", llm), ("esco", ESCO), ("fr", (*ESCO, "--language", "fr"))):
        ran = prepare(name, *options)
        assert (ran.code, ran.err.count("Traceback")) == (0, 0)
        assert files(tmp_path / name) == files(tmp_path / "raw") and len(files(tmp_path / name)) >= 6
    documents = {name: read_documents(tmp_path / name / "candidates.jsonl") for name in ("raw", "llm", "esco", "fr")}
    assert len({tuple(document.id for document in found) for found in documents.values()}) == 1
    texts = {name: " ".join(document.text for document in found) for name, found in documents.items()}
    assert "I have worked in" in texts["esco"] and "J'ai travaillé" in texts["esco"]
    assert "I have worked in" not in texts["fr"] and "J'ai travaillé" in texts["fr"]
    assert "Skills: " in texts["llm"] and "Compétences: " in texts["llm"]


def test_esco_funnel_tells_titles_linked_and_not_linked(prepare, tmp_path):
    facts = prepare("out", *ESCO, "--skills", "both", "--json").json["facts"]
    assert (facts["variant"], facts["documents"], facts["skills_from"]) == ("esco-both", 12, "both")
    assert facts["titles_linked"] >= facts["occupations"] > 0 and facts["titles_without_match"] >= 1
    assert facts["evidenced_skills"] > 0 and facts["implied_skills"] > 0
    assert json.loads((tmp_path / "out/funnel.json").read_text())["facts"] == facts
    assert "titles without match: " in prepare("out", *ESCO).out


def test_llm_funnel_tells_what_was_kept_dropped_and_spent(prepare, llm, llm_server):
    llm_server.model = lambda messages, fields: json.dumps(
        {field: [{"quote": "not in any text", "value": "text", "level": None}] for field in fields}
    )
    ran = prepare("out", *llm, "--llm-price-prompt", 2, "--json")
    facts = ran.json["facts"]
    fields_asked = sum(len(llm_server.fields_of(body["messages"])) for body in llm_server.requests)
    assert facts["kept"] == {} and facts["dropped"] == {"quote_not_in_text": fields_asked}
    assert facts["requests"] == len(llm_server.requests) and facts["prompt_tokens"] > 0
    assert facts["cost"] == pytest.approx(2 * facts["prompt_tokens"] / 1e6)
    assert facts["empty_documents"] == 12 and ran.json["funnels"][0]["steps"][1]["dropped"] == {
        "this variant has no text": 9
    }


def test_dry_run_sends_and_writes_nothing_and_counts_what_is_answered(prepare, llm, llm_server, tmp_path):
    ran = prepare("out", *llm, "--llm-price-prompt", 1, "--dry-run", "--json")
    assert ran.code == 0 and llm_server.requests == [] and not (tmp_path / "out").exists()
    assert ran.json["requests"] > 11 and 0 < ran.json["cost_about"] < ran.json["cost_at_most"]
    done = prepare("out", *llm, "--json").json["facts"]
    assert done["requests"] == ran.json["requests"]
    shown = prepare("out", *llm, "--dry-run").out
    assert f"requests: 0; answered already: {done['requests'] + ran.json['from_cache']}" in shown


def test_run_that_fails_leaves_no_folder_and_the_next_asks_for_the_rest_only(prepare, llm, llm_server, tmp_path):
    llm_server.script, llm_server.otherwise = ["good"] * 6, "status:401"
    ran = prepare("out", *llm, "--llm-concurrency", 1, "--json")
    assert (ran.code, ran.json["error"]["type"]) == (7, "EndpointError")
    assert not (tmp_path / "out").exists()
    llm_server.script, llm_server.otherwise, before = [], "good", len(llm_server.requests)
    again = prepare("out", *llm, "--json")
    assert again.code == 0 and again.json["facts"]["from_cache"] >= 6
    assert again.json["facts"]["requests"] == len(llm_server.requests) - before
    assert again.json["facts"]["incomplete_documents"] == 0


def test_part_without_an_answer_fails_the_run_unless_it_may_stay_out(prepare, llm, llm_server, tmp_path):
    llm_server.script, llm_server.otherwise = [], "wrong"
    ran = prepare("out", *llm, "--llm-attempts", 1, "--json")
    assert ran.code == 7 and "--llm-keep-incomplete" in ran.json["error"]["message"]
    assert not (tmp_path / "out").exists()
    kept = prepare("out", *llm, "--llm-attempts", 1, "--llm-keep-incomplete", "--json")
    assert kept.code == 0 and kept.json["facts"]["incomplete_documents"] == 12


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--variant", "llm"), "--llm-url and --llm-model"),
        (("--dry-run",), "--dry-run estimates what --variant llm would cost"),
        (("--variant", "esco", "--taxonomy", "mars"), "there is no taxonomy and no folder 'mars'"),
        (("--taxonomy", "compact"), "--taxonomy belongs to --variant esco, not to raw"),
        ((*ESCO, "--llm-model", "m"), "--llm-... belongs to --variant llm, not to esco"),
        ((*ESCO, "--language", "de"), "language 'de' is not one of en, fr"),
    ],
)
def test_wrong_option_of_a_variant_is_one_error_with_code_2(prepare, tmp_path, options, message):
    ran = prepare("out", *options, "--json")
    assert ran.code == 2 and message in ran.json["error"]["message"]
    assert not (tmp_path / "out").exists()
