"""HyRe: prompts, both sources, the store, and the one function that joins them to a vacancy."""

import json
import re

import pytest

from jobfit.documents.masking import TextKind
from jobfit.encoders.generated import Generated, GeneratedStore, augmented_text, augmented_texts, store_facts
from jobfit.errors import InputError
from jobfit.judged import Pair
from jobfit.llm.errors import AnswerError, BudgetSpentError, EndpointError
from jobfit.llm.meter import Budget
from jobfit.taxonomy.compact import load_compact
from jobfit.training.asking import cleaned, fill, missing_texts
from jobfit.training.data import TrainingSet
from jobfit.training.hyre import Example, LlmHyre, examples_of
from jobfit.training.hyre_template import NAME, TemplateHyre
from jobfit.training.own_words import copied_share

EXAMPLES = tuple(Example(f"Vacancy {n} for a cook", f"Resume {n} of a cook") for n in range(5))
NURSE = (
    "Registered nurse\n\nWe are looking for a registered nurse.\n\nRequirements\n- First aid is required\n"
    "- At least 2 years of experience as a nurse\n- English B2 is required\n- Bachelor's degree required\n"
)


def hypothetical_text(text, source):
    [outcome] = source.write_all([text])
    if isinstance(outcome, Exception):
        raise outcome
    return outcome.text


def model(messages, fields):
    """Answers with a resume that names its target, in the brackets of the published prompt."""
    return f"[The start of the resume]\nResume for {target(messages)}\n[The end of the resume]"


def target(messages):
    return re.search(r"<target_\w+ (\w{16})>\n(.*?)\n</target_\w+ \1>", messages[1]["content"], re.DOTALL)[2]


def blocks(messages):
    found = re.findall(r"<(\w+) (\w{16})>\n(.*?)\n</\1 \2>", messages[1]["content"], re.DOTALL)
    return {label: text for label, _, text in found}


def test_prompt_holds_one_accepted_pair_and_the_target_between_fences(client, llm_server):
    llm_server.model = model
    assert hypothetical_text("Ward nurse", LlmHyre(client(), EXAMPLES)) == "Resume for Ward nurse"
    [body] = llm_server.requests
    shown = blocks(body["messages"])
    assert set(shown) == {"example_vacancy", "example_resume", "target_vacancy"}
    assert Example(shown["example_vacancy"], shown["example_resume"]) in EXAMPLES
    assert "ideal resume for the target" in body["messages"][0]["content"]
    assert "response_format" not in body


def test_example_depends_on_the_seed_and_the_vacancy_alone(client):
    vacancies = [f"vacancy number {n}" for n in range(30)]

    def chosen(seed, texts):
        return {text: LlmHyre(client(), EXAMPLES, seed).prompt(text).data[:2] for text in texts}

    assert chosen(0, vacancies) == chosen(0, vacancies[::-1])
    assert chosen(0, vacancies) != chosen(1, vacancies)
    assert len({pair[0].text for pair in chosen(0, vacancies).values()}) == len(EXAMPLES)


def test_example_is_never_the_pair_of_the_target_itself(client):
    source = LlmHyre(client(), EXAMPLES[:2])
    for example, other in (EXAMPLES[:2], EXAMPLES[1::-1]):
        assert source.prompt(example.vacancy).data[1].text == other.resume
    alone = LlmHyre(client(), EXAMPLES[:1]).prompt(EXAMPLES[0].vacancy)
    assert [piece.label for piece in alone.data] == ["target_vacancy"]


def test_personal_details_are_neither_sent_nor_kept(client, llm_server):
    llm_server.model = lambda messages, fields: "Nurse\nReach me at ann@example.org"
    source = LlmHyre(client(), [Example("Cook, boss@example.org", "Cook, cv@example.org")])
    assert "@" not in hypothetical_text("Nurse wanted, write to hr@example.org", source)
    assert "@" not in llm_server.requests[0]["messages"][1]["content"]


def test_examples_are_drawn_from_the_positives_of_train_alone():
    pairs = tuple(Pair(f"c{n}", f"v{n % 3}") for n in range(40))
    candidates = {pair.candidate_id: f"resume {pair.candidate_id}" for pair in pairs} | {"r": "rejected"}
    vacancies = {f"v{n}": f"vacancy {n}" for n in range(3)}
    data = TrainingSet(candidates, vacancies, pairs, (Pair("r", "v0", 0),))
    drawn = examples_of(data, seed=4)
    assert len(drawn) == len(set(drawn)) == 21
    assert drawn == examples_of(TrainingSet(candidates, vacancies, pairs[::-1]), seed=4) != examples_of(data, seed=5)
    assert all("rejected" not in pair.resume for pair in drawn)
    with pytest.raises(InputError, match="from the train split"):
        examples_of(TrainingSet(candidates, vacancies, pairs, split="validation"))
    with pytest.raises(InputError, match="no accepted pair"):
        examples_of(TrainingSet(candidates, vacancies, (), (Pair("r", "v0", 0),)))


