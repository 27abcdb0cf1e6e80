"""The use cases of an evaluation as a program calls them, with no command line between."""

import json

import pytest

from jobfit.app.evaluation import CompareRequest, EvaluateRequest, RankRequest, compare, evaluate, rank
from jobfit.app.wire import Progress
from jobfit.errors import InputError


class Notes(Progress):
    """Keeps what a use case notes."""

    def __init__(self):
        self.texts = []

    def note(self, text):
        self.texts.append(text)


@pytest.fixture
def files(tmp_path):
    """A corpus with one document without text, a query, and their judgements."""
    rows = [
        {"_id": "cook", "text": "soup and bread"},
        {"_id": "nurse", "text": "a ward"},
        {"_id": "empty", "text": " "},
    ]
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "queries.jsonl").write_text('{"_id": "q", "text": "bread"}\n')
    (tmp_path / "qrels.txt").write_text("q 0 cook 1\nq 0 nurse 0\n")
    return tmp_path


def test_a_run_is_ranked_evaluated_and_compared_by_its_requests(files):
    notes = Notes()
    made = {}
    for system in ("bm25", "random"):
        request = RankRequest(
            corpus=files / "corpus.jsonl", queries=files / "queries.jsonl", out=files / system, system=system, seed=3
        )
        made[system] = rank(request, notes)
    assert (made["bm25"].queries, made["bm25"].documents, made["bm25"].hyre) == (1, 2, "none")
    assert ["line 3" in note for note in notes.texts] == [True, True]
    qrels = files / "qrels.txt"
    result = evaluate(EvaluateRequest(run=files / "bm25", qrels=qrels, measures="RR", pool_size=2))
    assert (result.measures["RR"].mean, result.measures["RR"].chance, result.per_query) == (1.0, 0.75, None)
    same = compare(CompareRequest(run_a=files / "bm25", run_b=(files / "bm25",), qrels=qrels, measures="RR"))
    assert (same.measures["RR"].difference.mean, same.tests) == (0.0, 1)


def test_requests_that_name_no_source_or_two_are_refused(files):
    with pytest.raises(InputError, match="--run and --qrels, or a data set"):
        evaluate(EvaluateRequest(run=files / "bm25"))
    with pytest.raises(InputError, match="leave out --run"):
        evaluate(EvaluateRequest(data=files, run=files / "bm25"))
