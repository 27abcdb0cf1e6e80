"""Pairs, both orders, the file of votes, verdicts, and RankPO's file."""

import json
import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobfit.errors import InputError, UnknownIdError
from jobfit.evaluation.datasets.rankpo import read_rankpo
from jobfit.judged import Preference, Texts
from jobfit.llm.errors import BudgetSpentError
from jobfit.llm.meter import Budget
from jobfit.runs import Ranking, Run
from jobfit.training.annotation import (
    Agreement,
    BothOrders,
    DrawnPair,
    Vote,
    VoteLog,
    annotate,
    collect,
    decide,
    draw_pairs,
    open_questions,
    preferences_of,
    questions_of,
    report_on,
)
from jobfit.training.annotation_files import read_annotated_pairs, write_annotated_pairs
from jobfit.training.annotators import LlmAnnotator, SimulatedAnnotator
from jobfit.training.reading import from_dataset

PAIR = DrawnPair("v", "x", "y", 3, 8)

A_AT_90 = json.dumps({"comparison": "x", "preferred": "A", "confidence": 90})


def run_of(vacancies, n):
    ids = [f"c{i}" for i in range(n)]
    return Run("m", {f"v{v}": Ranking.from_scores(f"v{v}", ids, list(range(n, 0, -1))) for v in range(vacancies)})


def texts_of(vacancies=10, candidates=10):
    return Texts(
        {f"v{n}": f"vacancy {n}" for n in range(vacancies)}, {f"c{n}": f"resume {n}" for n in range(candidates)}
    )


@given(st.integers(2, 12), st.integers(2, 15), st.integers(1, 80), st.integers(0, 5))
def test_pairs_are_different_and_from_the_top_ranks_only(n, depth, per_vacancy, seed):
    drawn = draw_pairs(run_of(2, n), depth, per_vacancy, seed)
    top = min(n, depth)
    assert len(drawn) == 2 * min(per_vacancy, math.comb(top, 2))
    assert len({(p.vacancy_id, frozenset(p[1:3])) for p in drawn}) == len(drawn)
    for pair in drawn:
        assert pair.x_id != pair.y_id
        assert (pair.x_id, pair.y_id) == (f"c{pair.x_rank - 1}", f"c{pair.y_rank - 1}")
        assert min(pair.x_rank, pair.y_rank) >= 1 and max(pair.x_rank, pair.y_rank) <= top


def test_every_pair_of_ranks_and_both_orders_are_equally_likely():
    drawn = draw_pairs(run_of(3000, 5), 5)
    seen = Counter((p.x_rank, p.y_rank) for p in drawn)
    assert len(seen) == 20
    expected, spread = 3000 / 20, math.sqrt(3000 * (1 / 20) * (19 / 20))
    assert all(abs(count - expected) < 5 * spread for count in seen.values())


def test_draw_depends_on_the_seed_and_the_vacancy_alone():
    run = run_of(20, 30)
    turned = Run("m", dict(reversed(run.rankings.items())))
    assert set(draw_pairs(run)) == set(draw_pairs(turned)) != set(draw_pairs(run, seed=1))


def test_vacancy_with_one_candidate_gives_no_pair_and_bad_numbers_are_refused():
    assert draw_pairs(run_of(1, 1)) == ()
    for depth, per_vacancy in ((1, 1), (5, 0)):
        with pytest.raises(InputError):
            draw_pairs(run_of(1, 5), depth, per_vacancy)


A, B = "A", "B"


@pytest.mark.parametrize(
    ("forward", "backward", "mode", "preferred", "confidence", "agreement"),
    [
        ((A, 80), (B, 60), "drop", "x", (80 + 60) / 200, "agreed"),
        ((B, 80), (A, 60), "drop", "y", (80 + 60) / 200, "agreed"),
        ((A, 80), (A, 60), "drop", None, None, "first_twice"),
        ((B, 80), (B, 60), "drop", None, None, "second_twice"),
        ((A, 80), (B, 60), "soft", "x", (80 + 60) / 200, "agreed"),
        ((B, 80), (A, 60), "soft", "y", (80 + 60) / 200, "agreed"),
        ((A, 80), (A, 60), "soft", "x", (80 - 60) / 200, "first_twice"),
        ((A, 60), (A, 80), "soft", "y", (80 - 60) / 200, "first_twice"),
        ((B, 80), (B, 60), "soft", "y", (80 - 60) / 200, "second_twice"),
        ((B, 60), (B, 80), "soft", "x", (80 - 60) / 200, "second_twice"),
        ((A, 70), (A, 70), "soft", None, None, "first_twice"),
        ((A, 0), (B, 0), "soft", None, None, "agreed"),
        ((A, 100), (B, 100), "drop", "x", 1.0, "agreed"),
        (None, (B, 60), "soft", None, None, "unanswered"),
        ((A, 60), None, "drop", None, None, "unanswered"),
        (None, None, "soft", None, None, "unanswered"),
    ],
)
def test_both_orders_decide_as_the_truth_table_says(forward, backward, mode, preferred, confidence, agreement):
    votes = BothOrders(PAIR, *(None if vote is None else Vote(*vote) for vote in (forward, backward)))
    verdict = decide(votes, mode)
    assert (verdict.preferred, verdict.confidence, str(verdict.agreement)) == (preferred, confidence, agreement)
    expected = None if preferred is None else Preference("v", preferred, {"x": "y", "y": "x"}[preferred], confidence)
    assert verdict.preference == expected