COOKS = "We look for a cook who prepares lunch for two hundred guests and keeps the kitchen of our hotel clean."
COOK = (
    "I prepared meals for large groups, ordered supplies and trained two apprentices in a busy canteen for six years."
)
CUISINE = "Nous cherchons un cuisinier qui prépare le repas de midi de nos clients et tient la cuisine de notre hôtel."
NURSES = "Our ward looks for a nurse who cares for patients after surgery and documents treatment in the evening."


def test_without_examples_the_prompt_is_short_and_names_the_language(client):
    for text, language in ((COOKS, "English"), (CUISINE, "French")):
        prompt = LlmHyre(client()).prompt(text)
        assert [piece.label for piece in prompt.data] == ["target_vacancy"]
        assert "about 80 words" in prompt.instructions and prompt.instructions.endswith(f"Write in {language}.")


def test_example_is_of_the_language_of_the_target(client):
    source = LlmHyre(client(), [Example(COOKS, COOK), Example(CUISINE, "Je suis cuisinier.")])
    assert source.prompt(NURSES).data[1].text == COOK
    assert source.prompt(CUISINE.replace("cuisinier", "chef")).data[1].text == "Je suis cuisinier."
    assert len(LlmHyre(client(), [Example(COOKS, COOK)]).prompt(CUISINE).data) == 1


def test_copied_example_is_asked_for_again_without_an_example(client, llm_server):
    written = "I cared for patients after operations and wrote every treatment down, ten years on one ward."
    llm_server.model = lambda messages, fields: COOK if "example_resume" in messages[1]["content"] else written
    assert hypothetical_text(NURSES, LlmHyre(client(), [Example(COOKS, COOK)])) == written
    assert len(llm_server.requests) == 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (NURSES, "repetition"),
        (f"A nurse. {NURSES}", "repetition"),
        (
            "J'ai soigné les patients après les opérations et noté tous les traitements dans le dossier du service.",
            "language",
        ),
        ("**Title:** Nurse\n**Last position:** <Your last position>\n**Skills:** wound care, records", "gaps"),
        ("I am a nurse at [Name of the hospital], where I care for people after operations.", "gaps"),
    ],
)
def test_answer_that_repeats_the_text_is_a_form_or_in_another_language_is_refused(client, llm_server, answer, reason):
    llm_server.model = lambda messages, fields: answer
    with pytest.raises(AnswerError) as refused:
        hypothetical_text(NURSES, LlmHyre(client()))
    assert refused.value.reason == reason


def test_brackets_that_are_no_gaps_are_kept(client, llm_server):
    written = "I wrote C++ (templates, std::vector<int>) for 5 < 6 years [part time] and kept [a list](of links)."
    llm_server.model = lambda messages, fields: written
    assert hypothetical_text(NURSES, LlmHyre(client())) == written


def test_answer_that_recites_what_the_model_was_told_is_refused(client, llm_server):
    llm_server.model = lambda messages, fields: messages[0]["content"][-300:]
    with pytest.raises(AnswerError, match="repeats what the model was given"):
        hypothetical_text(NURSES, LlmHyre(client()))


def test_copied_share_counts_runs_of_five_words():
    assert copied_share("a b c d e f", "x a b c d e y f") == 1 / 2
    assert copied_share("too short", "too short") == 0.0 and copied_share("a b c d e", "") == 0.0


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("<target_vacancy 0123456789abcdef>\nNurse\n</target_vacancy 0123456789abcdef>", "Nurse"),
        ("```text\nNurse\n```", "Nurse"),
        ("[The start of the example resume]\nNurse\n[The End of the resume]", "Nurse"),
        ("[Example resume]\nNurse", "Nurse"),
        ("Nurse\n[certified]", "Nurse\n[certified]"),
        ("[The start of the resume]", ""),
    ],
)
def test_markers_and_fences_are_taken_off(answer, text):
    assert cleaned(answer, TextKind.CV) == text


