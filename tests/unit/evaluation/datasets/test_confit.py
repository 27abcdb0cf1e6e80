"""ConFit's files: v1 and v2 columns, Chinese headers, ids that are missing, lists that name the positives first."""

import csv
import json

import pytest

from jobfit.errors import InputError, UnknownIdError
from jobfit.evaluation.datasets.confit import read_confit
from jobfit.evaluation.datasets.ranking import rank_by_tfidf
from jobfit.evaluation.datasets.results import Settings, evaluate_dataset, guard_dataset
from jobfit.judged import CANDIDATES_FOR_VACANCY, VACANCIES_FOR_CANDIDATE
from jobfit.retrieval.systems import rank

RESUMES = [["user_id", "text_resume"], ["u1", "nurse"], ["u2", "welder"], ["u3", "cook"]]
JOBS = [["jd_no", "text_job"], ["j1", "ward"], ["j2", "shipyard"]]
RANK = {"j1": {"user_ids": ["u1", "u2", "u3"], "satisfied": [1, 0, -1]}}


def write(folder, resumes=RESUMES, jobs=JOBS, **files):
    for name, rows in (("all_resume.csv", resumes), ("all_jd.csv", jobs)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    for name, value in files.items():
        (folder / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")
    return folder


def test_minus_one_is_listed_and_not_judged(tmp_path):
    [task] = read_confit(write(tmp_path, rank_resume=RANK)).tasks
    assert (task.name, task.split, task.by_vacancy) == (CANDIDATES_FOR_VACANCY, "test", True)
    assert task.qrels.grades == {"j1": {"u1": 1, "u2": 0}}
    assert task.lists == {"j1": ("u1", "u2", "u3")}


def test_rank_job_asks_the_other_way(tmp_path):
    lists = {"u1": {"jd_nos": ["j2", "j1"], "satisfied": [0, 1]}}
    data = read_confit(write(tmp_path, valid_rank_job=lists))
    task = data.task(VACANCIES_FOR_CANDIDATE, "validation")
    assert not task.by_vacancy
    assert data.texts(task).queries["u1"] == "nurse"


def test_field_columns_become_sections_whatever_their_order(tmp_path):
    for number, order in enumerate((["user_id", "skills", "city"], ["city", "user_id", "skills"])):
        row = {"user_id": "u1", "skills": "Python", "city": ""}
        folder = tmp_path / str(number)
        folder.mkdir()
        data = read_confit(write(folder, resumes=[order, [row[name] for name in order]]))
        assert data.candidates == {"u1": "Resume Content: section skills:\nPython"}


def test_chinese_headers_get_chinese_words(tmp_path):
    resumes = [["user_id", "居住城市", "工作经验"], ["u1", "上海", "三年"]]
    jobs = [["jd_no", "工作名称", "工作描述"], ["j1", "工程师", "负责数据"]]
    data = read_confit(write(tmp_path, resumes, jobs))
    assert data.candidates["u1"] == "简历信息: section 居住城市:\n上海\n简历信息: section 工作经验:\n三年"
    assert data.vacancies["j1"] == "职位信息: section 工作名称:\n工程师\n职位信息: section 工作描述:\n负责数据"


def test_ids_missing_from_the_csv_are_counted_and_named(tmp_path):
    lists = {"j1": {"user_ids": ["u1", *(f"x{n}" for n in range(7))], "satisfied": [1] + [-1] * 7}}
    with pytest.raises(UnknownIdError, match=r"7 of 8 listed user_ids are not in the CSV: 'x0', .*'x4' and 2 more"):
        read_confit(write(tmp_path, rank_resume=lists))
    (tmp_path / "rank_resume.json").unlink()
    row = {"user_id": "u9", "jd_no": "j1", "satisfied": 1}
    (tmp_path / "train_labeled_data.jsonl").write_text(json.dumps(row))
    with pytest.raises(UnknownIdError, match="1 of 1 user_id are not in the CSV: 'u9'"):
        read_confit(tmp_path)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"user_ids": ["u1"], "satisfied": [1, 0]}, "1 user_ids but 2 'satisfied'"),
        ({"user_ids": ["u1"], "satisfied": [2]}, "one of 1, 0, -1, not '2'"),
        ({"user_ids": ["u1"], "satisfied": [True]}, "not 'True'"),
        ({"user_ids": ["u1", "u1"], "satisfied": [1, 0]}, "lists document 'u1' twice"),
        ({"user_ids": "u1", "satisfied": [1]}, "a list is expected"),
        ([], "an object with 'user_ids'"),
    ],
)
def test_lists_that_are_not_as_described_are_refused(value, message, tmp_path):
    with pytest.raises(InputError, match=message):
        read_confit(write(tmp_path, rank_resume={"j1": value}))


