"""The numbers on metrics in the two method reviews, each recomputed from its definition.

FR: the fairness report; RP: RankPO; CF: ConFit; JobRec. The section is the one of the review where the number stands.
"""

import json
import math

import numpy as np
import pytest
from scipy.stats import binomtest

from jobfit.errors import InputError
from jobfit.evaluation.alignment import ScoredPreference, alignment, position
from jobfit.evaluation.classification import from_confusion
from jobfit.evaluation.formulas import expected
from jobfit.evaluation.grammar import parse_measure
from jobfit.evaluation.measures import Pools, evaluate
from jobfit.evaluation.pairs import ScoredPairs
from jobfit.evaluation.statistics import mean_interval
from jobfit.runs import Qrels, Ranking, Run


def one_query(ranked, elsewhere=()):
    """A run with these grades in rank order, and qrels that also hold documents that it lacks."""
    ids = [f"d{i}" for i in range(len(ranked))]
    grades = dict(zip(ids, ranked)) | {f"x{i}": grade for i, grade in enumerate(elsewhere)}
    return Run("r", {"q": Ranking.from_scores("q", ids, -np.arange(len(ids)))}), Qrels({"q": grades})


def value(name, ranked, elsewhere=()):
    return evaluate(*one_query(ranked, elsewhere), [name]).aggregate[name].mean


def hits_of(ranks, queries):
    """``queries`` queries with one relevant document each: the first have it at these ranks, the rest nowhere."""
    found = {f"q{i}": [f"n{j}" for j in range(5)] for i in range(queries)}
    for i, rank in enumerate(ranks):
        found[f"q{i}"][rank - 1] = "hit"
    rankings = {q: Ranking.from_scores(q, ids, range(5, 0, -1)) for q, ids in found.items()}
    return Run("r", rankings), Qrels({q: {"hit": 1} for q in found})


@pytest.mark.parametrize(("maximum", "golden"), [(4, 0.11068), (2, 0.39583)])
def test_fr_4_6_err_of_grades_0_2_1_depends_on_the_maximum_of_the_scale(maximum, golden):
    assert value(f"ERR(max={maximum})@10", [0, 2, 1]) == pytest.approx(golden, abs=5e-6)


def test_fr_4_6_err_with_a_maximum_below_the_grades_is_no_probability_and_refused():
    # The review's third number, 0.66667 for a maximum of 1, takes p(2) = (2^2 - 1) / 2^1 = 3/2.
    assert pytest.approx(0.66667, abs=5e-6) == 1 / 2 * 3 / 2 + 1 / 3 * (1 - 3 / 2) * 1 / 2
    with pytest.raises(InputError, match="grade 2 is above the stated maximum"):
        value("ERR(max=1)@10", [0, 2, 1])


def test_fr_4_6_err_binary_default_is_one_half_for_a_relevant_document():
    assert value("ERR@10", [1]) == 1 / 2


def test_fr_4_6_average_precision_at_2_is_a_quarter_over_all_relevant_and_a_half_over_min():
    assert value("AP@2", [1, 0], [1, 1, 1]) == 1 / 4
    assert value("AP(norm=min)@2", [1, 0], [1, 1, 1]) == 1 / min(2, 4)
    assert value("AP@2", [0, 1], [1]) == 1 / 2 * 1 / 2


@pytest.mark.parametrize("ranked", [[1, 0, 1], [0, 0, 1, 1], [0, 1]])
def test_fr_4_6_linear_and_exponential_gain_are_equal_for_binary_grades(ranked):
    assert value("nDCG@3", ranked, [1]) == pytest.approx(value("nDCG(gain=exp)@3", ranked, [1]))


def test_fr_4_6_precision_divides_by_k_and_no_relevant_document_is_counted():
    assert value("P@5", [1]) == 1 / 5
    found = evaluate(*one_query([0, 0]), ["MAP@5"]).aggregate["MAP@5"]
    assert (found.mean, found.undefined) == (None, 1)


