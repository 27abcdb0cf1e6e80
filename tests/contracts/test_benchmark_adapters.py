"""MTEB and WorkRB run on jobfit models, and their numbers are ours; skipped where those packages are not installed."""

import numpy as np
import pytest

from jobfit.encoders.hashing import HashingEncoder
from jobfit.evaluation.adapters import MtebEncoder, MtebSearch, WorkRbModel, encoder_scores, ranker_scores
from jobfit.evaluation.datasets.ranking import Asked, rank_asked, rank_by_tfidf
from jobfit.evaluation.measures import evaluate
from jobfit.judged import Texts
from jobfit.retrieval.systems import rank
from jobfit.runs import Qrels

CORPUS = {
    "c1": "Registered nurse on a surgical ward, night shifts",
    "c2": "Welder, TIG and MIG, shipyard",
    "c3": "Data engineer: Python, Spark, airflow pipelines",
    "c4": "Assistant nurse in elderly care",
    "c5": "Accountant, payroll and tax",
    "c6": "Backend developer, Python and PostgreSQL",
}
QUERIES = {
    "v1": "We look for a nurse for night shifts",
    "v2": "Python developer for data pipelines",
    "v3": "Welder wanted",
}
# No relevant document ties with another: the packages break ties each in their own way.
QRELS = Qrels({"v1": {"c1": 2, "c4": 1}, "v2": {"c3": 1, "c6": 1}, "v3": {"c2": 1}})
ENCODER = HashingEncoder()


def dense(queries, corpus, k):
    return rank("dense", queries, corpus, k, encoder=lambda: ENCODER)


def ours(ranker, measures):
    run = rank_asked(Asked(Texts(QUERIES, CORPUS), tuple(QUERIES)), ranker)
    return {name: found.mean for name, found in evaluate(run, QRELS, measures).aggregate.items()}


def test_scores_of_an_encoder_are_cosines_and_an_empty_text_is_near_to_nothing():
    found = encoder_scores(ENCODER)(["nurse", ""], ["nurse", "welder", ""])
    assert found.shape == (2, 3)
    assert found[0, 0] == pytest.approx(1, abs=1e-3)
    assert not found[1].any()
    assert not found[:, 2].any()


def test_scores_of_a_ranker_order_as_the_ranker_does():
    found = ranker_scores(rank_by_tfidf)(list(QUERIES.values()), list(CORPUS.values()))
    run = rank_asked(Asked(Texts(QUERIES, CORPUS), tuple(QUERIES)), rank_by_tfidf)
    for row, query_id in enumerate(QUERIES):
        scores = dict(run.rankings[query_id].hits)
        assert np.allclose(found[row], [scores[d] for d in CORPUS])


def test_mteb_search_ranks_what_it_is_given_and_only_that():
    model = MtebSearch(rank_by_tfidf, "jobfit/tfidf")
    model.index([{"id": i, "title": "", "text": text} for i, text in CORPUS.items()])
    rows = [{"id": i, "text": text} for i, text in QUERIES.items()]
    found = model.search(rows, top_k=2)
    assert all(len(scores) == 2 for scores in found.values())
    assert max(found["v3"], key=found["v3"].get) == "c2"
    own = model.search(rows[:1], top_k=10, top_ranked={"v1": ["c2", "c5"]})
    assert set(own["v1"]) == {"c2", "c5"}


@pytest.fixture
def mteb_task():
    mteb = pytest.importorskip("mteb", reason="mteb is not installed: pip install mteb")
    datasets = pytest.importorskip("datasets")
    from mteb.abstasks.retrieval import AbsTaskRetrieval

    names = "reference date domains task_subtypes license annotations_creators dialect sample_creation bibtex_citation"
    unknown = dict.fromkeys(names.split())

    class Local(AbsTaskRetrieval):
        metadata = mteb.TaskMetadata(
            name="JobfitLocal", description="six candidates", dataset={"path": "none/none", "revision": "1"},
            type="Retrieval", category="t2t", modalities=["text"], eval_splits=["test"], eval_langs=["eng-Latn"],
            main_score="ndcg_at_10", **unknown,
        )  # fmt: skip

        def load_data(self, *args, **kwargs):
            rows = [[{"id": i, "text": t} for i, t in side.items()] for side in (CORPUS, QUERIES)]
            corpus, queries = (datasets.Dataset.from_list(side) for side in rows)
            judged = {q: dict(grades) for q, grades in QRELS.grades.items()}
            split = {"corpus": corpus, "queries": queries, "relevant_docs": judged, "top_ranked": None}
            self.dataset, self.data_loaded = {"default": {"test": split}}, True

    return mteb, Local()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["encoder", "search"])
def test_mteb_gives_the_numbers_that_we_give(mteb_task, kind):
    mteb, task = mteb_task
    from mteb.models.models_protocols import EncoderProtocol, SearchProtocol

    model = MtebEncoder(ENCODER, "jobfit/hashing") if kind == "encoder" else MtebSearch(rank_by_tfidf, "jobfit/tfidf")
    assert isinstance(model, EncoderProtocol if kind == "encoder" else SearchProtocol)
    result = mteb.evaluate(model, task, cache=None, co2_tracker=False, overwrite_strategy="always")
    scores = result.task_results[0].scores["test"][0]
    expected = ours(dense if kind == "encoder" else rank_by_tfidf, ["nDCG@5", "AP@5", "R@5"])
    for theirs, mine in (("ndcg_at_5", "nDCG@5"), ("map_at_5", "AP@5"), ("recall_at_5", "R@5")):
        assert scores[theirs] == pytest.approx(expected[mine], abs=1e-5)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["encoder", "ranker"])
def test_workrb_gives_the_numbers_that_we_give(kind, tmp_path):
    workrb = pytest.importorskip("workrb", reason="workrb is not installed: pip install workrb")
    from workrb.tasks.abstract.base import LabelType, Language
    from workrb.tasks.abstract.ranking_base import RankingDataset, RankingTask, RankingTaskGroup
    from workrb.types import ModelInputType

    documents = list(CORPUS)

    class Local(RankingTask):
        name, description = "jobfit local", "six candidates"
        supported_query_languages = supported_target_languages = [Language.EN]
        task_group, label_type = RankingTaskGroup.CANDIDATE_RANKING, LabelType.MULTI_LABEL
        query_input_type = target_input_type = ModelInputType.JOB_TITLE

        def load_dataset(self, dataset_id, split):
            positive = [[documents.index(d) for d in QRELS.grades[q]] for q in QUERIES]
            return RankingDataset(list(QUERIES.values()), positive, list(CORPUS.values()), dataset_id=dataset_id)

    scores = encoder_scores(ENCODER) if kind == "encoder" else ranker_scores(rank_by_tfidf)
    model = WorkRbModel(scores, f"jobfit-{kind}")
    task = Local(languages=["en"], split="test")
    result = workrb.evaluate(model, [task], output_folder=str(tmp_path), metrics={"jobfit local": ["map", "mrr"]})
    found = result.task_results["jobfit local"].datasetid_results["en"].metrics_dict
    expected = ours(dense if kind == "encoder" else rank_by_tfidf, ["AP", "RR"])
    assert found["map"] == pytest.approx(expected["AP"], abs=1e-5)
    assert found["mrr"] == pytest.approx(expected["RR"], abs=1e-5)