@pytest.mark.parametrize(
    ("resumes", "message"),
    [
        ([["user_id", "text_resume"], ["u1", "a"], ["u1", "b"]], "'u1' occurs twice"),
        ([["id", "text_resume"], ["u1", "a"]], "no column 'user_id'"),
        ([["user_id", "text_resume"], ["u1"]], "the row does not have the 2 columns"),
        ([["user_id", "text_resume"], ["", "a"]], "no 'user_id'"),
    ],
)
def test_tables_that_are_not_as_described_are_refused(resumes, message, tmp_path):
    with pytest.raises(InputError, match=message):
        read_confit(write(tmp_path, resumes=resumes))


def test_a_missing_table_is_named(tmp_path):
    write(tmp_path)
    (tmp_path / "all_jd.csv").unlink()
    with pytest.raises(InputError, match=r"exactly one file all_j\*\.csv is expected, there are 0"):
        read_confit(tmp_path)


def dummy(folder, queries=150, pool=100):
    """Files as published: every text is the same, and each list names its accepted first."""
    resumes = [["user_id", "text_resume"], *([f"u{n}", "[[dummy_text]]"] for n in range(400))]
    jobs = [["jd_no", "text_job"], *([f"j{n}", "[[dummy_text]]"] for n in range(queries))]
    lists = {
        f"j{q}": {
            "user_ids": [f"u{(7 * q + n) % 400}" for n in range(pool)],
            "satisfied": [1] * 3 + [0] * 7 + [-1] * (pool - 10),
        }
        for q in range(queries)
    }
    return write(folder, resumes, jobs, rank_resume=lists)


@pytest.mark.parametrize("system", ["bm25", "tfidf", "dense", "hybrid"])
def test_one_text_for_all_gives_chance_and_not_the_order_of_the_file(system, tmp_path):
    from jobfit.encoders.hashing import HashingEncoder

    def ranker(queries, corpus, k):
        if system == "tfidf":
            return rank_by_tfidf(queries, corpus, k)
        return rank(system, queries, corpus, k, encoder=HashingEncoder)

    found = evaluate_dataset(read_confit(dummy(tmp_path)), ranker, Settings(("R@10", "AP", "nDCG@10")))
    report = found.rankings[CANDIDATES_FOR_VACANCY]
    recall = report.aggregate["R@10"]
    assert recall.chance == pytest.approx(10 / 100)
    assert recall.tied == 1
    for name in ("R@10", "AP", "nDCG@10"):
        values = list(report.per_query[name].values())
        error = (sum((v - sum(values) / 150) ** 2 for v in values) / 149 / 150) ** 0.5
        assert abs(report.aggregate[name].mean - report.aggregate[name].chance) < 4 * error
        assert report.aggregate[name].mean < 0.3  # in file order it would be 1


def test_published_files_report_chance(shared_data):
    """Every text is a placeholder. One query with 3 of 3,000 relevant: file order would give nDCG@10 = 1."""
    folder = shared_data / "confit-v2-sample" / "recruiting_data_v2"
    data = read_confit(folder)
    assert (len(data.candidates), len(data.vacancies)) == (8648, 5348)
    assert {split: len(pairs) for split, pairs in data.pairs.items()} == {"train": 100, "validation": 100, "test": 200}
    found = evaluate_dataset(data, rank_by_tfidf, Settings(("nDCG@10", "R@10", "AP")))
    resumes, jobs = found.rankings[CANDIDATES_FOR_VACANCY], found.rankings[VACANCIES_FOR_CANDIDATE]
    assert (resumes.aggregate["AP"].pool.min, jobs.aggregate["AP"].pool.max) == (3000, 300)
    assert resumes.aggregate["R@10"].chance == pytest.approx(10 / 3000)
    assert jobs.aggregate["R@10"].chance == pytest.approx(10 / 300)
    for report in (resumes, jobs):
        assert report.aggregate["R@10"].tied == 1
        assert report.aggregate["nDCG@10"].mean < 0.2
        assert report.aggregate["AP"].mean < 0.1
    assert found.pairs.measures["roc_auc"].mean == 0.5
    assert found.pairs.measures["accuracy"].mean == 0.5  # half of the pairs are positive
    for report in guard_dataset(data, "test", 0.8).values():
        report.refuse()