def test_fr_4_9_1_accuracy_at_1_of_one_cannot_go_with_ndcg_at_5_of_0_2808():
    # A relevant document at rank 1 of every query: the least that nDCG@5 can be is with 5 or more relevant ones.
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, 6))
    least = value("nDCG@5", [1, 0, 0, 0, 0], [1] * 9)
    assert value("Acc@1", [1, 0, 0, 0, 0], [1] * 9) == 1.0
    assert ideal == pytest.approx(2.9485, abs=5e-5)
    assert least == pytest.approx(1 / 2.9485, abs=5e-5)
    assert least == pytest.approx(0.3392, abs=5e-5)
    assert least > 0.2808


def test_fr_4_9_1_a_percentage_is_refused_where_a_probability_is_expected():
    with pytest.raises(InputError, match="percentages"):
        ScoredPairs.of([("q", "a"), ("q", "b")], [1, 0], [28.08, 0.39]).check_probabilities()


@pytest.mark.parametrize(
    ("ranks", "queries", "accuracy", "mrr"),
    [([2, 4], 170, "0.00", "0.44"), ([1, 2], 170, "0.59", "0.88"), ([3], 162, "0.00", "0.21")],
    ids=["raw", "llm", "esco"],
)
def test_fr_4_9_2_one_or_two_hits_print_the_whole_table(ranks, queries, accuracy, mrr):
    found = evaluate(*hits_of(ranks, queries), ["Acc@1", "MRR@5"]).aggregate
    assert (f"{100 * found['Acc@1'].mean:.2f}", f"{100 * found['MRR@5'].mean:.2f}") == (accuracy, mrr)


def test_fr_4_9_2_the_printed_rate_says_169_or_170_queries():
    assert [n for n in range(1, 1000) if f"{100 / n:.2f}" == "0.59"] == [169, 170]


def test_fr_4_9_2_esco_row_is_one_query_with_three_relevant_documents_at_rank_three():
    # nDCG@5 0.14 % and MAP@5 0.07 %: with 162 queries; 1 / (3 of 3 relevant) in the first five.
    ndcg, ap = value("nDCG@5", [0, 0, 1, 0, 0], [1, 1]), value("AP@5", [0, 0, 1, 0, 0], [1, 1])
    assert (f"{100 * ndcg / 162:.2f}", f"{100 * ap / 162:.2f}") == ("0.14", "0.07")


def test_fr_4_9_2_wilson_interval_of_one_hit_in_170():
    interval = binomtest(1, 170).proportion_ci(method="wilson")
    assert (interval.low, interval.high) == (pytest.approx(0.0010, abs=5e-5), pytest.approx(0.0326, abs=5e-5))
    shown = position(1, 170)  # the same interval stands beside every share that is printed
    assert (shown.low, shown.high) == (interval.low, interval.high)


def test_fr_4_9_2_the_clear_leader_is_within_the_interval_of_the_other():
    run, qrels = hits_of([1, 2], 170)
    leader = evaluate(run, qrels, ["MRR@5"]).aggregate["MRR@5"]
    assert leader.low < (1 / 2 + 1 / 4) / 170 < leader.high


@pytest.mark.parametrize(("hits", "printed"), [(67, "31.31"), (79, "36.92")])
def test_fr_4_9_3_table_2_has_214_queries(hits, printed):
    assert f"{100 * hits / 214:.2f}" == printed
    assert f"{100 * round(hits * 170 / 214) / 170:.2f}" != printed


def prevalence(accuracy, precision, recall):
    """Solve accuracy = 1 - FP - FN with TP = recall * share, FP = TP (1 - precision) / precision."""
    return (1 - accuracy) / (recall * (1 - precision) / precision + 1 - recall)


@pytest.mark.parametrize(
    ("accuracy", "precision", "recall", "share", "always_negative"),
    [
        (0.8588, 0.2345, 0.3293, 0.081, 0.919),
        (0.8607, 0.2155, 0.2970, 0.078, 0.922),
        (0.8998, 0.1721, 0.4118, 0.039, 0.961),
    ],
    ids=["raw", "llm", "esco"],
)
def test_fr_4_9_4_prevalences_differ_and_always_negative_beats_every_model(
    accuracy, precision, recall, share, always_negative
):
    found = prevalence(accuracy, precision, recall)
    assert found == pytest.approx(share, abs=5e-4)
    cells = np.array([0, 0, found, 1 - found])
    assert from_confusion(*cells)["accuracy"] == pytest.approx(always_negative, abs=5e-4)
    assert always_negative > accuracy
    tp, fp = recall * found, recall * found * (1 - precision) / precision
    again = from_confusion(tp, fp, found - tp, 1 - found - fp)
    assert (again["accuracy"], again["precision"]) == (pytest.approx(accuracy), pytest.approx(precision))


