"""Near-duplicate groups against the brute-force Jaccard similarity of every pair."""

import itertools

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.evaluation.duplicates import banding, groups, jaccard, pairs, shingles, words


def world(seed, families=60, copies=3, length=60):
    """Families of texts that differ from each other in some random words."""
    generator = np.random.default_rng(seed)
    texts = {}
    for family in range(families):
        base = [f"w{int(i)}" for i in generator.integers(0, 3000, length)]
        for copy in range(copies):
            changed = list(base)
            for place in generator.integers(0, length, generator.integers(0, 5)):
                changed[place] = f"x{int(generator.integers(0, 9999))}"
            texts[f"f{family}-{copy}"] = " ".join(changed)
    return texts


def brute_force(texts, threshold):
    """The components of the relation, by comparing all pairs and merging sets."""
    sets = {i: shingles(text) for i, text in texts.items()}
    components = [{i} for i in texts]
    for a, b in itertools.combinations(texts, 2):
        if jaccard(sets[a], sets[b]) >= threshold:
            one, two = (next(c for c in components if i in c) for i in (a, b))
            if one is not two:
                one |= two
                components.remove(two)
    return {i: min(component) for component in components for i in component}


@pytest.mark.parametrize("threshold", [0.5, 0.7, 0.8, 0.9, 1.0])
def test_groups_are_those_of_brute_force(threshold):
    for seed in (0, 1):
        texts = world(seed)
        expected = brute_force(texts, threshold)
        assert 60 <= len(set(expected.values())) < len(texts)  # some are near-duplicates, not all
        assert groups(texts, threshold) == expected


def test_groups_do_not_depend_on_the_order_of_the_texts():
    texts = world(2)
    assert groups(dict(reversed(texts.items()))) == groups(texts)


def test_a_chain_of_near_duplicates_is_one_group():
    line = [f"w{i}" for i in range(100)]
    texts = {
        str(n): " ".join(line[n * 8 : n * 8 + 40]) for n in range(4)
    }  # each shares 30 of 46 shingles with the next
    ends = jaccard(shingles(texts["0"]), shingles(texts["3"]))
    assert ends < 0.6 <= jaccard(shingles(texts["0"]), shingles(texts["1"])) == 30 / 46
    assert set(groups(texts, 0.6).values()) == {"0"}


def test_similarity_of_two_short_texts_is_worked_out_by_hand():
    a, b = "one two three four", "one two three five"  # shingles {123, 234} and {123, 235}
    assert jaccard(shingles(a), shingles(b)) == 1 / 3


def test_case_accents_punctuation_and_spaces_make_no_difference():
    assert groups({"a": "Ingénieure, R&D — Lyon", "b": "ingenieure  r d\nLYON"}) == {"a": "a", "b": "a"}


def test_chinese_texts_are_compared_by_character():
    same, other = "负责数据平台的开发与维护工作", "负责数据平台的开发与维护工作。"
    assert groups({"a": same, "b": other, "c": "销售代表负责客户开发"}) == {"a": "a", "b": "a", "c": "c"}
    assert words("数据 Python") == ["数", "据", "python"]


def test_texts_without_words_are_alone():
    assert groups({"a": "", "b": "", "c": "…"}) == {"a": "a", "b": "b", "c": "c"}


def test_a_thousand_copies_with_small_changes_are_one_group():
    base = [f"w{i}" for i in range(200)]
    texts = {f"{n:04}": " ".join([*base, f"n{n}"]) for n in range(1000)}
    assert set(groups(texts).values()) == {"0000"}


def test_reported_pairs_state_their_true_similarity():
    texts = world(3)
    found = list(pairs(texts, 0.7))
    assert found
    assert all(p.similarity == jaccard(shingles(texts[p.a]), shingles(texts[p.b])) >= 0.7 for p in found)


@pytest.mark.parametrize("threshold", [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0])
def test_banding_misses_a_pair_at_the_threshold_less_than_once_in_ten_thousand(threshold):
    rows, bands = banding(threshold)
    assert rows * bands <= 96
    assert (1 - threshold**rows) ** bands < 1e-4


@pytest.mark.parametrize("threshold", [0, -1, 1.1])
def test_threshold_out_of_range_is_refused(threshold):
    with pytest.raises(InputError, match="above 0 and at most 1"):
        groups({"a": "x"}, threshold)
