"""Every format gives back what it can carry, alone and after each other format; what it cannot is said."""

import itertools
from dataclasses import replace

import pytest

from jobfit.errors import InputError
from jobfit.evaluation.datasets.formats import FORMATS, detect, read_dataset, write_dataset
from jobfit.judged import (
    CANDIDATES_FOR_VACANCY,
    DOCUMENTS_FOR_QUERY,
    VACANCIES_FOR_CANDIDATE,
    Choice,
    Judged,
    Pair,
    Task,
)
from jobfit.runs import Qrels

HARD = 'Line one\nline "two", with <TEXT> & </DOC>, a tab\there, 负责数据, œuvre — ’\u2028end'
QUERIES = {"v1": "Nurse wanted", "v2": HARD, "v3": "Soudeur\nTIG\rMIG"}
CORPUS = {"c1": HARD + " <title> &amp; &lt;", "c2": "welder", "c3": "nurse; 5 years", "c4": "=SUM(A1)"}
GRADES = Qrels({"v1": {"c3": 1, "c2": 0}, "v2": {"c1": 1}, "v3": {"c2": 1}})
LISTS = {"v1": ("c1", "c2", "c3"), "v2": ("c1", "c4"), "v3": ("c2", "c3")}


def plain(name=DOCUMENTS_FOR_QUERY, split="test", **settings):
    return Judged(CORPUS, QUERIES, (Task(name, split, GRADES, **settings),), name="d")


def whole():
    """Everything that a data set can hold."""
    tasks = (
        Task(CANDIDATES_FOR_VACANCY, "test", GRADES, LISTS),
        Task(CANDIDATES_FOR_VACANCY, "validation", Qrels({"v1": {"c1": 0}, "v2": {}}), {"v1": ("c1",), "v2": ("c4",)}),
        Task(VACANCIES_FOR_CANDIDATE, "test", Qrels({"c2": {"v3": 1, "v1": 0}}), {"c2": ("v1", "v2", "v3")}, False),
    )
    pairs = {
        "train": (Pair("c4", "v1", 0), Pair("c2", "v2", 1)),
        "validation": (Pair("c1", "v3", 0),),
        "test": (Pair("c3", "v1", 1),),
    }
    choices = (Choice("v1", "c3", "c2", "A", 90, 1, 7), Choice("v2", "c4", "c1", "B"))
    return Judged(CORPUS, QUERIES, tasks, pairs, choices, "d")


WITHOUT_UNJUDGED = {
    "beir": plain(),
    "confit": replace(whole(), choices=()),
    "rankpo": replace(plain(CANDIDATES_FOR_VACANCY, "train"), choices=whole().choices),
    "parquet": whole(),
}


def there_and_back(dataset, folder, name):
    lost = write_dataset(dataset, folder, name)
    assert detect(folder) == name
    return replace(read_dataset(folder), name=dataset.name), lost


def alike(one, other):
    """Equal up to the order of tasks."""
    ordered = [replace(d, tasks=tuple(sorted(d.tasks, key=lambda t: (t.name, t.split)))) for d in (one, other)]
    return ordered[0] == ordered[1]


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_gives_back_what_it_can_carry(name, tmp_path):
    dataset = WITHOUT_UNJUDGED[name]
    back, lost = there_and_back(dataset, tmp_path / "d", name)
    assert lost == ()
    assert alike(back, dataset)


@pytest.mark.parametrize(("one", "other"), list(itertools.permutations(FORMATS, 2)))
def test_rankings_go_from_each_format_to_each_other_and_back(one, other, tmp_path):
    """Full pools and binary grades: judged pairs with their texts, which all formats carry."""
    name, split = (CANDIDATES_FOR_VACANCY, "train") if "rankpo" in (one, other) else (DOCUMENTS_FOR_QUERY, "test")
    if "confit" in (one, other) and "rankpo" in (one, other):
        split = "test"
    grades = {q: {d: g for d, g in j.items() if g} for q, j in GRADES.grades.items()}
    lists = dict.fromkeys(QUERIES, tuple(CORPUS)) if "confit" in (one, other) else None
    dataset = Judged(CORPUS, QUERIES, (Task(name, split, Qrels(grades), lists),), name="d")
    first, _ = there_and_back(dataset, tmp_path / "1", one)
    second, _ = there_and_back(first, tmp_path / "2", other)
    third, _ = there_and_back(second, tmp_path / "3", one)
    for found in (first, second, third):
        assert (found.vacancies, found.candidates) == (QUERIES, CORPUS)
        [task] = found.tasks
        assert task.qrels.grades == grades
        assert task.lists is None or all(set(listed) == set(CORPUS) for listed in task.lists.values())
        assert (task.split, task.by_vacancy) == (split, True)


