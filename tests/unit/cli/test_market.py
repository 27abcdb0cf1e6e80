"""jobfit frontier and allocate: from a table of pairs to pictures, lists and numbers."""

import csv
import json

import numpy as np
import pytest

from jobfit.ingest.formats.trec import read_run

HEADER = ("candidate_id", "vacancy_id", "applies", "accepted", "liked", "outcome")


def write(path, rows, header=HEADER):
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


@pytest.fixture
def table(tmp_path):
    """Forty people and eight vacancies; outcomes are drawn from the chances, a few cells are unknown."""
    dice = np.random.default_rng(0)
    rows = []
    for person in range(40):
        for vacancy in range(8):
            applies, accepted = dice.random(2) * [1.0, 0.9]
            rows.append(
                (
                    f"c{person}", f"v{vacancy}", f"{applies:.4f}", f"{accepted:.4f}",
                    "" if dice.random() < 0.1 else int(applies * 3),
                    int(dice.random() < accepted) if dice.random() < 0.8 else "",
                )
            )  # fmt: skip
    return write(tmp_path / "pairs.csv", rows)


def test_frontier_trades_preference_for_qualification_at_rising_prices(jobfit, table, tmp_path):
    answer = jobfit("frontier", table, "--out", tmp_path / "out", "--points", "5", "--json").json
    assert (answer["queries"], answer["left_out"]) == (40, 0)
    assert answer["outcomes"] > 200 and answer["ece"]["mean"] < 0.1
    points = answer["points"]
    assert [p["price"] for p in points] == sorted(p["price"] for p in points) and points[0]["price"] == 0
    for point in points:
        assert point["qualification"]["mean"] == pytest.approx(point["least"], abs=1e-6)
    assert points[0]["preference"]["mean"] > points[-1]["preference"]["mean"]
    assert answer["surplus"]["qualification"]["mean"] > points[0]["qualification"]["mean"]
    kept = json.loads((tmp_path / "out/frontier.json").read_text())
    assert kept == {name: value for name, value in answer.items() if name != "plot"}
    assert (tmp_path / "out/frontier.svg").read_text().startswith("<svg")
    other = jobfit("frontier", table, "--out", tmp_path / "o", "--asking", "vacancy", "--points", "2")
    assert other.code == 0 and "Queries: 8" in other.out


def read(path):
    return list(csv.reader(path.read_text().splitlines()))[1:]


def changed(table, column, value):
    rows = read(table)
    rows[0][HEADER.index(column)] = value
    return write(table, rows)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("applies", "1.2", "from 0 to 1"),
        ("accepted", "", "accepted '' is not a number"),
        ("accepted", "nan", "not a number"),
        ("liked", "0.5", "not a grade"),
        ("liked", "-1", "not a grade"),
        ("outcome", "0.5", "neither 0 nor 1"),
        ("candidate_id", " ", "an id is empty"),
        ("vacancy_id", "v1", "is there already"),
    ],
)
def test_a_table_with_a_wrong_cell_is_refused(jobfit, table, tmp_path, column, value, said):
    refused = jobfit("frontier", changed(table, column, value), "--out", tmp_path / "out")
    assert refused.code == 2
    assert said in " ".join(refused.err.split())


def test_frontier_refuses_chances_that_are_not_calibrated(jobfit, table, tmp_path):
    rows = [(*r[:3], str(1 - float(r[3])), *r[4:]) for r in read(table)]
    refused = jobfit("frontier", write(table, rows), "--out", tmp_path / "out")
    assert refused.code == 2 and "is not calibrated" in " ".join(refused.err.split())
    for cell, said in (("", "0 times 1 and 0 times 0"), ("1", "320 times 1 and 0 times 0"), ("2", "neither 0 nor 1")):
        refused = jobfit("frontier", write(table, [(*r[:5], cell) for r in rows]), "--out", tmp_path / "out")
        assert refused.code == 2 and said in " ".join(refused.err.split())


def test_frontier_of_lists_that_leave_no_choice_says_so(jobfit, table, tmp_path):
    alone = [(f"{row[0]}-{row[1]}", "v0", *row[2:]) for row in read(table)]
    refused = jobfit("frontier", write(table, alone), "--out", tmp_path / "out")
    assert refused.code == 2 and "nothing to trade preference for" in " ".join(refused.err.split())


def test_frontier_at_temperature_0_is_the_limit_of_low_ones(jobfit, table, tmp_path):
    zero, low = (
        jobfit("frontier", table, "--out", tmp_path / "o", "--points", "3", "--temperature", t, "--json").json["points"]
        for t in ("0", "1e-5")
    )
    assert zero[1]["price"] == pytest.approx(low[1]["price"], abs=1e-3) and zero[1]["price"] > 0.05
    for one, other in zip(zero, low):
        assert one["qualification"]["mean"] == pytest.approx(other["qualification"]["mean"], abs=1e-3)


