"""CVs, vacancies and who looked at what: read, dealt out by person, and drawn for the pairs' network."""

from __future__ import annotations

import json
from datetime import date

import pytest

from jobfit.errors import InputError
from jobfit.experiments.interactions import read_log
from jobfit.experiments.muse import Muse, MuseSettings, interaction_data
from jobfit.experiments.trial import RowCache, Trial
from jobfit.scorers.facets import FacetModel, FacetSettings, FacetTowers

TRADES = ("nurse", "cook", "welder", "driver", "baker", "teacher")
ADVERT = "wanted for a team that works by day and by night in a small town by the sea, all year round, with us"
ROWS = [
    ("c0", "v0", "2026-01-02T10:00:00+00:00"), ("c0", "v1", "2026-01-02T11:30:00+02:00"),
    ("c1", "v1", "2026-01-03"), ("c0", "v0", "2026-01-05"),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """``folder(rows, people=3, vacancies=3)``: a folder with CVs and vacancies of six trades."""

    def write(rows=ROWS, people=3, vacancies=3, columns="candidate_id,vacancy_id,time"):
        where = tmp_path / "log"
        for name in ("cvs", "vacancies"):
            (where / name).mkdir(parents=True)
        cvs = [
            {"id": f"c{n}", "basics": {"name": "Ada Lovelace"}, "work": [{"position": TRADES[n % 6], "summary": "x"}]}
            for n in range(people)
        ]
        adverts = [
            {"id": f"v{n}", "title": TRADES[n % 6], "text": f"{TRADES[n % 6]} {ADVERT}"} for n in range(vacancies)
        ]
        (where / "cvs/cvs.jsonl").write_text("\n".join(map(json.dumps, cvs)))
        (where / "vacancies/vacancies.jsonl").write_text("\n".join(map(json.dumps, adverts)))
        (where / "interactions.csv").write_text("\n".join([columns, *map(",".join, rows)]) + "\n")
        return where

    return write


def test_log_is_in_the_order_of_time_and_holds_each_pair_once_at_its_first(folder):
    log = read_log(folder())
    assert log.pairs == (("c0", "v1"), ("c0", "v0"), ("c1", "v1"))  # 11:30+02:00 is before 10:00 of UTC
    assert set(log.people) == {"c0", "c1"} and set(log.openings) == {"v0", "v1", "v2"}  # c2 did nothing
    assert log.today == date(2026, 1, 5) and "3 interactions of 2 people with 2 of 3 vacancies" in log.source
    people, openings = log.texts
    assert "Lovelace" not in people["c0"] and "nurse" in people["c0"] and "cook wanted" in openings["v1"]


def test_what_has_no_text_is_left_out_and_counted(folder):
    where = folder([*ROWS, ("c9", "v0", "2026-01-01"), ("c0", "gone", "2026-01-01")])
    with (where / "cvs/cvs.jsonl").open("a") as file:
        file.write("\n" + json.dumps({"id": "c9", "basics": {}, "work": []}))
    assert "left out, for want of a text: 1 records and 2 interactions" in read_log(where).source


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"columns": "candidate_id,vacancy_id,start"}, "column 'time' is missing"),
        ({"rows": [("c0", "v0", "yesterday")]}, "row 1: 'yesterday' is no time"),
        ({"rows": [("c7", "v0", "2026-01-01")]}, "has 1 rows, and none is of a CV"),
        ({"rows": []}, "has 0 rows, and none is of a CV"),
    ],
)
def test_log_that_makes_no_sense_is_refused(folder, made, said):
    with pytest.raises(InputError, match=said):
        read_log(folder(**made))


def test_folder_without_a_part_is_refused(folder):
    where = folder()
    (where / "interactions.csv").unlink()
    with pytest.raises(InputError, match=r"no interactions\.csv"):
        read_log(where)


def many(people=20):
    return [(f"c{n}", f"v{(n + k) % 12}", f"2026-01-{1 + k:02}") for n in range(people) for k in range(3)]


def test_people_are_held_out_with_all_theirs(folder):
    data = interaction_data(read_log(folder(many(), 20, 12)))
    (task,) = data.data.held_out.tasks
    tested, parts = set(task.qrels.grades), (data.data.train, data.data.validation)
    learnt = {pair.candidate_id for part in parts for pair in part.positives}
    assert len(tested) == 8 and not tested & learnt and not tested & data.data.train.candidates.keys()
    assert len(tested | learnt) == 20 and len(data.data.held_out.vacancies) == 12
    assert sum(map(len, task.qrels.grades.values())) == 24
    assert "8 people are held out with all theirs, 12 are learnt from" in data.source


def test_a_market_of_one_vacancy_or_of_one_person_is_refused(folder, tmp_path):
    with pytest.raises(InputError, match="needed, one to learn from and one to validate on, not 1"):
        interaction_data(read_log(folder([(f"c{n}", "v0", "2026-01-01") for n in range(5)], 5, 1)))
    (tmp_path / "log").rename(tmp_path / "before")
    with pytest.raises(InputError, match="two are needed"):
        interaction_data(read_log(folder([("c0", "v0", "2026-01-01"), ("c0", "v1", "2026-01-01")])))


def test_network_of_pairs_tells_interactions_from_others_of_tier_0(folder, tmp_path):
    data = interaction_data(read_log(folder(many(), 20, 12)))
    experiment = Muse(data, MuseSettings(backbone="hashing", depth=9))
    trial = Trial(RowCache(tmp_path / "out", {}), 1, (1,))
    width = experiment._held_out_inputs[0].shape[1] - sum(list(FacetSettings().inputs.values())[1:])
    model = FacetModel(FacetTowers(FacetSettings(text_input=width)), "")
    known = {tuple(pair) for pair in read_log(tmp_path / "log").pairs}
    for part, shown in zip((data.data.train, data.data.validation), experiment._drawn(trial, model), strict=True):
        assert [one[:2] for one in shown if one.hired] == [pair[:2] for pair in part.positives]
        others = [one[:2] for one in shown if not one.hired]
        assert len(others) == 4 * len(part.positives) and not known & set(others)
    assert experiment._drawn(trial, model) == experiment._drawn(trial, model)