def test_parquet_carries_everything_from_each_format(tmp_path):
    for name, dataset in WITHOUT_UNJUDGED.items():
        first, _ = there_and_back(dataset, tmp_path / f"{name}-1", name)
        second, lost = there_and_back(first, tmp_path / f"{name}-2", "parquet")
        assert lost == ()
        assert second == first


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("beir", {"the candidate lists of candidates_for_vacancy (test): every query ranks all", "2 preferences",
                  "task vacancies_for_candidate (test)", "2 labelled pairs of train"}),
        ("confit", {"2 preferences"}),
        ("rankpo", {"task candidates_for_vacancy (validation)", "1 labelled pairs of test",
                    "the candidate lists of candidates_for_vacancy (test)",
                    "1 grades of 0 of candidates_for_vacancy (test)"}),
    ],
)  # fmt: skip
def test_what_a_format_has_no_place_for_is_said(name, expected, tmp_path):
    lost = write_dataset(whole(), tmp_path / "d", name)
    assert expected <= set(lost)


def test_a_reversed_task_is_written_the_right_way_round(tmp_path):
    write_dataset(whole(), tmp_path / "d", "beir", VACANCIES_FOR_CANDIDATE)
    back = read_dataset(tmp_path / "d")
    assert (back.vacancies, back.candidates) == (CORPUS, QUERIES)
    assert back.tasks[0].qrels.grades == {"c2": {"v3": 1, "v1": 0}}


def test_a_grade_above_one_is_kept_or_said(tmp_path):
    dataset = replace(plain(), tasks=(Task("t", "test", Qrels({"v1": {"c1": 3}}), {"v1": ("c1", "c2")}),))
    for name in ("beir", "parquet"):
        back, _ = there_and_back(dataset, tmp_path / name, name)
        assert back.tasks[0].qrels.grades == {"v1": {"c1": 3}}
    for name in ("confit", "rankpo"):
        assert any("1 grades above 1" in line for line in write_dataset(dataset, tmp_path / name, name))


def test_writing_refuses_a_folder_with_files_and_unknown_names(tmp_path):
    (tmp_path / "old.txt").write_text("old")
    with pytest.raises(InputError, match="not empty"):
        write_dataset(plain(), tmp_path, "beir")
    with pytest.raises(InputError, match="unknown format"):
        write_dataset(plain(), tmp_path / "x", "csv")
    with pytest.raises(InputError, match="name one ranking task"):
        write_dataset(plain(), tmp_path / "y", "beir", "none")


def test_detection_says_when_nothing_or_two_formats_fit(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        detect(tmp_path / "none")
    with pytest.raises(InputError, match="none of them fits"):
        detect(tmp_path)
    for name in ("beir", "confit"):
        write_dataset(plain(CANDIDATES_FOR_VACANCY), tmp_path / name, name)
        for path in (tmp_path / name).rglob("*"):
            if path.is_file() and path.parent.name != "qrels":
                path.rename(tmp_path / path.name)
    with pytest.raises(InputError, match="beir and confit fits"):
        detect(tmp_path)


def test_a_changed_parquet_file_is_refused(tmp_path):
    write_dataset(whole(), tmp_path / "d", "parquet")
    write_dataset(plain(), tmp_path / "e", "parquet")
    (tmp_path / "e/rankings.parquet").replace(tmp_path / "d/rankings.parquet")
    with pytest.raises(InputError, match="not the file that"):
        read_dataset(tmp_path / "d")
