"""A record is the same whatever it is drawn with: blocks, files, Parquet and single pairs agree."""

from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet

from jobfit.app.simulate import PairTruth
from jobfit.errors import InputError
from jobfit.simulation import MarketSettings, simulate, simulate_to
from jobfit.simulation.asked import ask, read_settings
from jobfit.simulation.market import Ground, Market, draw_blocks
from jobfit.simulation.page import plain
from jobfit.simulation.stream import stream_market

SETTINGS = MarketSettings(candidates=90, vacancies=12, bias=1.0, label_noise=0.1)
LOGGED = {
    "candidates": ["id", "language", "text"],
    "vacancies": ["id", "language", "text", "opened", "positions"],
    "exposures": ["candidate_id", "vacancy_id", "time"],
    "applications": ["candidate_id", "vacancy_id", "status", "time", "decided"],
}


@pytest.fixture(scope="module")
def market() -> Market:
    return simulate(SETTINGS, seed=4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("streamed") / "m"
    stream_market(folder, SETTINGS, 4, block=40, shard=50)
    return folder


def rows(folder: Path, name: str) -> list[dict[str, object]]:
    return [row for part in sorted((folder / name).glob("*.parquet")) for row in parquet.read_table(part).to_pylist()]


def test_blocks_of_any_size_hold_the_same(market: Market) -> None:
    ground = Ground(SETTINGS, 4)
    for size in (1, 37, 1000):
        blocks = list(draw_blocks(ground, size))
        assert tuple(person for block in blocks for person in block.people) == market.people
        shown = np.concatenate([block.shown.opening for block in blocks])
        assert np.array_equal(shown, market.shown.opening)
        assert np.array_equal(np.concatenate([block.shown.q for block in blocks]), market.shown.q)


def test_a_market_of_more_people_begins_with_the_same_ones() -> None:
    """But for the occupations traded, which go with the size: here all of them."""
    small, large = (Ground(MarketSettings(candidates=n, vacancies=3), 9) for n in (2000, 3000))
    assert sorted(small.world.occupations) == sorted(large.world.occupations)
    first, second = (next(draw_blocks(ground, 5)).people for ground in (small, large))
    assert first == second


def test_stream_holds_the_market_of_simulate(folder: Path, market: Market) -> None:
    assert [row["text"] for row in rows(folder, "log/candidates")] == [plain(page) for page in market.cvs.values()]
    assert [row["text"] for row in rows(folder, "log/vacancies")] == [plain(page) for page in market.vacancies.values()]
    logged = [
        (row["candidate_id"], row["vacancy_id"], row["status"], row["time"], row["decided"])
        for row in rows(folder, "log/applications")
    ]
    assert logged == [(a.candidate_id, a.vacancy_id, a.status, a.time, a.decided) for a in market.applications]
    assert {
        row["candidate_id"]: {k: v for k, v in row.items() if k != "candidate_id"} for row in rows(folder, "groups")
    } == (market.groups)
    assert [tuple(row["skills"]) for row in rows(folder, "world/candidates")] == [p.skills for p in market.people]


def test_stream_in_other_blocks_and_shards_holds_the_same(folder: Path, tmp_path: Path) -> None:
    stream_market(tmp_path, SETTINGS, 4, block=7, shard=1000)
    names = [
        *(f"log/{name}" for name in LOGGED),
        "groups",
        "world/candidates",
        "world/vacancies",
        "truth/exposed",
        "truth/pairs",
    ]
    for name in names:
        assert rows(tmp_path, name) == rows(folder, name), name
    assert len(list((folder / "log/exposures").iterdir())) > len(list((tmp_path / "log/exposures").iterdir()))


def test_stream_again_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    stream_market(tmp_path, SETTINGS, 4, block=40, shard=50)
    for path in folder.rglob("*"):
        if path.is_file():
            other = tmp_path / path.relative_to(folder)
            assert sha256(path.read_bytes()).digest() == sha256(other.read_bytes()).digest(), path.name


def test_logged_tables_hold_neither_truth_nor_groups(folder: Path) -> None:
    for name, columns in LOGGED.items():
        for part in (folder / "log" / name).glob("*.parquet"):
            assert parquet.read_schema(part).names == columns
    for name in ("world/candidates", "world/vacancies"):
        found = set(parquet.read_schema(next((folder / name).iterdir())).names)
        assert not found & {"sex", "age_band", "origin", "name", *list(PairTruth.model_fields)[2:]}


def test_truth_of_asked_pairs_equals_the_table_of_all(folder: Path, market: Market) -> None:
    table = rows(folder, "truth/pairs")
    assert len(table) == 90 * 12
    picked = [table[n] for n in (1079, 0, 500, 501)]
    asked = ask(*read_settings(folder), [(row["candidate_id"], row["vacancy_id"]) for row in picked])
    for truth, row in zip(asked, picked, strict=True):
        assert truth == pytest.approx(row, abs=0)
    q = {(p.id, o.id): q for p, line in zip(market.people, market.q.tolist()) for o, q in zip(market.openings, line)}
    assert all(row["qualification"] == q[row["candidate_id"], row["vacancy_id"]] for row in table)


def test_truth_of_exposed_pairs_follows_the_exposure_log(folder: Path) -> None:
    pairs = [(row["candidate_id"], row["vacancy_id"]) for row in rows(folder, "log/exposures")]
    assert pairs == [(row["candidate_id"], row["vacancy_id"]) for row in rows(folder, "truth/exposed")]


@pytest.mark.parametrize(
    "pair", [("c0091", "v0001"), ("c0000", "v0001"), ("c1", "v0001"), ("c0001", "v0013"), ("", "")]
)
def test_ask_for_an_unknown_id_names_it(pair: tuple[str, str]) -> None:
    with pytest.raises(InputError, match="there is no"):
        ask(SETTINGS, 4, [pair])


def test_ask_for_nothing_gives_nothing() -> None:
    assert ask(SETTINGS, 4, []) == []


def test_read_settings_of_an_unfinished_market_is_refused(tmp_path: Path) -> None:
    (tmp_path / "market.json").write_text('{"format": "jobfit-market-2", "complete": false}')
    with pytest.raises(InputError, match="no market"):
        read_settings(tmp_path)


def test_read_settings_of_files_and_stream_agree(folder: Path, tmp_path: Path) -> None:
    simulate_to(tmp_path / "m", 90, 12, 4, bias=1.0, label_noise=0.1)
    assert read_settings(tmp_path / "m") == read_settings(folder) == (SETTINGS, 4)


def test_large_market_lists_the_relevant_pairs_of_sampled_queries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobfit.simulation.stream.ALL_PAIRS", 100)
    monkeypatch.setattr("jobfit.simulation.stream.SAMPLE", 5)
    summary = stream_market(tmp_path, SETTINGS, 4, block=40)
    market = simulate(SETTINGS, 4)
    assert summary.sampled == 5 and not (tmp_path / "truth/pairs").exists()
    queries = {row["vacancy_id"] for row in rows(tmp_path, "truth/queries/vacancies")}
    assert len(queries) == 5
    relevant = {
        (person.id, opening.id)
        for person, line in zip(market.people, market.q)
        for opening, q in zip(market.openings, line)
        if q >= 0.5
    }
    found = {(row["candidate_id"], row["vacancy_id"]) for row in rows(tmp_path, "truth/candidates_for_vacancy")}
    assert found == {pair for pair in relevant if pair[1] in queries}
    asking = {row["candidate_id"] for row in rows(tmp_path, "truth/queries/candidates")}
    found = {(row["candidate_id"], row["vacancy_id"]) for row in rows(tmp_path, "truth/vacancies_for_candidate")}
    assert found == {pair for pair in relevant if pair[0] in asking}


def test_stream_to_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(InputError, match="no market"):
        stream_market(tmp_path, SETTINGS, 4)
