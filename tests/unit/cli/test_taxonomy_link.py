"""jobfit taxonomy link: what it prints for programs, for spreadsheets and for people."""

import csv
import io

import pytest


@pytest.fixture(autouse=True)
def home_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setenv("JOBFIT_HOME", str(tmp_path))


def link(jobfit, *arguments):
    return jobfit("taxonomy", "link", *arguments)


def test_link_gives_the_documented_keys(jobfit):
    answer = link(jobfit, "Boulangère (H/F)", "quark", "--language", "fr", "--lexical-only", "-k", "2", "--json").json
    assert set(answer) == {"taxonomy", "kind", "threshold", "links"}
    matched, unmatched = answer["links"]
    assert set(matched) == {"mention", "best", "alternatives"}
    assert set(matched["best"]) == {"id", "score", "label"}
    assert (matched["mention"], matched["best"]["id"]) == ("Boulangère (H/F)", "baker")
    assert matched["best"]["score"] >= answer["threshold"] > unmatched["alternatives"][0]["score"]
    assert unmatched["best"] is None and len(matched["alternatives"]) == 1


def test_link_csv_has_a_line_for_a_mention_without_a_match(jobfit):
    out = link(jobfit, "=cmd|x", "baker", "--lexical-only", "--csv", "-k", "1").out
    rows = list(csv.DictReader(io.StringIO(out)))
    assert rows[0] == {"mention": "'=cmd|x", "role": "no match", "id": "", "score": "", "label": ""}
    assert (rows[-1]["mention"], rows[-1]["role"], rows[-1]["id"]) == ("baker", "match", "baker")


def test_link_reads_one_mention_a_line(jobfit, tmp_path):
    path = tmp_path / "titles.txt"
    path.write_bytes("\ufeffboulanger\r\n\r\n plombier \n".encode())
    links = link(jobfit, "--file", path, "--language", "fr", "--lexical-only", "--json").json["links"]
    assert [(one["mention"], one["best"]["id"]) for one in links] == [("boulanger", "baker"), ("plombier", "plumber")]


def test_link_finds_the_skills_of_a_text_with_their_quotes(jobfit, tmp_path):
    path = tmp_path / "cv.txt"
    path.write_text("Python and C# since 2019", encoding="utf-8")
    answer = link(jobfit, "--text", path, "--json").json
    assert set(answer) == {"taxonomy", "kind", "threshold", "skills"} and answer["kind"] == "skill"
    found = answer["skills"]
    assert [(s["match"]["id"], s["evidence"]) for s in found] == [
        ("python", {"text": "Python", "start": 0, "end": 6, "source": "rules"}),
        ("c-sharp", {"text": "C#", "start": 11, "end": 13, "source": "rules"}),
    ]
    rows = list(csv.DictReader(io.StringIO(link(jobfit, "--text", path, "--csv").out)))
    assert [(row["quote"], row["start"], row["end"]) for row in rows] == [("Python", "0", "6"), ("C#", "11", "13")]
    assert "“Python”" in link(jobfit, "--text", path).out


def test_link_with_an_encoder_keeps_its_vectors(jobfit, tmp_path):
    first, again = (link(jobfit, "baker", "--model", "hashing", "--json").json for _ in range(2))
    assert first == again and first["links"][0]["best"]["id"] == "baker"
    assert (tmp_path / "cache" / "embeddings.sqlite").exists()


def test_link_tells_people_that_there_is_no_match(jobfit):
    out = link(jobfit, "quark", "--lexical-only", "--language", "en").out
    assert "quark" in out and "no match at 0." in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give one of MENTION"),
        (["baker", "--text", "x.txt"], "give one of MENTION"),
        (["baker", "--json", "--csv"], "at most one of --json and --csv"),
        (["baker", "--threshold", "2"], "between 0 and 1"),
        (["--file", "nowhere.txt"], "nowhere.txt cannot be read"),
        (["baker", "--taxonomy", "nowhere"], "there is no taxonomy"),
    ],
)
def test_link_with_impossible_arguments_says_why(jobfit, arguments, said):
    answer = link(jobfit, *arguments, "--lexical-only")
    assert answer.code == 2 and said in " ".join(answer.err.split())