def smallest_matrix(printed, below):
    """The first (positives, tp, fp) whose measures print like this, trying fewer than ``below`` positives."""
    accuracy, precision, recall = printed
    half = 0.00005 + 1e-9
    for positives in range(1, below):
        for tp in range(math.ceil(positives * (recall - half)), math.floor(positives * (recall + half)) + 1):
            for fp in range(math.ceil(tp / (precision + half) - tp), math.floor(tp / (precision - half) - tp) + 1):
                wrong = fp + positives - tp
                if math.ceil(wrong / (1 - accuracy + half)) <= math.floor(wrong / (1 - accuracy - half)):
                    return positives, tp, fp
    return None


def test_fr_4_9_4_no_small_confusion_matrix_prints_the_raw_row():
    assert smallest_matrix((0.8588, 0.2345, 0.3293), 334) is None


def test_fr_4_9_6_smallest_confusion_matrix_of_the_esco_row_has_51_positives():
    assert smallest_matrix((0.8998, 0.1721, 0.4118), 100) == (51, 21, 101)
    assert from_confusion(21, 101, 30, 1307 - 101)["f1"] == pytest.approx(0.2428, abs=5e-5)


def test_jobrec_1_3_random_level_of_fifty_candidates_with_one_positive():
    one = np.array([1])
    assert expected(parse_measure("R@1"), 50, one, one) == 0.02


@pytest.mark.parametrize("rank", [1, 2, 5, 6])
def test_jobrec_1_5_with_one_relevant_item_recall_is_hit_rate_and_ndcg_is_the_discount(rank):
    ranked = [0] * (rank - 1) + [1]
    assert value("R@5", ranked) == value("Acc@5", ranked) == float(rank <= 5)
    assert value("nDCG@5", ranked) == pytest.approx(1 / math.log2(1 + rank) if rank <= 5 else 0.0)


def test_rp_3_1_ideal_from_retrieved_documents_only_gives_1_where_the_truth_is_0_142():
    ranked = [1] + [0] * 99
    assert value("nDCG@20", ranked, [1] * 49) == pytest.approx(0.142, abs=5e-4)
    assert value("nDCG@20", ranked) == 1.0  # what the reference code computes: as if the other 49 did not exist


def test_rp_1_8_recall_denominators_are_told_apart_by_name():
    # 20 relevant, 5 of them in the first 10: 5/20 of all; 5/min(10, 20) of what fits. RankPO's own denominator is also
    # cut by the number of predictions: one hit alone would be perfect, and is 1/10 here.
    ranked = [1] * 5 + [0] * 5
    assert value("R@10", ranked, [1] * 15) == 5 / 20
    assert value("R(norm=min)@10", ranked, [1] * 15) == 5 / min(10, 20)
    assert value("R(norm=min)@10", [1], [1] * 19) == 1 / 10


def test_cf_2_5_recall_at_10_divides_by_all_relevant():
    assert value("R@10", [1] * 10, [1] * 2) == 10 / 12


def test_cf_2_7_recall_at_100_over_100_candidates_is_1_by_construction():
    one = np.array([1, 1, 1])
    assert expected(parse_measure("R@100"), 100, one, one) == 1.0


def test_rp_1_5_position_bias_of_the_published_labels():
    found = position(65, 100)
    assert found.p == pytest.approx(0.0035, abs=5e-5)
    assert found.always_first == pytest.approx(0.30)
    assert found.ceiling == pytest.approx(0.85)


def test_rp_1_5_a_hundred_pairs_leave_an_interval_of_0_098_each_way():
    assert 1.96 * math.sqrt(0.5 * 0.5 / 100) == pytest.approx(0.098)
    found = mean_interval([0.0, 1.0] * 50)
    assert (found.high - found.low) / 2 == pytest.approx(0.098, abs=0.006)