def test_store_is_filled_once_and_a_second_run_asks_nothing(client, llm_server, tmp_path):
    llm_server.model = model
    texts = [f"Vacancy {n}" for n in range(6)] + ["Vacancy 0"]
    path = tmp_path / "hyre.jsonl"
    source = LlmHyre(client(), EXAMPLES)
    with GeneratedStore.for_writing(path, source) as store:
        done = fill(store, source, texts)
    assert (done.written, done.kept, done.failed) == (6, 0, 0)
    assert sorted(target(body["messages"]) for body in llm_server.requests) == sorted(texts[:6])
    again = LlmHyre(client(cache="another"), EXAMPLES)  # not the answers' cache: the store itself knows
    with GeneratedStore.for_writing(path, again) as store:
        assert (fill(store, again, texts).written, len(store)) == (0, 6)
    assert len(llm_server.requests) == 6
    head, *rows = map(json.loads, path.read_text().splitlines())
    assert (head["format"], head["kind"], head["made_by"]) == ("jobfit-generated-1", "hypothetical_resume", "llm: m")
    assert {"examples", "instructions", "seed", "temperature"} <= set(head)
    for row in rows:
        assert row["made_by"] == "llm: m" and len(row["prompt"]) == 64 and row["tokens_about"] > 50
    assert len({row["prompt"] for row in rows}) == 6


def test_run_that_ends_early_goes_on_where_it_ended(client, llm_server, tmp_path):
    llm_server.model = model
    texts = [f"Vacancy {n}" for n in range(8)]
    path = tmp_path / "hyre.jsonl"
    poor = LlmHyre(client(budget=Budget(tokens=5_000)), EXAMPLES)
    with GeneratedStore.for_writing(path, poor) as store, pytest.raises(BudgetSpentError):
        fill(store, poor, texts)
    paid = len(llm_server.requests)
    assert 0 < paid < 8
    rich = LlmHyre(client(), EXAMPLES)
    with GeneratedStore.for_writing(path, rich) as store:
        fill(store, rich, texts)
        assert all(store.find(text).text == f"Resume for {text}" for text in texts)
    asked = [target(body["messages"]) for body in llm_server.requests]
    assert sorted(asked) == sorted(texts)  # nothing twice, although the store had closed before all were in it


@pytest.mark.parametrize("fault", ["nothing", "truncated", "status:500"])
def test_one_vacancy_without_an_answer_is_counted_and_asked_for_again(client, llm_server, tmp_path, fault):
    llm_server.model = model
    source = LlmHyre(client(), EXAMPLES)
    with GeneratedStore.for_writing(tmp_path / "h.jsonl", source) as store:
        llm_server.otherwise = fault
        first = fill(store, source, ["Vacancy 1"])
        assert (first.written, first.failed) == (0, 1)
        with pytest.raises(InputError, match="run `jobfit hyre`"):
            augmented_text("Vacancy 1", store)
        llm_server.otherwise = "good"
        assert fill(store, source, ["Vacancy 1"]).written == 1


def test_answer_of_markers_alone_is_no_answer_and_is_not_kept(client, llm_server):
    llm_server.model = lambda messages, fields: "[The start of the resume]\n[The end of the resume]"
    source = LlmHyre(client(), EXAMPLES)
    with pytest.raises(AnswerError, match="nothing but markers"):
        hypothetical_text("Nurse", source)
    llm_server.model = model
    assert hypothetical_text("Nurse", source) == "Resume for Nurse"


def test_endpoint_that_refuses_ends_the_run_with_its_error(client, llm_server, tmp_path):
    llm_server.otherwise = "status:401"
    source = LlmHyre(client(), EXAMPLES)
    with GeneratedStore.for_writing(tmp_path / "h.jsonl", source) as store, pytest.raises(EndpointError):
        fill(store, source, ["a", "b"])


def test_estimate_sends_nothing_and_counts_what_is_missing(client, llm_server):
    estimate = LlmHyre(client(), EXAMPLES).estimate(["a", "b", "a"])
    assert (estimate.requests, estimate.from_cache, len(llm_server.requests)) == (2, 1, 0)
    assert estimate.about.prompt > 0


def test_store_of_one_source_is_refused_to_another(client, tmp_path):
    template = TemplateHyre(load_compact())
    GeneratedStore.for_writing(tmp_path / "h.jsonl", template).close()
    with pytest.raises(InputError, match="made in another way"):
        GeneratedStore.for_writing(tmp_path / "h.jsonl", LlmHyre(client(), EXAMPLES))
    GeneratedStore.for_writing(tmp_path / "l.jsonl", LlmHyre(client(), EXAMPLES)).close()
    with pytest.raises(InputError, match="examples"):
        GeneratedStore.for_writing(tmp_path / "l.jsonl", LlmHyre(client(), EXAMPLES[1:]))


