"""The guard: JobRec's shared negatives, every kind of overlap, and no alarm on clean splits."""

import numpy as np
import pytest
from scipy.stats import binom

from jobfit.errors import InputError, LeakageError
from jobfit.evaluation.leakage import check_leakage
from jobfit.evaluation.memoriser import Labelled, Memoriser, baseline, lists_of_pairs, lists_of_task
from jobfit.evaluation.splits import By, PairKey, Rule, split
from jobfit.judged import Task, Texts
from jobfit.runs import Qrels

NOTHING = Texts({}, {})


def shared_negatives(seed=0, users=60, items=100):
    """JobRec's files (reference section 1.3): positives are split, the same negatives are in train and in test."""
    generator = np.random.default_rng(seed)
    train, test = [], []
    for user in range(users):
        chosen = generator.permutation(items)
        positive, negative = chosen[:6], chosen[6:55]
        both = [Labelled(f"u{user}", f"j{j}", 0) for j in negative]
        train += [Labelled(f"u{user}", f"j{j}", 1) for j in positive[:5]] + both
        test += [Labelled(f"u{user}", f"j{positive[5]}", 1), *both]  # a list of 1 positive and 49 negatives
    return train, test


def test_shared_negatives_of_jobrec_are_caught_and_the_memoriser_gets_recall_at_1_of_one():
    train, test = shared_negatives()
    report = check_leakage(train, test, NOTHING)
    pair, *_ = report.memoriser
    assert (pair.name, pair.first, pair.first_by_chance, pair.auc) == ("pair", 1.0, pytest.approx(1 / 50), 1.0)
    assert pair.p == 1 / 10_000
    [overlap] = [o for o in report.overlaps if o.kind == "pair"]
    assert (overlap.count, overlap.of) == (60 * 49, 60 * 50)
    with pytest.raises(LeakageError, match="2940 of 3000 test pairs are in train") as refused:
        report.refuse()
    assert "'pair' is above chance" in str(refused.value)


def test_memoriser_alone_catches_shared_negatives_that_no_overlap_shows():
    """The negatives of test are the documents that training only ever rejected; no pair, query or text is shared."""
    generator = np.random.default_rng(0)
    train = [Labelled(f"q{q}", f"n{int(d)}", 0) for q in range(40) for d in generator.choice(50, 10, replace=False)]
    train += [Labelled(f"q{q}", f"p{q}", 1) for q in range(40)]
    test = [Labelled(f"t{q}", f"n{int(d)}", 0) for q in range(20) for d in generator.choice(50, 9, replace=False)]
    test += [Labelled(f"t{q}", f"x{q}", 1) for q in range(20)]
    report = check_leakage(train, test, NOTHING)
    assert report.overlaps == ()
    assert report.above_chance == ("document rate",)
    with pytest.raises(LeakageError, match="document rate"):
        report.refuse()
    report.refuse(accept=["document rate"])  # known and wanted: it stays in the report


def random_pairs(seed, queries=80, documents=300):
    """Labels that nothing predicts, eight documents a query."""
    generator = np.random.default_rng(seed)
    return [
        Labelled(f"q{q}", f"d{int(d)}", int(generator.random() < 0.3))
        for q in range(queries)
        for d in generator.choice(documents, 8, replace=False)
    ]


@pytest.mark.parametrize("by", [By.VACANCY, By.BOTH])
def test_clean_splits_of_two_hundred_seeds_give_no_more_alarms_than_the_level_allows(by):
    alarms = 0
    apart = ("query", "document") if by is By.BOTH else ("query",)
    for seed in range(200):
        pairs = random_pairs(seed, 40, 120)
        rule = Rule(by, (0.6, 0.0, 0.4), threshold=None, seed=seed)
        parts = split([PairKey(p.document_id, p.query_id) for p in pairs], rule).parts
        train, test = ([p for p, part in zip(pairs, parts) if part == name] for name in ("train", "test"))
        report = check_leakage(train, test, NOTHING, apart=apart, threshold=None, seed=seed)
        assert report.overlaps == ()
        alarms += bool(report.above_chance)
    assert alarms <= binom.ppf(0.999, 200, 0.001)  # 2: at the stated level 0.2 alarms are expected


def test_p_values_of_uninformed_tables_are_uniform():
    generator = np.random.default_rng(0)
    found = []
    for seed in range(300):
        pairs = random_pairs(seed, 10, 40)
        lists = lists_of_pairs(pairs)
        found.append(baseline("x", ((one, generator.random(8)) for one in lists), seed).p)
    for share in (0.05, 0.25, 0.5, 0.75):
        expected, spread = share * 300, 4 * (share * (1 - share) * 300) ** 0.5
        assert abs(np.sum(np.array(found) <= share) - expected) < spread


