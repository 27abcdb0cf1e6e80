"""EDA, the operations for rejects, paraphrases, and the guard that keeps copies out of validation and test."""

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobfit.encoders.generated import GeneratedStore
from jobfit.errors import InputError, LeakageError
from jobfit.judged import Pair
from jobfit.taxonomy.compact import load_compact
from jobfit.taxonomy.model import Occupation, Skill, Taxonomy
from jobfit.training.asking import fill
from jobfit.training.augmentation import (
    Augmentation,
    Rates,
    Unit,
    augment,
    deleted,
    eda,
    inserted,
    originals,
    rejects_rewritten,
    replaced,
    rows_deleted,
    rows_shuffled,
    sections_dropped,
    swapped,
)
from jobfit.training.data import TrainingSet, hold_out, is_augmented, refuse_augmented
from jobfit.training.paraphrase import LlmParaphrase, OfflineParaphrase, TaxonomySynonyms, other_words, rewrite_from

NAMES = TaxonomySynonyms(
    Taxonomy(
        "t",
        {"prog": Skill("prog", {"en": ("computer programming", "coding"), "fr": ("programmation",)})},
        {"dev": Occupation("dev", {"en": ("software developer", "programmer")}, "it", ("prog",), ())},
    )
)
lines = st.lists(st.text("abc xyz.", max_size=20), min_size=1, max_size=6).map("\n".join)
seeds = st.integers(0, 2**32)


def rng(seed=0):
    return np.random.default_rng(seed)


@given(lines, seeds)
def test_eda_without_synonyms_and_deletion_keeps_the_words_of_every_line(text, seed):
    changed = eda(text, rng(seed), None, Rates(deletion=0))
    assert [sorted(line.split()) for line in changed.split("\n")] == [sorted(line.split()) for line in text.split("\n")]


@given(lines, seeds)
def test_eda_is_the_same_for_the_same_seed_and_never_empties_a_text(text, seed):
    changed = eda(text, rng(seed), None, Rates(deletion=0.9))
    assert changed == eda(text, rng(seed), None, Rates(deletion=0.9))
    assert changed.strip() or not text.strip()
    assert not Counter(changed.split()) - Counter(text.split())


@given(lines, seeds)
def test_eda_with_all_rates_zero_changes_blanks_alone(text, seed):
    changed = eda(text, rng(seed), NAMES, Rates(0, 0, 0, 0))
    assert [line.split() for line in changed.split("\n")] == [line.split() for line in text.split("\n")]


@given(st.lists(st.text("abc", min_size=1), max_size=30), seeds, st.floats(0, 1))
def test_swap_permutes_and_deletion_gives_a_subsequence(words, seed, rate):
    assert sorted(swapped(words, rng(seed), rate)) == sorted(words)
    remaining = iter(words)
    assert all(word in remaining for word in deleted(words, rng(seed), rate))


def test_each_operation_touches_its_share_of_units():
    words = [f"w{n}" for n in range(20_000)]
    units = [Unit(word, ("s",)) for word in words]
    spread = 5 * (20_000 * 0.1 * 0.9) ** 0.5
    assert abs(replaced(units, rng(), 0.1).count("s") - 2000) < spread
    assert abs(inserted(words, units, rng(), 0.1).count("s") - 2000) < spread
    assert abs(20_000 - len(deleted(words, rng(), 0.1)) - 2000) < spread
    moved = sum(a != b for a, b in zip(words, swapped(words, rng(), 0.1)))
    assert abs(moved - 2 * 2000) < 500  # two places for each swap, less those that are swapped again


def test_units_without_synonyms_are_never_replaced_and_nothing_is_inserted():
    units = [Unit("a"), Unit("b")]
    assert replaced(units, rng(), 1.0) == ["a", "b"] == inserted(["a", "b"], units, rng(), 1.0)