@given(
    st.sampled_from("AB"),
    st.integers(0, 100),
    st.sampled_from("AB"),
    st.integers(0, 100),
    st.sampled_from(["drop", "soft"]),
)
def test_verdict_does_not_depend_on_which_of_the_two_is_called_x(a, sure_a, b, sure_b, mode):
    one, other = Vote(a, sure_a), Vote(b, sure_b)
    assert (
        decide(BothOrders(PAIR, one, other), mode).preference
        == decide(BothOrders(PAIR.swapped, other, one), mode).preference
    )


def test_unknown_mode_is_refused():
    with pytest.raises(InputError, match="drop or soft"):
        decide(BothOrders(PAIR, None, None), "keep")


def test_both_orders_of_a_pair_are_asked_with_their_texts():
    forward, backward = questions_of([DrawnPair("v1", "c2", "c3", 1, 2)], texts_of())
    assert (forward.a, forward.b, backward.a, backward.b) == ("resume 2", "resume 3", "resume 3", "resume 2")
    assert backward.pair == DrawnPair("v1", "c3", "c2", 2, 1) and forward.vacancy == backward.vacancy == "vacancy 1"
    assert forward.key != backward.key
    with pytest.raises(UnknownIdError, match="1 of 2 candidates have no text: 'c99'"):
        list(questions_of([DrawnPair("v1", "c2", "c99")], texts_of()))


def better(_, candidate):
    return int(candidate[1:]) / 10


def test_second_run_asks_nothing_and_changes_no_byte(tmp_path):
    pairs, texts, path = draw_pairs(run_of(10, 10)), texts_of(), tmp_path / "votes.jsonl"
    annotator = SimulatedAnnotator(better, 0.3, 0.2)
    with VoteLog(path, annotator) as log:
        assert not annotate(pairs, texts, annotator, log)
        first = collect(pairs, texts, log)
    before = path.read_bytes()
    with VoteLog(path, annotator) as log:
        assert (open_questions(pairs, texts, log), len(log)) == ([], 20)
        assert collect(pairs, texts, log) == first
    assert path.read_bytes() == before
    head, *rows = map(json.loads, before.splitlines())
    assert head["annotator"] == annotator.name and head["noise"] == 0.3 and head["seed"] == 0
    assert {row["annotator"] for row in rows} == {annotator.name}
    assert b"resume 1" not in before  # ids, ranks and answers; the texts stay where they are


def test_changed_text_is_asked_again_and_other_settings_need_another_file(tmp_path):
    pairs, path = draw_pairs(run_of(3, 10)), tmp_path / "votes.jsonl"
    annotator = SimulatedAnnotator(better)
    with VoteLog(path, annotator) as log:
        annotate(pairs, texts_of(), annotator, log)
        changed = Texts({**texts_of().queries, "v0": "another text"}, texts_of().documents)
        assert {question.pair.vacancy_id for question in open_questions(pairs, changed, log)} == {"v0"}
    with pytest.raises(InputError, match=r"noise: 0\.0 there, 0\.1 now"):
        VoteLog(path, SimulatedAnnotator(better, 0.1))


def test_run_against_a_model_that_ends_early_asks_nothing_twice(client, llm_server, tmp_path):
    llm_server.model = lambda messages, fields: A_AT_90
    pairs, texts, path = draw_pairs(run_of(6, 10)), texts_of(), tmp_path / "votes.jsonl"
    poor = LlmAnnotator(client(budget=Budget(tokens=5_000)))
    with VoteLog(path, poor) as log, pytest.raises(BudgetSpentError):
        annotate(pairs, texts, poor, log)
    assert 0 < len(llm_server.requests) < 12
    rich = LlmAnnotator(client())
    with VoteLog(path, rich) as log:
        assert not annotate(pairs, texts, rich, log)
        found = collect(pairs, texts, log)
    assert len(llm_server.requests) == 12
    report = report_on(rich.name, found, [decide(votes) for votes in found])
    assert report.agreement == {Agreement.FIRST_TWICE: 6} and report.decided == 0
    assert report.shown_first.share == 1.0 and report.order_effect.p == pytest.approx(2 * 0.5**6)
    assert report.confidence == (90.0, 0.0) and report.share_agreed == 0.0