def test_a_file_where_the_folder_should_be_is_one_line(jobfit, table):
    for command in ("frontier", "allocate"):
        refused = jobfit(command, table, "--out", table)
        assert refused.code == 2 and "a file is there, where a folder is needed" in " ".join(refused.err.split())


def test_frontier_keeps_exposure_of_all_attention_at_every_floor(jobfit, table, tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("trade_off: {exposure: [{vacancies: [v0], at_least: 0.3}, {vacancies: [v1, v2], at_most: 0.1}]}")
    arguments = ("frontier", table, "--out", tmp_path / "out", "--points", "4", "--policy", policy)
    answer = jobfit(*arguments, "--json").json
    free = jobfit(*arguments[:-2], "--json").json
    for point in answer["points"]:
        few, crowded = point["exposure"]
        assert (few["name"], few["least"], crowded["name"], crowded["most"]) == ("exposure 1", 0.3, "exposure 2", 0.1)
        assert few["share"] >= 0.3 - 1e-6 and crowded["share"] <= 0.1 + 1e-6
        assert few["price"] > 0 or few["share"] > 0.3 + 1e-6
        assert point["qualification"]["mean"] >= point["least"] - 1e-6
    assert answer["points"][0]["preference"]["mean"] < free["points"][0]["preference"]["mean"]
    assert answer["points"][-1]["least"] < free["points"][-1]["least"]  # there is less to reach
    assert free["points"][0]["exposure"] == [] and answer["surplus"] == free["surplus"]
    assert "exposure 1: at least 0.3 of all attention" in " ".join(jobfit(*arguments).out.split())


def test_frontier_caps_the_exposure_of_each_vacancy(jobfit, table, tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("trade_off: {exposure: [{at_most: 0.13}, {vacancies: [v1], at_least: 0.1}]}")
    arguments = ("frontier", table, "--out", tmp_path / "out", "--points", "3", "--policy", policy)
    for point in jobfit(*arguments, "--json").json["points"]:
        named, each = point["exposure"]
        assert (each["name"], each["most"], named["full"]) == ("exposure 1", 0.13, None)
        assert each["share"] <= 0.13 + 1e-6 and each["price"] > 0 and 1 <= each["full"] <= 7
        assert named["share"] >= 0.1 - 1e-6 and point["qualification"]["mean"] >= point["least"] - 1e-6
    assert "vacancies at the bound: " in " ".join(jobfit(*arguments).out.split())
    policy.write_text("trade_off: {exposure: [{at_most: 0.12}]}")
    refused = jobfit(*arguments)
    assert refused.code == 2 and "best reachable: 0.125" in " ".join(refused.err.split())


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        (
            "trade_off: {exposure: [{vacancies: [v0], at_least: 1}, {vacancies: [v1], at_least: 0.1}]}",
            (),
            "best reachable",
        ),
        ("trade_off: {exposure: [{vacancies: [v0, v9], at_least: 0.1}]}", (), "has no vacancy 'v9'"),
        (
            "trade_off: {exposure: [{vacancies: [v0], at_least: 0.1}]}",
            ("--asking", "vacancy"),
            "exposure is of vacancies",
        ),
        ("trade_off: {exposure: [{vacancies: [v0], at_least: 0.1}], location: 0.5}", (), "leave out location"),
        ("trade_off: {exposure: [{vacancies: [v0], at_least: 0.1}], temperature: 1}", (), "leave out temperature"),
        ("trade_off: {exposure: [{vacancies: [v0], at_least: 0.1}]}\nlanguages: [French]", (), "other sections"),
        ("trade_off: {location: 0.5}", (), "no exposure under trade_off"),
        ("languages: [French]", (), "no exposure under trade_off"),
    ],
)
def test_frontier_refuses_a_policy_that_a_table_of_pairs_cannot_keep(jobfit, table, tmp_path, text, more, said):
    (tmp_path / "policy.yaml").write_text(text)
    refused = jobfit("frontier", table, "--out", tmp_path / "out", "--policy", tmp_path / "policy.yaml", *more)
    assert refused.code == 2 and said in " ".join(refused.err.split())