def test_synonyms_are_the_other_labels_of_the_term_in_the_same_language():
    assert NAMES.units("A Software Developer, good at coding.") == [
        Unit("A"), Unit("Software Developer", ("programmer",)), Unit(","), Unit("good"), Unit("at"),
        Unit("coding", ("computer programming",)), Unit("."),
    ]  # fmt: skip
    assert [unit.synonyms for unit in NAMES.units("programmation")] == [()]  # its one French name


def test_synonym_has_the_same_meaning_in_the_taxonomy():
    names, text = TaxonomySynonyms(load_compact()), "Registered nurse with first aid and stock management"
    found = [unit for unit in names.units(text) if unit.synonyms]
    assert found
    for unit in found:
        for synonym in unit.synonyms:
            assert unit.text.casefold() in {other.casefold() for u in names.units(synonym) for other in u.synonyms}


@given(lines, seeds)
def test_row_operations_keep_rows_whole_and_leave_something(text, seed):
    rows = Counter(text.split("\n"))
    for operation in (rows_deleted, rows_shuffled, sections_dropped, rejects_rewritten):
        changed = operation(text, rng(seed))
        assert not Counter(changed.split("\n")) - rows
        assert changed.strip() or not text.strip()
    assert Counter(rows_shuffled(text, rng(seed)).split("\n")) == rows


def test_sections_are_dropped_whole_and_never_all():
    sections = ("Title\n", "Skills:\nPython\nSQL\n", "Education\nBachelor")
    subsets = {"\n".join(kept) for n in (1, 2, 3) for kept in itertools.combinations(sections, n)}
    assert {sections_dropped("\n".join(sections), rng(seed), 0.5) for seed in range(200)} == subsets
    assert sections_dropped("\n".join(sections), rng(), 1.0) == "\n".join(sections)
    assert sections_dropped("Job: x\nInformation: section A:\n1\nB:\n2", rng(1), 0.5) in {
        "\n".join(kept)
        for n in (1, 2, 3)
        for kept in itertools.combinations(("Job: x", "Information: section A:\n1", "B:\n2"), n)
    }


@pytest.mark.parametrize("bad", [{"synonym": -0.1}, {"swap": 1.1}, {"deletion": float("nan")}])
def test_rate_that_is_no_probability_is_refused(bad):
    with pytest.raises(InputError):
        Rates(**bad)


CANDIDATES = {f"c{n}": f"programmer {n} of things" for n in range(6)}
VACANCIES = {f"v{n}": f"software developer {n} wanted" for n in range(3)}
POSITIVES = tuple(Pair(f"c{n}", f"v{n % 3}", 1 + n % 2) for n in range(4))
REJECTS = (Pair("c4", "v0", 0), Pair("c0", "v2", 0))
DATA = TrainingSet(CANDIDATES, VACANCIES, POSITIVES, REJECTS)


def shout(text, random):
    return text.upper()


def test_copies_have_all_labels_of_their_originals():
    data = augment(DATA, [Augmentation("up", shout)])
    for name in ("positives", "rejects"):
        before, after = getattr(DATA, name), set(getattr(data, name))
        expected = set(before)
        for pair in before:
            expected |= {pair._replace(candidate_id=f"aug:up:{pair.candidate_id}")}
            expected |= {pair._replace(vacancy_id=f"aug:up:{pair.vacancy_id}")}
        assert after == expected
    assert data.candidates["aug:up:c0"] == CANDIDATES["c0"].upper() and "aug:up:c5" not in data.candidates
    assert {i for i in data.candidates if not is_augmented(i)} == set(CANDIDATES)


def test_operations_for_rejects_copy_rejects_alone():
    data = augment(DATA, [Augmentation("rows", shout, labels="rejects")])
    assert data.positives == DATA.positives
    assert {pair for pair in data.rejects if is_augmented(pair.candidate_id)} == {
        Pair("aug:rows:c4", "v0", 0), Pair("aug:rows:c0", "v2", 0),
    }  # fmt: skip