def test_rp_1_5_baselines_on_the_published_pairs(shared_data):
    rows = (shared_data / "rankpo-sample/annotated_pair_data-sample.jsonl").read_text(encoding="utf-8").splitlines()
    found = alignment(
        [
            ScoredPreference(
                row["query_id"], row["preferred"], -row["passage_rank1"], -row["passage_rank2"],
                len(row["passage1"]), len(row["passage2"]),
            )
            for row in map(json.loads, rows)
        ]
    )  # fmt: skip
    assert (found.accuracy.n, found.judge.first, found.judge.p) == (100, 65, pytest.approx(0.0035, abs=5e-5))
    assert found.baselines["always_a"].accuracy.mean == pytest.approx(0.65)
    assert found.baselines["longer"].accuracy.mean == pytest.approx(0.54)
    assert found.accuracy.mean == pytest.approx(0.48)
    assert found.accuracy.low < 0.5 < found.accuracy.high


def test_rp_1_4_random_level_of_the_published_training_rows(shared_data):
    rows = (shared_data / "rankpo-sample/train_data-sample.jsonl").read_text(encoding="utf-8").splitlines()
    queries = [json.loads(row) for row in rows]
    pool = {text for query in queries for text in query["positives"] + query["negatives"]}
    assert (len(queries), len(pool)) == (10, 124)
    measure, chance = parse_measure("nDCG@10"), []
    for query in queries:
        relevant = np.ones(len(set(query["positives"])), dtype=np.int64)
        chance.append(expected(measure, len(pool), relevant, relevant))
    assert np.mean(chance) == pytest.approx(0.044, abs=0.0025)


# CF 4: mean of 200 shuffles of lists of 100; MAP, nDCG, nDCG@10, R@10. Relevant documents in all over the lists.
SHUFFLES = {
    "AliYun rank-resume": (400 / 300, 0.0549, 0.2227, 0.0479, 0.0983),
    "AliYun rank-job": (1365 / 300, 0.0856, 0.3236, 0.0727, 0.1005),
    "IntelliPro rank-resume": (None, 0.0804, 0.2981, 0.0686, 0.1007),
    "IntelliPro rank-job": (None, 0.0523, 0.2137, 0.0456, 0.0987),
}


@pytest.mark.parametrize("task", SHUFFLES)
def test_cf_4_random_scorer(task):
    # Chance of R@10 is 10/100 whatever R is. Chance of AP grows with R in a straight line, so that the mean R gives it;
    # that of nDCG is concave in R: at most its value at the mean R, at least that of R = 1. 0.002: 200 shuffles err.
    mean_relevant, ap, ndcg, ndcg_10, recall = SHUFFLES[task]

    def chance(name, relevant):
        grades = np.ones(relevant, dtype=np.int64)
        return expected(parse_measure(name), 100, grades, grades)

    def at_mean(name, relevant):
        low = math.floor(relevant)
        return chance(name, low) + (relevant - low) * (chance(name, low + 1) - chance(name, low))

    slope = chance("AP", 2) - chance("AP", 1)
    assert chance("AP", 5) == pytest.approx(chance("AP", 1) + 4 * slope)
    from_ap = 1 + (ap - chance("AP", 1)) / slope
    if mean_relevant is None:
        mean_relevant = max(1.0, from_ap)
    assert from_ap == pytest.approx(mean_relevant, abs=0.06)
    assert recall == pytest.approx(chance("R@10", 3), abs=0.002)
    for name, golden in (("nDCG", ndcg), ("nDCG@10", ndcg_10)):
        assert chance(name, 1) - 0.002 <= golden <= at_mean(name, mean_relevant) + 0.003


def test_cf_3_1_positive_first_list_of_equal_scores_is_chance_and_not_near_perfect():
    # 100 listed documents, the 4 positives first, one score for all: in file order Recall@10 is 1.
    ids = [f"d{i}" for i in range(100)]
    queries = [f"q{i}" for i in range(300)]
    run = Run("dummy text", {q: Ranking.from_scores(q, ids, np.ones(100)) for q in queries})
    qrels = Qrels({q: dict.fromkeys(ids[:4], 1) for q in queries})
    found = evaluate(run, qrels, ["R@10"], pools=Pools.of_corpus(ids)).aggregate["R@10"]
    assert found.chance == pytest.approx(0.1)
    assert found.low <= 0.1 <= found.high
