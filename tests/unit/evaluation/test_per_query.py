from jobfit.evaluation.measures import evaluate, per_query_lines
from jobfit.runs import Qrels, Ranking, Run


def test_per_query_lines_read_back_to_the_report():
    run = Run("r", {q: Ranking.from_scores(q, ["a", "b", "c"], [3, 2, 1]) for q in ("q1", "q2", "q3")})
    report = evaluate(run, Qrels({"q1": {"a": 1}, "q2": {"c": 1}, "q3": {"a": 0}}), ["RR", "P@1"])
    rows = [line.split("\t") for line in per_query_lines(report)]
    assert rows == [
        ["RR", "q1", "1.0"], ["RR", "q2", repr(1 / 3)], ["RR", "all", repr((1 + 1 / 3) / 2)],
        ["P@1", "q1", "1.0"], ["P@1", "q2", "0.0"], ["P@1", "all", "0.5"],
    ]  # fmt: skip


def test_per_query_lines_nothing_defined_has_no_line():
    run = Run("r", {"q": Ranking.from_scores("q", ["a"], [1])})
    assert list(per_query_lines(evaluate(run, Qrels({"q": {"a": 0}}), ["RR"]))) == []