def test_template_writes_what_the_vacancy_asks_for_and_what_its_occupation_needs():
    text = hypothetical_text(NURSE, TemplateHyre(load_compact()))
    lines = dict(line.split(": ", 1) for line in text.splitlines())
    assert lines["Title"] == "Registered nurse."
    assert lines["Experience"].endswith("(24 months).")
    assert "Bachelor" in lines["Education"] and "English" in lines["Languages"]
    skills = lines["Skills"].rstrip(".").split("; ")
    taxonomy = load_compact()
    needed = next(o for o in taxonomy.occupations.values() if o.label() in lines["Experience"]).essential
    assert skills[0].lower() == "first aid"
    assert {taxonomy.skills[id_].label() for id_ in needed} <= set(skills)
    assert len(set(skills)) == len(skills)


def test_template_says_nowhere_that_a_model_wrote_it(tmp_path):
    source = TemplateHyre(load_compact())
    with GeneratedStore.for_writing(tmp_path / "h.jsonl", source) as store:
        fill(store, source, [NURSE])
        assert store_facts(store)["hyre"] == NAME == "template (offline counterpart, not an LLM)"
    written = (tmp_path / "h.jsonl").read_text()
    assert "llm:" not in written.lower().replace(NAME.lower(), "") and written.count(NAME) == 2
    assert 'tokens_about": 0' in written


def test_template_of_a_text_without_known_fields_is_empty_and_leaves_the_vacancy_as_it_is(tmp_path):
    source = TemplateHyre(load_compact())
    blank = "zzz zzz. zzz zzz, zzz zzz zzz zzz zzz zzz zzz zzz zzz zzz zzz zzz zzz zzz zzz zzz zzz zzz zzz zzz zzz zzz."
    with GeneratedStore.for_writing(tmp_path / "h.jsonl", source) as store:
        fill(store, source, [blank, NURSE])
        assert store.facts()["empty"] == 1
        assert augmented_text(blank, store) == blank


def test_template_depends_on_the_text_alone_and_writes_french_for_french():
    source = TemplateHyre(load_compact())
    french = "Infirmier\n\nNous recherchons un infirmier pour la clinique.\n\nProfil recherché\n"
    french += "- permis B exigé pour le poste"
    both = [outcome.text for outcome in source.write_all([NURSE, french])]
    assert both == [outcome.text for outcome in source.write_all([french, NURSE])][::-1]
    assert both[1].startswith("Titre: Infirmier.") and "Permis: B." in both[1]


def test_hypothetical_vacancy_is_the_ablation_and_has_a_marker_of_its_own(client, llm_server, tmp_path):
    cv = "Cook\n\nWork experience\nCook, Acme, 01/2015 - 12/2019\n\nSkills\nFood safety"
    source = TemplateHyre(load_compact(), "hypothetical_vacancy")
    text = hypothetical_text(cv, source)
    assert text.startswith("Title: Cook.") and "food safety" in text.lower()
    with GeneratedStore.for_writing(tmp_path / "v.jsonl", source) as store:
        fill(store, source, [cv])
        assert augmented_text(cv, store) == f"{cv}\n[An Example Vacancy]\n{text}"
    llm_server.model = model
    asked = LlmHyre(client(), EXAMPLES, kind="hypothetical_vacancy")
    assert hypothetical_text("cooked soup", asked) == "Resume for cooked soup"
    assert list(blocks(llm_server.requests[0]["messages"])) == ["example_resume", "example_vacancy", "target_resume"]


def test_vacancy_is_joined_with_the_paper_s_marker_and_without_a_store_stays_itself(tmp_path):
    source = TemplateHyre(load_compact())
    with GeneratedStore.for_writing(tmp_path / "h.jsonl", source) as store:
        store.add("Vacancy", Generated("Resume", "0" * 64))
        assert augmented_text("Vacancy", store) == "Vacancy\n[An Example Resume]\nResume"
        assert augmented_texts({"v": "Vacancy"}, store) == {"v": "Vacancy\n[An Example Resume]\nResume"}
        with pytest.raises(InputError, match="1 of 2 texts have no hypothetical resume in the store: 'w'"):
            augmented_texts({"v": "Vacancy", "w": "Other"}, store)
        assert missing_texts(store, ["Other", "Vacancy", "Other"]) == ["Other"]
    assert augmented_texts({"v": "Vacancy"}, None) == {"v": "Vacancy"}
    assert store_facts(None) == {"hyre": "none"}
    assert GeneratedStore.read(tmp_path / "h.jsonl").find("Vacancy") == Generated("Resume", "0" * 64)
