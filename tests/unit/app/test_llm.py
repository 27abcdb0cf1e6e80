import pytest

from jobfit.app import llm
from jobfit.app.llm import LlmOptions, llm_client
from jobfit.errors import InputError
from jobfit.preparation.variants import VariantSettings, make_variant
from jobfit.records import Candidate, Source

RECORD = Candidate("c1", "Nurse\n\nSKILLS\nJava", "en", Source("cv.txt", "text", ""))


@pytest.fixture
def options(llm_server, tmp_path, monkeypatch):
    monkeypatch.setenv("JOBFIT_LLM_KEY", "sk-canary")
    return lambda **more: LlmOptions(url=llm_server.url, model="m", cache=tmp_path / "cache", **more)


def rendered(options, **settings):
    """The document of the record and the variant's facts."""
    with llm_client(options) as client:
        variant = make_variant("llm", VariantSettings(client=client, **settings))
        [document] = variant.render([RECORD])
        return document, variant.facts()


def test_variant_is_made_of_options_and_the_key_of_the_environment(options, llm_server):
    document, facts = rendered(options(price_prompt=1.0, price_answer=2.0))
    assert document.text == "Title: Nurse.\nSkills: Nurse; Java."
    assert {headers["Authorization"] for headers in llm_server.headers} == {"Bearer sk-canary"}
    assert facts["kept"]["skills"] == 2 and (facts["requests"], facts["from_cache"]) == (2, 0)
    assert facts["cost"] == pytest.approx((facts["prompt_tokens"] + 2 * facts["answer_tokens"]) / 1e6)


def test_language_of_the_variant_is_that_of_labels_and_instructions(options, llm_server):
    document, facts = rendered(options(), language="fr")
    assert document.text.startswith("Poste: Nurse.") and facts["language"] == "fr"
    assert all(body["messages"][0]["content"].startswith("Tu lis une section") for body in llm_server.requests)


def test_unmasked_llm_variant_is_refused(options, llm_server):
    with pytest.raises(InputError, match="no unmasked form"):
        rendered(options(), masked=False)
    assert llm_server.requests == []


def test_endpoint_without_a_key_gets_no_header(options, llm_server, monkeypatch):
    monkeypatch.setenv("JOBFIT_LLM_KEY", "")
    rendered(options())
    assert all("Authorization" not in headers for headers in llm_server.headers)


def test_cache_is_in_the_home_by_default(llm_server, tmp_path, monkeypatch):
    monkeypatch.setenv("JOBFIT_HOME", str(tmp_path / "home"))
    rendered(LlmOptions(url=llm_server.url, model="m"))
    assert len(list((tmp_path / "home/cache/llm").rglob("*.json"))) == 3
    assert (tmp_path / "home/cache/llm").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("missing", ["url", "model"])
def test_missing_endpoint_or_model_is_named(missing):
    given = {"url": "http://localhost:1", "model": "m"} | {missing: None}
    with pytest.raises(InputError, match="--llm-url and --llm-model"):
        llm_client(LlmOptions(**given))


def test_no_option_takes_a_key():
    assert not [name for name in (*vars(llm), *LlmOptions.model_fields) if "key" in name.lower()]