def test_p_of_one_list_is_the_exact_share_of_choices_as_good():
    """One relevant document at the top of 20 distinct scores: p = 1/20."""
    [one] = lists_of_pairs([Labelled("q", f"d{i:02}", int(i == 0)) for i in range(20)])
    p = baseline("x", iter([(one, -np.arange(20.0))])).p
    assert p == pytest.approx(1 / 20, abs=0.03)


LONG = "we look for an engineer who designs builds tests and runs data pipelines for the research team in our office"


@pytest.mark.parametrize(
    ("train_text", "test_text", "kind"),
    [
        (LONG, LONG.upper() + "!", "query text"),
        (LONG, LONG.replace("office", "lab"), "query near-duplicate"),
    ],
)
def test_texts_under_new_ids_are_found(train_text, test_text, kind):
    texts = Texts({"a": train_text, "b": test_text}, {"x": "nurse", "y": "welder"})
    report = check_leakage([Labelled("a", "x", 1)], [Labelled("b", "y", 1), Labelled("b", "z", 0)], texts)
    [overlap] = report.overlaps
    assert (overlap.kind, overlap.count, overlap.of, overlap.examples) == (kind, 1, 1, ("'b' = 'a' of train",))
    with pytest.raises(LeakageError) as refused:
        report.refuse()
    assert "engineer" not in str(refused.value).lower()  # ids, never texts


def test_a_copied_pair_under_new_ids_is_found_by_its_texts():
    texts = Texts({"a": LONG, "b": LONG + "."}, {"x": "nurse in lyon", "y": "Nurse in Lyon"})
    report = check_leakage([Labelled("a", "x", 0)], [Labelled("b", "y", 1)], texts, apart=())
    assert [(o.kind, o.count) for o in report.overlaps] == [("pair text", 1)]


def test_documents_may_come_back_unless_they_are_held_apart():
    train, test = [Labelled("a", "x", 1)], [Labelled("b", "x", 1), Labelled("b", "y", 0)]
    assert check_leakage(train, test, NOTHING).overlaps == ()
    [overlap] = check_leakage(train, test, NOTHING, apart=("query", "document")).overlaps
    assert (overlap.kind, overlap.examples) == ("document id", ("'x'",))


def test_query_rate_is_tested_over_all_pairs():
    """Queries that come back with their own rate of positives: nothing else is known, and that is enough."""
    train = [Labelled(f"q{q}", f"d{q}-{n}", int(q < 10)) for q in range(20) for n in range(5)]
    test = [Labelled(f"q{q}", f"t{q}-{n}", int(q < 10)) for q in range(20) for n in range(5)]
    report = check_leakage(train, test, NOTHING, apart=())
    assert report.above_chance == ("query rate",)


def test_random_is_always_there_and_its_list_of_one_kind_is_left_out():
    report = check_leakage([Labelled("a", "x", 1)], [Labelled("b", "y", 1), Labelled("b", "z", 0),
                                                          Labelled("c", "y", 1)], NOTHING)  # fmt: skip
    assert (report.random.name, report.random.lists) == ("random", 1)
    assert report.random.first_by_chance == 1 / 2


def test_lists_of_a_task_are_its_own_or_the_judged_or_the_pool():
    qrels = Qrels({"a": {"x": 1, "y": 0}, "b": {"x": 2}})
    assert [x.documents for x in lists_of_task(Task("t", "test", qrels), "xyz")] == [("x", "y"), ("x", "y", "z")]
    own = Task("t", "test", qrels, {"a": ("z", "x"), "b": ("x",)})
    a, b = lists_of_task(own, "xyz")
    assert (a.documents, a.relevant, a.labelled, b.documents) == (("x", "z"), {"x"}, {"x"}, ("x",))


def test_pair_table_tells_positive_unseen_and_negative_apart():
    memoriser = Memoriser([Labelled("q", "a", 1), Labelled("q", "b", 0)], {}, {})
    [one] = lists_of_pairs([Labelled("q", d, 0) for d in "abc"])
    assert memoriser.scores("pair", one).tolist() == [1, -1, 0]
    assert memoriser.scores("document rate", one).tolist() == [1.5 / 2, 0.5 / 2, 0.5]
    assert memoriser.scores("document count", one).tolist() == [1, 0, 0]


def test_empty_sides_and_unknown_names_are_refused():
    pair = [Labelled("q", "d", 1)]
    with pytest.raises(InputError, match="nothing to look up"):
        check_leakage([], pair, NOTHING)
    with pytest.raises(InputError, match="test set is empty"):
        check_leakage(pair, [], NOTHING)
    with pytest.raises(InputError, match="apart names"):
        check_leakage(pair, pair, NOTHING, apart=("texts",))
    with pytest.raises(InputError, match="no such table"):
        check_leakage(pair, pair, NOTHING).refuse(["everything"])