def test_failures_are_counted_by_reason_and_asked_again(client, llm_server, tmp_path):
    llm_server.model = lambda messages, fields: A_AT_90
    pairs, texts = draw_pairs(run_of(2, 5)), texts_of()
    annotator = LlmAnnotator(client())
    with VoteLog(tmp_path / "v.jsonl", annotator) as log:
        llm_server.otherwise = "prose"
        assert annotate(pairs, texts, annotator, log) == {"no_json": 4}
        assert {both.forward for both in collect(pairs, texts, log)} == {None}
        llm_server.otherwise = "good"
        assert not annotate(pairs, texts, annotator, log)
        assert len(log) == 4


def test_report_tells_position_bias_from_noise(tmp_path):
    """Noise alone: votes differ, but the first shown wins half of those. Bias: it wins nearly all of them."""
    pairs, texts = draw_pairs(run_of(10, 10), per_vacancy=40), texts_of()
    found = {}
    for name, annotator in {
        "noise": SimulatedAnnotator(better, noise=0.3),
        "bias": SimulatedAnnotator(better, 0, 0.3),
    }.items():
        with VoteLog(tmp_path / name, annotator) as log:
            annotate(pairs, texts, annotator, log)
            collected = collect(pairs, texts, log)
        found[name] = report_on(annotator.name, collected, [decide(votes, "soft") for votes in collected])
    assert found["noise"].order_effect.p > 1e-3 and found["noise"].order_effect.n > 100
    assert found["bias"].order_effect.share == 1.0 and found["bias"].order_effect.p < 1e-6
    assert found["bias"].shown_first.always_first == pytest.approx(0.3, abs=0.1)
    assert found["bias"].soft == 0  # both votes state the same confidence, so that neither is preferred
    assert found["noise"].to_json()["agreement"].keys() == {"agreed", "first_twice", "second_twice", "unanswered"}


def test_empty_report_has_no_number_made_up():
    report = report_on("x", [], []).to_json()
    assert (report["pairs"], report["share_agreed"], report["shown_first"]["share"]) == (0, None, None)
    assert report["confidence"] == {"mean": None, "share_of_100": None}


def test_preferences_survive_rankpo_s_file(tmp_path):
    pairs, texts = draw_pairs(run_of(10, 10), per_vacancy=3), texts_of()
    annotator = SimulatedAnnotator(better, 0.1, 0.1)
    with VoteLog(tmp_path / "votes.jsonl", annotator) as log:
        annotate(pairs, texts, annotator, log)
        verdicts = [decide(votes) for votes in collect(pairs, texts, log)]
    path = tmp_path / "annotated_pair_data.jsonl"
    written = write_annotated_pairs(verdicts, texts, path, annotator.name)
    expected = list(preferences_of(verdicts))
    assert written == len(expected) > 15
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert {row["model"] for row in rows} == {annotator.name}
    assert all(row["response"].startswith("Comparison: ") and row["preferred"] in "AB" for row in rows)
    assert 0 < sum(row["preferred"] == "A" for row in rows) < len(rows)
    read = from_dataset(read_rankpo(path)).preferences
    assert [p[:3] for p in sorted(expected)] == [p[:3] for p in read]
    assert all(abs(a.confidence - b.confidence) <= 0.005 for a, b in zip(sorted(expected), read))
    again = read_annotated_pairs(path)
    assert all(both.backward is None for both in again.pairs)
    assert {both.pair for both in again.pairs} == {v.pair for v in verdicts if v.preferred}


def test_rows_in_both_orders_become_one_pair(tmp_path):
    base = {"query": "q", "passage1": "one", "passage2": "two", "query_id": "v", "passage_id1": "x", "passage_id2": "y"}
    turned = base | {"passage1": "two", "passage2": "one", "passage_id1": "y", "passage_id2": "x"}
    path = tmp_path / "annotated_pair_data-1.jsonl"
    rows = [base | {"preferred": "A", "confidence_score": 90, "comparison": "c"}, turned | {"preferred": "B"}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    [both] = read_annotated_pairs(path).pairs
    assert both == BothOrders(DrawnPair("v", "x", "y"), Vote("A", 90, "c"), Vote("B", 100, ""))
    assert decide(both).preference == Preference("v", "x", "y", (90 + 100) / 200)
    path.write_text("".join(json.dumps(base | {"preferred": side}) + "\n" for side in "AB"))
    with pytest.raises(InputError, match="twice in this order"):
        read_annotated_pairs(path)


def test_file_that_rankpo_would_not_find_is_refused(tmp_path):
    with pytest.raises(InputError, match="annotated_pair_data"):
        write_annotated_pairs([], texts_of(), tmp_path / "pairs.jsonl", "x")


def test_published_sample_is_read_and_its_position_bias_shown(shared_data):
    found = sorted(shared_data.rglob("annotated_pair_data*.jsonl"))
    if not found:
        pytest.skip(f"RankPO's sample is not in {shared_data}")
    read = read_annotated_pairs(found[0])
    assert len(read.pairs) == 100
    assert sum(both.forward.preferred == "A" for both in read.pairs) == 65
    assert {decide(both).agreement for both in read.pairs} == {Agreement.UNANSWERED}
