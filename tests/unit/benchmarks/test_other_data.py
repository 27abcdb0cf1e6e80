"""benchmarks/other_data.py: views of real people as CVs, vacancies and a log, without a word that no data say."""

import csv
import json

import other_data
from jobfit.experiments.interactions import read_log


def position(title, city, start, description="NA"):
    place = {"city": city, "state": "CA"}
    return {"title": title, "employer": "e1", **place, "start": start, "end": "", "description": description}


def test_views_become_a_log_with_the_place_of_the_latest_position(tmp_path):
    people = [
        {
            "id": "a1",
            "positions": [position("Cook", "Oakland", "2012-01-01"), position("Server", "San Jose", "2014-01-01")],
        },
        {"id": "a2", "positions": [position("NA", "NA", "NA")]},
    ]
    adverts = [
        {"id": f"j{n}", "title": title, "company": f"firm {n}", "city": "Oakland", "state": "CA", "industry": "NA"}
        for n, title in enumerate(("Server", "Server", "Driver"))
    ]
    raw = tmp_path / "raw"
    raw.mkdir()
    for name, rows in (("candidates", people), ("vacancies", adverts)):
        (raw / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (raw / "views.csv").write_text(
        "candidate_id,vacancy_id,start,seconds\n"
        "a1,j1,2014-11-06 11:15:51 UTC,76\na1,j2,2014-11-05 11:15:51 UTC,NA\nsomebody,j2,2014-11-05 11:15:51 UTC,NA\n"
    )
    assert other_data.write_log(raw, tmp_path / "log") == 2
    log = read_log(tmp_path / "log")
    assert log.pairs == (("a1", "j2"), ("a1", "j0"))  # j1 reads as j0 does
    assert log.people["a1"].profile.location.value == "san jose, california"
    assert log.openings["j2"].profile.location.value.startswith("oakland") and "Driver" in log.texts[1]["j2"]
    written = [path.read_text() for path in (tmp_path / "log").rglob("*") if path.is_file()]
    assert not any(word in text for text in written for word in ("NA", "firm", "e1"))
    with (tmp_path / "log/interactions.csv").open() as file:
        assert next(csv.DictReader(file)) == {
            "candidate_id": "a1",
            "vacancy_id": "j0",
            "time": "2014-11-06 11:15:51+00:00",
        }
