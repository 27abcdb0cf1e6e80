from dataclasses import fields

import pytest

from jobfit.cli import llm_options
from jobfit.cli.llm_options import LlmOptions, dry_run, llm_variant
from jobfit.errors import InputError
from jobfit.records import Candidate, Source

RECORD = Candidate("c1", "Nurse\n\nSKILLS\nJava", "en", Source("cv.txt", "text", ""))


@pytest.fixture
def options(llm_server, tmp_path, monkeypatch):
    monkeypatch.setenv("JOBFIT_LLM_KEY", "sk-canary")
    return lambda **more: LlmOptions(llm_server.url, "m", cache=tmp_path / "cache", **more)


def test_variant_is_made_of_options_and_the_key_of_the_environment(options, llm_server):
    with llm_variant(options(price_prompt=1.0, price_answer=2.0)) as (variant, _):
        [document] = variant.render([RECORD])
    assert document.text == "Title: Nurse.\nSkills: Nurse; SKILLS; Java."
    assert {headers["Authorization"] for headers in llm_server.headers} == {"Bearer sk-canary"}
    facts = variant.facts()
    assert (facts["model"], facts["url"], facts["asked_by"]) == ("m", llm_server.url, "json_schema")
    assert (facts["records"], facts["masked"], facts["values"]) == (1, True, {"skills": 3, "title": 1})
    spent = facts["spent"]
    assert spent["requests"] == 2 and spent["cost"] == pytest.approx(
        (spent["usage"]["prompt"] + 2 * spent["usage"]["answer"]) / 1e6
    )


def test_dry_run_makes_no_request(options, llm_server):
    estimate = dry_run(options(price_prompt=1.0), [RECORD])
    assert llm_server.requests == [] and estimate["requests"] == 2
    assert 0 < estimate["cost_about"] < estimate["cost_at_most"]
    assert set(estimate) == {"requests", "from_cache", "about", "at_most", "cost_about", "cost_at_most"}


def test_endpoint_without_a_key_gets_no_header(options, llm_server, monkeypatch):
    monkeypatch.setenv("JOBFIT_LLM_KEY", "")
    with llm_variant(options()) as (variant, _):
        list(variant.render([RECORD]))
    assert all("Authorization" not in headers for headers in llm_server.headers)


def test_cache_is_in_the_home_by_default(llm_server, tmp_path, monkeypatch):
    monkeypatch.setenv("JOBFIT_HOME", str(tmp_path / "home"))
    with llm_variant(LlmOptions(llm_server.url, "m")) as (variant, _):
        list(variant.render([RECORD]))
    assert len(list((tmp_path / "home/cache/llm").rglob("*.json"))) == 3
    assert (tmp_path / "home/cache/llm").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("missing", ["url", "model"])
def test_missing_endpoint_or_model_is_named(missing):
    given = {"url": "http://localhost:1", "model": "m"} | {missing: None}
    with pytest.raises(InputError, match="--llm-url and --llm-model"):
        dry_run(LlmOptions(**given), [RECORD])


def test_no_option_takes_a_key():
    assert not [name for name in (*vars(llm_options), *(f.name for f in fields(LlmOptions))) if "key" in name.lower()]