def test_allocate_writes_both_sides_lists_and_says_what_each_method_brings(jobfit, table, tmp_path):
    positions = write(tmp_path / "positions.csv", [("v0", "3"), ("v1", "0")], ("vacancy_id", "positions"))
    given = ("allocate", table, "--out", tmp_path / "out", "-k", "3", "--positions", positions, "--cap", "0.4")
    answer = jobfit(*given, "--json").json
    assert (answer["candidates"], answer["vacancies"], answer["pairs"], answer["k"]) == (40, 8, 320, 3)
    methods = answer["methods"]
    assert set(methods) == {"naive", "product", "matching", "answered"}
    assert methods["matching"]["expected"] >= methods["naive"]["expected"]
    for one in methods.values():
        assert 0 < one["effective"] <= one["expected"] * 1.2  # of the same draws it can only be less
    for name, queries, length in (("vacancies-for-candidates", 40, 3), ("candidates-for-vacancies", 7, 3)):
        run = read_run(tmp_path / f"out/{name}.trec")
        assert len([ranking for ranking in run.rankings.values() if ranking.hits]) == queries
        assert {len(ranking.hits) for ranking in run.rankings.values()} <= {0, length}
        assert "v1" not in {i for ranking in run.rankings.values() for i in ranking.document_ids}  # no position is open
    shares = answer["capped"]
    assert shares["most_applications"] <= 0.4 + 1e-9 and 0 < shares["looking_at_none"] < 1
    applies = {(row[0], row[1]): float(row[2]) for row in read(table)}
    crowd = dict.fromkeys((f"v{n}" for n in range(8)), 0.0)
    for candidate, vacancy, share in read(tmp_path / "out/attention.csv"):
        crowd[vacancy] += float(share) * applies[candidate, vacancy]
    assert max(crowd.values()) <= 0.4 + 1e-4 and crowd["v1"] == 0
    assert jobfit(*given, "--json").json == answer
    assert "hires" in jobfit(*given).out


@pytest.mark.parametrize("option", [("--cap", "inf"), ("--beta", "inf"), ("--cap", "nan")])
def test_allocate_refuses_what_is_no_number(jobfit, table, tmp_path, option):
    refused = jobfit("allocate", table, "--out", tmp_path / "out", *option)
    assert refused.code == 2 and option[0] in refused.err


def test_a_cap_of_0_closes_every_vacancy(jobfit, table, tmp_path):
    shares = jobfit("allocate", table, "--out", tmp_path / "out", "--cap", "0", "--json").json["capped"]
    assert (shares["full"], shares["looking_at_none"], shares["most_applications"]) == (8, 1.0, 0.0)
    assert read(tmp_path / "out/attention.csv") == []


def test_allocate_leaves_out_pairs_that_are_not_given_and_stands_one_vacancy(jobfit, tmp_path):
    table = write(tmp_path / "p.csv", [("a", "v", 0.5, 0.5), ("b", "v", 0.9, 0.1)], HEADER[:4])
    answer = jobfit("allocate", table, "--out", tmp_path / "out", "--json").json
    assert answer["methods"]["matching"]["expected"] > 0 and answer["capped"] is None
    table = write(tmp_path / "p.csv", [("a", "v", 0.5, 0.5), ("b", "w", 0, 0)], HEADER[:4])
    assert jobfit("allocate", table, "--out", tmp_path / "out").code == 0
    run = read_run(tmp_path / "out/vacancies-for-candidates.trec")
    assert {query: r.document_ids for query, r in run.rankings.items()} == {"a": ("v",), "b": ("w",)}


def test_allocate_of_a_market_without_an_open_position_is_refused(jobfit, table, tmp_path):
    closed = write(tmp_path / "positions.csv", [(f"v{n}", "0") for n in range(8)], ("vacancy_id", "positions"))
    refused = jobfit("allocate", table, "--out", tmp_path / "out", "--positions", closed)
    assert refused.code == 2 and "no vacancy among the pairs has an open position" in " ".join(refused.err.split())
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("x", "1")], "'x' is not among the pairs"),
        ([("v0", "many")], "positions 'many' is not a whole number"),
        ([("v0", "1"), ("v0", "2")], "'v0' is there already"),
    ],
)
def test_allocate_refuses_positions_that_make_no_sense(jobfit, table, tmp_path, rows, said):
    positions = write(tmp_path / "positions.csv", rows, ("vacancy_id", "positions"))
    refused = jobfit("allocate", table, "--out", tmp_path / "out", "--positions", positions)
    assert refused.code == 2 and said in " ".join(refused.err.split())


def test_frontier_of_people_who_liked_nothing_is_refused(jobfit, table, tmp_path):
    nobody = [(*row[:4], 0, row[5]) for row in read(table)]
    refused = jobfit("frontier", write(table, nobody), "--out", tmp_path / "out")
    assert refused.code == 2 and "no query liked anything" in refused.err


def test_an_empty_table_is_refused(jobfit, tmp_path):
    for command in ("frontier", "allocate"):
        refused = jobfit(command, write(tmp_path / "p.csv", []), "--out", tmp_path / "out")
        assert refused.code == 2 and "no pair" in refused.err
