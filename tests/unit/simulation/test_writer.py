"""A market as a folder: byte-identical, complete, in formats that open."""

import csv
import json
from dataclasses import fields
from hashlib import sha256
from pathlib import Path

import pytest

from jobfit.app.simulate import PairTruth
from jobfit.errors import InputError
from jobfit.groups import read_groups
from jobfit.simulation import MarketSettings, simulate, simulate_to, write_market
from jobfit.simulation.truth import grades


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("market") / "m"
    simulate_to(folder, candidates=40, vacancies=8, seed=5, rendered_share=0.5)
    return folder


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def test_simulate_to_same_seed_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    simulate_to(tmp_path / "m", candidates=40, vacancies=8, seed=5, rendered_share=0.5)
    assert _digests(tmp_path / "m") == _digests(folder)


def test_simulate_to_another_seed_gives_other_texts(folder: Path, tmp_path: Path) -> None:
    simulate_to(tmp_path, candidates=40, vacancies=8, seed=6, rendered_share=0.5)
    name = "beir/candidates_for_vacancy/corpus.jsonl"
    assert _digests(tmp_path)[name] != _digests(folder)[name]


def test_manifest_names_every_other_file_with_its_digest(folder: Path) -> None:
    digests = _digests(folder)
    del digests["market.json"]
    assert json.loads((folder / "market.json").read_text())["sha256"] == digests


def test_record_files_have_the_ids_as_stems(folder: Path) -> None:
    assert sorted(path.stem for path in (folder / "cvs").iterdir()) == [f"c{n:04d}" for n in range(1, 41)]
    assert sorted(path.stem for path in (folder / "vacancies").iterdir()) == [f"v{n:04d}" for n in range(1, 9)]


def test_pdf_files_open_and_hold_accented_text(folder: Path) -> None:
    import pypdfium2

    files = sorted((folder / "cvs").glob("*.pdf"))
    assert len(files) == 8  # two fifths of half of 40
    texts = {}
    for path in files:
        document = pypdfium2.PdfDocument(path)
        texts[path.stem] = "".join(page.get_textpage().get_text_bounded() for page in document)
        document.close()
    people = simulate(MarketSettings(candidates=40, vacancies=8), seed=5).identities
    assert all(people[id_].name in text for id_, text in texts.items())
    assert any("é" in text for text in texts.values())


def test_docx_files_open_and_begin_with_the_name(folder: Path) -> None:
    from docx import Document

    people = simulate(MarketSettings(candidates=40, vacancies=8), seed=5).identities
    files = sorted((folder / "cvs").glob("*.docx"))
    assert len(files) == 8
    for path in files:
        assert Document(str(path)).paragraphs[0].text == people[path.stem].name


def test_json_resumes_and_job_postings_parse(folder: Path) -> None:
    resumes = [json.loads(path.read_text()) for path in (folder / "cvs").glob("*.json")]
    assert len(resumes) == 4
    assert all(resume["basics"]["name"] and resume["work"] and resume["skills"] for resume in resumes)
    pages = [path.read_text() for path in (folder / "vacancies").glob("*.html")]
    assert pages
    for page in pages:
        linked = page.split('<script type="application/ld+json">')[1].split("</script>")[0]
        assert json.loads(linked)["@type"] == "JobPosting"


@pytest.mark.parametrize("direction", ["candidates_for_vacancy", "vacancies_for_candidate"])
def test_qrels_are_the_grades_of_every_relevant_pair(folder: Path, direction: str) -> None:
    market = simulate(MarketSettings(candidates=40, vacancies=8), seed=5)
    expected = {
        (person.id, opening.id): int(grade)
        for person, row in zip(market.people, grades(market.q))
        for opening, grade in zip(market.openings, row)
        if grade
    }
    with (folder / "beir" / direction / "qrels" / "test.tsv").open() as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    sides = ("corpus-id", "query-id") if direction == "candidates_for_vacancy" else ("query-id", "corpus-id")
    assert {(row[sides[0]], row[sides[1]]): int(row["score"]) for row in rows} == expected


def test_groups_file_is_read_and_no_other_file_holds_its_labels(folder: Path) -> None:
    groups = read_groups(folder / "groups.csv")
    assert groups.of("c0001", "sex") in {"female", "male"}
    for path in (folder / "world").glob("*.jsonl"):
        assert "western_europe" not in path.read_text() and '"sex"' not in path.read_text()


def test_pairs_hold_qualification_and_preference_of_all(folder: Path) -> None:
    from pyarrow import parquet

    table = parquet.read_table(folder / "truth" / "pairs.parquet")
    assert table.num_rows == 40 * 8
    assert table.column_names == list(PairTruth.model_fields)
    market = simulate(MarketSettings(candidates=40, vacancies=8), seed=5)
    rows = table.to_pylist()
    assert {(row["candidate_id"], row["vacancy_id"]): row["qualification"] for row in rows} == {
        (person.id, opening.id): q
        for person, row in zip(market.people, market.q.tolist())
        for opening, q in zip(market.openings, row)
    }


def test_logged_tables_hold_what_an_employer_sees_and_no_truth(folder: Path) -> None:
    with (folder / "applications.csv").open() as file:
        applications = list(csv.DictReader(file))
    with (folder / "exposures.csv").open() as file:
        exposures = list(csv.DictReader(file))
    assert list(applications[0]) == ["candidate_id", "vacancy_id", "status", "outcome", "time", "decided"]
    assert list(exposures[0]) == ["candidate_id", "vacancy_id", "time"]
    seen = {(row["candidate_id"], row["vacancy_id"]): row["time"] for row in exposures}
    assert len(seen) == len(exposures)
    for row in applications:
        assert seen[row["candidate_id"], row["vacancy_id"]] <= row["time"]
        assert row["decided"] == "" or row["time"] <= row["decided"]


def test_card_states_every_setting_and_formula(folder: Path) -> None:
    card = (folder / "README.md").read_text()
    for field in fields(MarketSettings):
        assert f"| `{field.name}` |" in card
    for formula in ("q = (0.45 must", "p = 0.35 proximity", "exposed(v) = 1 -", "s(12 (q - 0.5) - b)", "P(o -> o')"):
        assert formula in card, formula


def test_simulate_to_a_folder_with_other_things_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(InputError, match="no market"):
        simulate_to(tmp_path, candidates=3, vacancies=1, seed=0)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_simulate_to_over_a_larger_or_unfinished_market_replaces_it(tmp_path: Path) -> None:
    simulate_to(tmp_path, candidates=9, vacancies=2, seed=0)
    (tmp_path / "market.json").write_text('{"format": "jobfit-market-2", "complete": false}')
    summary = simulate_to(tmp_path, candidates=3, vacancies=1, seed=0)
    assert len(list((tmp_path / "cvs").iterdir())) == 3
    assert summary.files == len(_digests(tmp_path))


@pytest.mark.parametrize("share", [-0.1, 1.5, float("nan")])
def test_write_market_share_out_of_range_writes_nothing(share: float, tmp_path: Path) -> None:
    market = simulate(MarketSettings(candidates=2, vacancies=1), seed=0)
    with pytest.raises(InputError, match="rendered_share"):
        write_market(market, tmp_path / "m", rendered_share=share)
    assert not (tmp_path / "m").exists()