def test_number_of_copies_is_kept_and_their_choice_depends_on_the_seed_alone():
    way = Augmentation("up", shout, candidates=2, vacancies=0)
    drawn = {seed: {i for i in augment(DATA, [way], seed).candidates if is_augmented(i)} for seed in range(12)}
    assert {len(ids) for ids in drawn.values()} == {2} and len(set(map(frozenset, drawn.values()))) > 3
    turned = TrainingSet(dict(reversed(CANDIDATES.items())), VACANCIES, POSITIVES[::-1], REJECTS[::-1])
    assert augment(turned, [way], 3).hash == augment(DATA, [way], 3).hash
    assert set(originals(DATA, way, 3)) == {CANDIDATES[i.removeprefix("aug:up:")] for i in drawn[3]}


def test_eda_and_rejects_together_are_seeded():
    ways = [
        Augmentation("eda", lambda text, random: eda(text, random, NAMES, Rates(0.5, 0.5, 0.5, 0.2))),
        Augmentation("rows", rejects_rewritten, labels="rejects"),
    ]
    assert augment(DATA, ways, 1).hash == augment(DATA, ways, 1).hash != augment(DATA, ways, 2).hash


def test_copy_equal_to_its_original_is_left_out():
    assert augment(DATA, [Augmentation("same", lambda text, random: text)]) == DATA


def test_only_train_is_augmented_once_and_under_different_names():
    held = TrainingSet(CANDIDATES, VACANCIES, POSITIVES, split="validation")
    with pytest.raises(InputError, match="never validation"):
        augment(held, [Augmentation("up", shout)])
    with pytest.raises(InputError, match="copies already"):
        augment(augment(DATA, [Augmentation("up", shout)]), [Augmentation("other", shout)])
    with pytest.raises(InputError, match="the same name"):
        augment(DATA, [Augmentation("up", shout), Augmentation("up", shout)])
    with pytest.raises(InputError, match="a name of letters"):
        Augmentation("a:b", shout)


def test_copies_are_refused_in_validation_and_test():
    augmented = augment(DATA, [Augmentation("up", shout)])
    with pytest.raises(LeakageError, match="validation: 5 ids are augmented copies"):
        TrainingSet(augmented.candidates, VACANCIES, POSITIVES, split="validation")
    with pytest.raises(LeakageError, match="Hold out first"):
        hold_out(augmented, 0.5)
    train, held = hold_out(DATA, 0.5)
    assert any(map(is_augmented, augment(train, [Augmentation("up", shout)]).candidates))
    assert not any(map(is_augmented, (*held.candidates, *held.vacancies)))
    with pytest.raises(LeakageError, match="test: 1 ids are augmented copies \\('aug:up:c1'\\)"):
        refuse_augmented(["c1", "aug:up:c1"], "test")


@given(seeds)
def test_offline_paraphrase_keeps_the_words_but_those_that_are_names_of_terms(seed):
    text = "I write code. I test it; I ship it.\nTwo years."
    changed = other_words(text, rng(seed), NAMES)
    assert [sorted(line.split()) for line in changed.split("\n")] == [sorted(line.split()) for line in text.split("\n")]
    assert set(other_words("software developer", rng(seed), NAMES).split("\n")) <= {"software developer", "programmer"}


def test_paraphrases_come_from_a_store_and_say_who_wrote_them(client, llm_server, tmp_path):
    llm_server.model = lambda messages, fields: "```\nin other words\n```"
    for source, word in ((OfflineParaphrase(NAMES), "not an LLM"), (LlmParaphrase(client()), "llm: m")):
        with GeneratedStore.for_writing(tmp_path / f"{type(source).__name__}.jsonl", source) as store:
            fill(store, source, [*CANDIDATES.values()])
            way = Augmentation("para", rewrite_from(store), vacancies=0)
            data = augment(DATA, [way])
            assert word in store.name and store.kind == "paraphrase"
    assert {data.candidates[i] for i in data.candidates if is_augmented(i)} == {"in other words"}
    llm_server.otherwise = "nothing"
    fresh = LlmParaphrase(client(cache="new"))
    with GeneratedStore.for_writing(tmp_path / "none.jsonl", fresh) as store:
        assert fill(store, fresh, ["a text"]).failed == 1
        assert rewrite_from(store)("a text", rng()) == "a text"
