"""jobfit match: what it prints for programs, for spreadsheets and for people."""

import csv
import io
import math
import re
import sqlite3
import stat
from contextlib import closing
from datetime import date

import pytest

from jobfit.app.match import match_result
from jobfit.cli.match import shortlist_csv
from jobfit.cli.output import csv_text
from jobfit.encoders.loading import load_encoder
from jobfit.records import (
    Candidate,
    Evidence,
    Importance,
    Kind,
    Requirement,
    RequirementKind,
    Source,
    Vacancy,
)  # fmt: skip
from jobfit.retrieval.background import of_titles
from jobfit.shortlist import Contribution, Decision, LedgerLine, Plan, Pool, Shortlist, Status
from jobfit.store.repository import open_store

ENTRY = {"rank", "id", "title", "path", "score", "flags", "contributions", "ledger", "start"}
LINE = {
    "layer", "requirement", "importance", "status", "score", "hard", "source", "quote", "start", "end", "sentence",
    "sentence_start", "asked_source",
}  # fmt: skip
CSV_HEADER = [
    "rank", "id", "score", "requirement", "importance", "status", "quote", "start", "end", "sentence", "sentence_start",
    "layer", "score", "hard", "source", "asked_source",
]  # fmt: skip


@pytest.fixture
def ingested(app, market):
    assert app("ingest", market).code == 0
    return app


def without_path(named):
    assert named["path"].endswith(f"{named['id']}.txt")
    return {name: value for name, value in named.items() if name != "path"}


def test_fast_encodes_and_compares_titles_without_any_vector_of_a_text(app, market, home, tenant):
    assert app("ingest", market, "--no-encode").code == 0
    answer = app("match", "--vacancy", "developer", "--fast", "--json").json
    assert {entry["id"] for entry in answer["entries"][:2]} == {"python", "junior"}
    names = {part["name"] for entry in answer["entries"] for part in entry["contributions"]}
    assert "titles" in names and not names & {"dense", "title-text", "text-titles", "feedback"}
    with open_store(tenant=tenant) as store:
        kept = load_encoder("hashing").fingerprint
        assert len(store.missing_vectors(Kind.CANDIDATE, kept)) == 4
        assert not store.missing_vectors(Kind.CANDIDATE, of_titles(kept))
    whole = app("match", "--vacancy", "developer", "--json").json
    assert "dense" in {part["name"] for entry in whole["entries"] for part in entry["contributions"]}


def test_match_gives_the_documented_keys(ingested):
    answer = ingested("match", "--vacancy", "developer", "--json").json
    assert set(answer) == {
        "query", "outdated", "pool", "plan", "weights", "entries", "prices", "hyre", "hyre_texts", "reranker",
    }  # fmt: skip
    assert answer["hyre"] == "none"
    asked = {"kind": "vacancy", "id": "developer", "title": "Software developer", "flags": []}
    assert without_path(answer["query"]) == asked
    assert set(answer["pool"]) == {"considered", "eligible", "excluded"}
    assert answer["plan"] == {"kind": "exact", "exact": True, "eligible": answer["pool"]["eligible"]}
    weights = answer["weights"]
    assert set(weights) == {"compared", "language_known", "signals", "learnt", "factor", "queries"}
    assert "dense" in {signal["name"] for signal in weights["signals"]}
    assert all(signal["weight"] > 0 and signal["compares"] for signal in weights["signals"])
    for entry in answer["entries"]:
        assert set(entry) == ENTRY
        assert all(set(part) == {"name", "value"} for part in entry["contributions"])
        assert all(set(line) == LINE for line in entry["ledger"])


def test_match_leaves_nobody_out_and_says_what_is_missing(ingested):
    answer = ingested("match", "--vacancy", "developer", "--json").json
    assert (answer["pool"]["considered"], answer["pool"]["excluded"]) == (4, [])
    assert [entry["rank"] for entry in answer["entries"]] == [1, 2, 3, 4]
    assert answer["entries"][0]["id"] == "python"
    [junior] = [entry for entry in answer["entries"] if entry["id"] == "junior"]
    missing = [line for line in junior["ledger"] if line["status"] == "missing"]
    assert [line["requirement"] for line in missing] == ["3 years of experience in software developer"]


def test_contributions_sum_to_the_score_and_scores_fall(ingested):
    entries = ingested("match", "--vacancy", "developer", "--json").json["entries"]
    for entry in entries:
        assert math.fsum(part["value"] for part in entry["contributions"]) == entry["score"]
    assert [entry["score"] for entry in entries] == sorted((entry["score"] for entry in entries), reverse=True)


def test_quotes_stand_where_the_ledger_says(ingested, home, tenant):
    entries = ingested("match", "--vacancy", "developer", "--json").json["entries"]
    quoted = 0
    with open_store(home=home, tenant=tenant) as store:
        for entry in entries:
            text = store.get(Kind.CANDIDATE, entry["id"]).text
            for line in entry["ledger"]:
                if line["quote"] is None:
                    assert line["status"] == "unknown"
                    assert [line[name] for name in ("start", "end", "sentence", "sentence_start")] == [None] * 4
                else:
                    assert text[line["start"] : line["end"]] == line["quote"]
                    assert text[line["sentence_start"] :].startswith(line["sentence"])
                    assert line["quote"] in line["sentence"]
                    quoted += 1
    assert quoted >= 2


def test_match_for_a_candidate_ranks_vacancies(ingested):
    answer = ingested("match", "--candidate", "nurse", "--json").json
    asked = {"kind": "candidate", "id": "nurse", "title": "Registered nurse", "flags": []}
    assert without_path(answer["query"]) == asked
    assert answer["entries"][0]["id"] == "nurse"
    assert answer["pool"]["considered"] == 2


def test_match_for_a_file_answers_as_for_the_record_and_stores_nothing(ingested, market, tmp_path):
    copy = tmp_path / "advert.txt"
    copy.write_text((market / "vacancies/developer.txt").read_text())
    by_file = ingested("match", "--vacancy", copy, "--json").json
    by_id = ingested("match", "--vacancy", "developer", "--json").json
    assert by_file["query"]["id"] == "advert"
    assert [(e["id"], e["score"]) for e in by_file["entries"]] == [(e["id"], e["score"]) for e in by_id["entries"]]
    assert len(ingested("list", "vacancy", "--json").json["records"]) == 2


@pytest.mark.parametrize("flag", ["-k", "--k"])
def test_k_cuts_the_list_and_not_the_pool(ingested, flag):
    answer = ingested("match", "--vacancy", "developer", flag, 1, "--json").json
    assert [entry["id"] for entry in answer["entries"]] == ["python"]
    assert answer["pool"]["eligible"] == 4


def test_k_larger_than_the_corpus_gives_everybody(ingested):
    answer = ingested("match", "--vacancy", "developer", "-k", 5000, "--json").json
    assert len(answer["entries"]) == answer["pool"]["eligible"] == 4


def test_k_of_zero_is_a_usage_error(ingested):
    ran = ingested("match", "--vacancy", "nurse", "-k", 0, "--json")
    assert (ran.code, ran.json["error"]["type"]) == (2, "UsageError")


def test_unknown_id_says_what_was_looked_for(ingested):
    ran = ingested("match", "--vacancy", "nobody", "--json")
    assert (ran.code, ran.json["error"]["type"]) == (2, "UnknownIdError")
    assert "'nobody'" in ran.json["error"]["message"]
    assert "jobfit list vacancy" in ran.err


@pytest.mark.parametrize(
    "arguments", [[], ["--vacancy", "nurse", "--candidate", "nurse"], ["--vacancy", "nurse", "--json", "--csv"]]
)
def test_match_needs_one_side_and_one_format(ingested, arguments):
    assert ingested("match", *arguments).code == 2


def test_policy_changes_the_result_as_it_says(ingested, tmp_path):
    (tmp_path / "policy.yaml").write_text(
        "replace: true\nmust_have: [PostgreSQL]\nexclude:\n  languages: [{language: English, level: B2}]\n"
    )
    answer = ingested("match", "--vacancy", "developer", "--policy", tmp_path / "policy.yaml", "--json").json
    first = answer["entries"][0]
    assert {line["requirement"] for line in first["ledger"]} >= {"PostgreSQL"}
    assert first["id"] == "python"
    [out] = answer["pool"]["excluded"]
    assert (out["id"], [reason["code"] for reason in out["reasons"]]) == ("junior", ["missing:language"])


def test_similarity_alone_counts_where_the_policy_says_so(ingested, tmp_path):
    (tmp_path / "policy.yaml").write_text("weights: {similarity: 1, requirements: 0}\n")
    answer = ingested("match", "--vacancy", "developer", "--policy", tmp_path / "policy.yaml", "--json").json
    for entry in answer["entries"]:
        parts = [part["value"] for part in entry["contributions"] if not part["name"].startswith("requirement:")]
        assert sum(parts) == pytest.approx(entry["score"])


def test_csv_says_what_json_says(ingested):
    header, *rows = csv.reader(io.StringIO(ingested("match", "--vacancy", "developer", "--csv").out))
    entries = ingested("match", "--vacancy", "developer", "--json").json["entries"]
    assert header == CSV_HEADER
    expected = [
        (entry["rank"], entry["id"], entry["score"], line["requirement"], line["status"], line["quote"])
        for entry in entries
        for line in entry["ledger"]
    ]
    assert [(int(r[0]), r[1], float(r[2]), r[3], r[5], r[6] or None) for r in rows] == expected


@pytest.mark.parametrize("cell", ["=1+2", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\n=1", "＝1"])
def test_csv_cell_that_a_spreadsheet_would_run_is_inert(cell):
    [[_], [read]] = csv.reader(io.StringIO(csv_text(["quote"], [[cell]])))
    assert read == f"'{cell}"


def test_csv_keeps_commas_quotes_lines_and_numbers():
    rows = [["a, b", 'say "so"', "two\nlines", -1.5, None]]
    assert list(csv.reader(io.StringIO(csv_text(list("abcde"), rows))))[1] == [
        "a, b", 'say "so"', "two\nlines", "-1.5", "",
    ]  # fmt: skip


def test_csv_of_a_hostile_quote_is_inert():
    asked = Requirement("skill:x", RequirementKind.SKILL, "=cmd()", "x", Importance.MUST)
    line = LedgerLine(asked, Status.MET, Evidence("@SUM(A1)", 0, 8))
    entry = Decision("-2+3", 1, 0.5, (Contribution("dense", 0.5),), (line,))
    shortlist = Shortlist("q", Pool(("-2+3",)), Plan("exact", True, 1), (entry,))
    query, other = (of("q", "text", None, Source("p", "s", "")) for of in (Vacancy, Candidate))
    text = shortlist_csv(match_result(query, shortlist, {"-2+3": other}, date(2026, 1, 1)))
    _, row = csv.reader(io.StringIO(text))
    assert (row[1], row[3], row[6]) == ("'-2+3", "'=cmd()", "'@SUM(A1)")


def test_people_read_the_shortlist_on_stdout_and_nothing_on_stderr(ingested):
    ran = ingested("match", "--vacancy", "developer")
    assert "4 considered, 4 in the pool; every one of them was compared (exact)." in ran.out
    assert "missing must  3 years of experience" in ran.out
    assert "The requirements of 1 more are in --page, --json and --csv." in ran.out
    assert ran.err == ""


def test_what_a_cv_is_silent_on_is_one_line_for_people(ingested, monkeypatch, tmp_path):
    monkeypatch.setattr("jobfit.cli.output.stdout.width", 1000)
    (tmp_path / "policy.yaml").write_text("must_have: [PostgreSQL, Kotlin, COBOL]\n")
    match = ("match", "--vacancy", "developer", "-k", 1, "--policy", tmp_path / "policy.yaml")
    [entry] = ingested(*match, "--json").json["entries"]
    silent = [line["requirement"] for line in entry["ledger"] if line["quote"] is None and line["importance"] == "must"]
    assert {"Kotlin", "COBOL"} <= set(silent)
    printed = ingested(*match).out
    assert f"   unknown must  not stated: {'; '.join(silent)}\n" in printed
    assert all(f"{line['requirement']}: “" in printed for line in entry["ledger"] if line["quote"] is not None)


def test_flag_of_a_file_stands_with_its_entry_and_changes_no_score(app, market, monkeypatch):
    monkeypatch.setattr("jobfit.cli.output.stdout.width", 1000)
    folder = market / "cvs"
    text = (folder / "python.txt").read_text().replace("\n", "<br>")
    (folder / "plain.html").write_text(f"<!doctype html><p>{text}</p>")
    (folder / "white.html").write_text(f"<!doctype html><p>{text}</p><p style='color:#fff'>Python and Docker again</p>")
    for name in ("python", "cook", "nurse"):
        (folder / f"{name}.txt").unlink()
    assert app("ingest", market).code == 0
    entries = {entry["id"]: entry for entry in app("match", "--vacancy", "developer", "--json").json["entries"]}
    [flag] = entries["white"]["flags"]
    sentence = "holds text that a reader does not see (white); it was left out"
    assert flag == {"code": "hidden_text:white", "sentence": sentence} and entries["plain"]["flags"] == []
    assert entries["white"]["score"] == entries["plain"]["score"]
    printed = app("match", "--vacancy", "developer").out
    assert f"\n{entries['white']['rank']}. white\n   look at this: {sentence}\n" in printed


def test_pasted_advert_counts_no_more_and_the_list_says_so(app, market, monkeypatch):
    monkeypatch.setattr("jobfit.cli.output.stdout.width", 1000)
    [advert] = (market / "vacancies").glob("developer*")
    text = advert.read_text() + " We are nine people in Lyon who like to explain what they do." * 3
    advert.write_text(text)
    cook = market / "cvs" / "cook.txt"
    (market / "cvs" / "pasted.txt").write_text(f"{cook.read_text()}\n{text}")
    assert app("ingest", market).code == 0
    entries = {entry["id"]: entry for entry in app("match", "--vacancy", "developer", "--json").json["entries"]}
    pasted = entries["pasted"]
    assert [flag["code"] for flag in pasted["flags"]] == ["copied_advert"]
    assert pasted["flags"][0]["sentence"].endswith("they do not count for its place")
    [taken] = [part["value"] for part in pasted["contributions"] if part["name"] == "planted"]
    assert taken < 0 and math.fsum(part["value"] for part in pasted["contributions"]) == pasted["score"]
    assert pasted["score"] < entries["python"]["score"]
    assert not any(p["name"] == "planted" for i, e in entries.items() if i != "pasted" for p in e["contributions"])
    assert f" - {-taken:.3f} planted" in app("match", "--vacancy", "developer").out


def test_empty_pool_explains_itself(app, market, tmp_path):
    (tmp_path / "policy.yaml").write_text("exclude: {languages: [{language: de, level: C2}]}")
    text = (market / "cvs/nurse.txt").read_text()
    (tmp_path / "beginner.txt").write_text(f"{text}\nLanguages\nGerman: A1\n")
    assert app("ingest", tmp_path / "beginner.txt", market / "vacancies").code == 0
    ran = app("match", "--vacancy", "nurse", "--policy", tmp_path / "policy.yaml")
    assert "Nobody is in the pool" in ran.out
    assert "not in the pool: beginner: asks for German, C2 or above" in ran.out


def test_what_must_not_be_read_is_in_no_index(ingested, home, tenant):
    with open_store(home=home, tenant=tenant) as store:
        ranking = (
            store.corpus(Kind.CANDIDATE, "hashing-1-1024")
            .texts()
            .words.rank("q", ["ana", "sample"], ("cook", "nurse"), 5)
        )
    assert ranking.hits == ()
    with closing(sqlite3.connect(home / "cache" / "embeddings.sqlite")) as cache:
        kept = "\n".join(map(repr, cache.iterdump()))
    assert not re.search("Ana Sample|ana@example.org", kept)


def test_hyre_is_read_by_the_encoder_alone(ingested, home, tenant, tmp_path):
    """Both directions: another similarity, the same words, ledger and pool; the text itself is nowhere to be seen."""
    store = tmp_path / "h.jsonl"
    made = ingested("hyre", "--stored", "--tenant", tenant, "--offline", "--out", store, "--json")
    assert (made.code, made.json["written"]) == (0, 2)
    for asked in (("--vacancy", "developer"), ("--candidate", "python")):
        plain = ingested("match", *asked, "--json").json
        ran = ingested("match", *asked, "--hyre", store, "--json")
        read = ran.json
        assert (plain["hyre"], read["hyre"]) == ("none", "template (offline counterpart, not an LLM)")
        assert read["pool"] == plain["pool"] and "An Example Resume" not in ran.out
        entries = {entry["id"]: entry for entry in plain["entries"]}
        assert set(entries) == {entry["id"] for entry in read["entries"]}
        assert all(entry["ledger"] == entries[entry["id"]]["ledger"] for entry in read["entries"])
        assert ratios(read, "lexical", "dense") != ratios(plain, "lexical", "dense")
        assert ingested("match", *asked, "--json").json == plain  # neither way leaves a vector to the other


def ratios(answer, above, below):
    """One part of the similarity by another: the scale of a query's scores drops out."""
    parts = ({part["name"]: part["value"] for part in entry["contributions"]} for entry in answer["entries"])
    return [one[above] / one[below] for one in parts if one[below]]


def test_hyre_without_a_text_for_the_vacancy_is_refused_by_name(ingested, tenant, market, tmp_path):
    store = tmp_path / "h.jsonl"
    ingested("hyre", "--stored", "--tenant", tenant, "--offline", "--out", store)
    text = (market / "vacancies/nurse.txt").read_text().replace("ward", "kitchen").replace("nurse", "cook")
    (market / "vacancies/chef.txt").write_text(text)
    assert ingested("ingest", market / "vacancies").code == 0
    refused = ingested("match", "--vacancy", "chef", "--hyre", store)
    assert (refused.code, "1 of 1 texts have no hypothetical resume in the store: 'chef'" in refused.err) == (2, True)
    refused = ingested("match", "--candidate", "cook", "--hyre", store)
    assert (refused.code, "'vacancy chef'" in refused.err) == (2, True)


def test_match_keeps_a_share_of_the_requirements_and_says_its_price(ingested, tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("trade_off: {requirements: 0.6, temperature: 1}")
    answer = ingested("match", "--vacancy", "developer", "--policy", policy, "--json").json
    [price] = answer["prices"]
    assert price["name"] == "requirements" and price["price"] > 0
    assert price["expected"] == pytest.approx(0.6) and price["without"] < 0.6
    for entry in answer["entries"]:
        assert entry["contributions"][-1]["name"] == "trade_off:requirements"
        assert math.fsum(part["value"] for part in entry["contributions"]) == entry["score"]
    shown = " ".join(ingested("match", "--vacancy", "developer", "--policy", policy).out.split())
    assert "its price" in shown and "0.600 expected" in shown


@pytest.fixture
def offers(app, market):
    """Three offers, one in each of two towns that state a pay, and one that says neither; a cook in Lyon."""
    for name, place, pay in (("near", "Villeurbanne", "32,000"), ("far", "Paris", "60,000"), ("silent", "", "")):
        stated = f"Location: {place}, France\nSalary: {pay} EUR a year\n" if place else ""
        text = f"Cook\n{stated}\nWe look for a cook who likes to work in our kitchen with ten others.\n"
        (market / f"vacancies/{name}.txt").write_text(text + "\nRequirements\n- 2 years of experience as a cook\n")
    for name in ("developer", "nurse"):
        (market / f"vacancies/{name}.txt").unlink()
    (market / "cvs/lyon.txt").write_text(
        "Ann Lee\nCook\nLyon, France\n\nWork experience\nCook, 2015 - 2022\nCooked for the guests of a hotel every "
        "day, ordered what the kitchen needed and taught two others.\n"
    )
    assert app("ingest", market).code == 0
    return app


def test_match_keeps_pay_and_distance_over_what_is_stated_and_says_their_prices(offers, tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("trade_off: {pay: {at_least: 50000, currency: EUR}, distance: {at_most: 300}, temperature: 1}")
    arguments = ("match", "--candidate", "lyon", "--policy", policy)
    answer = offers(*arguments, "--json").json
    pay, distance = answer["prices"]
    assert (pay["least"], pay["most"], pay["unit"]) == (50_000, None, "EUR a year")
    assert (distance["least"], distance["most"], distance["unit"]) == (None, 300, "km")
    assert pay["expected"] == pytest.approx(50_000) and pay["without"] < 50_000 and pay["price"] > 0
    assert distance["expected"] <= 300 and 0 < pay["known"] == distance["known"] < 1
    added = {e["id"]: {p["name"]: p["value"] for p in e["contributions"]} for e in answer["entries"]}
    assert set(added) == {"near", "far", "silent"} and added["silent"]["trade_off:pay"] == 0
    assert added["near"]["trade_off:pay"] == pytest.approx(-18_000 * pay["price"])
    printed = " ".join(offers(*arguments).out.split())
    assert "pay: 50,000.0 EUR a year expected over the" in printed and "at most 300 asked" in printed
    policy.write_text("trade_off: {pay: {at_least: 70000, currency: EUR}}")
    refused = offers(*arguments)
    assert (refused.code, "of those that state it: 60000" in " ".join(refused.err.split())) == (2, True)


def test_match_keeps_a_share_of_the_attention_for_named_vacancies(offers, tmp_path):
    policy = tmp_path / "policy.yaml"
    arguments = ("match", "--candidate", "lyon", "--policy", policy)
    policy.write_text("trade_off: {exposure: [{vacancies: [far], at_least: 0.5}], temperature: 0.2}")
    answer = offers(*arguments, "--json").json
    [price] = answer["prices"]
    assert (price["name"], price["least"], price["unit"]) == ("exposure", 0.5, "")
    assert price["expected"] == pytest.approx(0.5) and price["without"] < 0.5 and price["price"] > 0
    added = {e["id"]: e["contributions"][-1] for e in answer["entries"]}
    assert {i: part["value"] for i, part in added.items()} == {"far": price["price"], "near": 0, "silent": 0}
    assert "exposure: 0.500 expected, at least 0.5 asked" in " ".join(offers(*arguments).out.split())
    policy.write_text("trade_off: {exposure: [{vacancies: [far, fra], at_least: 0.5}]}")
    refused = offers(*arguments)
    assert (refused.code, "no vacancy in the store has the id 'fra'" in " ".join(refused.err.split())) == (2, True)


def test_match_holds_the_notice_against_the_start_beside_the_score(offers, market, tmp_path):
    plain = offers("match", "--candidate", "lyon", "--today", "2026-01-01", "--json").json
    assert [entry["start"] for entry in plain["entries"]] == [None, None, None]
    for path, line in (("cvs/lyon", "Notice period: 3 months"), ("vacancies/near", "Start date: 1 February 2026"),
                       ("vacancies/far", "Start date: June 2026")):  # fmt: skip
        file = market / f"{path}.txt"
        head, _, rest = file.read_text().partition("\n")
        file.write_text(f"{head}\n{line}\n{rest}")
    assert offers("ingest", market).code == 0
    arguments = ("match", "--candidate", "lyon", "--today", "2026-01-01")
    answer = offers(*arguments, "--json").json
    found = {entry["id"]: entry["start"] for entry in answer["entries"]}
    assert {i: start and start["status"] for i, start in found.items()} == {
        "near": "missing", "far": "met", "silent": None
    }  # fmt: skip
    near = found["near"]
    assert (near["requirement"], near["quote"], near["hard"]) == (
        "Start date: 1 February 2026", "Notice period: 3 months", False
    )  # fmt: skip
    for entry in answer["entries"]:
        assert not any("start" in part["name"] for part in entry["contributions"])
        assert all(line["requirement"] != "start" for line in entry["ledger"])
    assert "start “Start date: 1 February 2026”" in " ".join(offers(*arguments).out.split())
    asked = offers("match", "--vacancy", "near", "--today", "2026-01-01", "--json").json
    assert {e["id"]: e["start"]["status"] for e in asked["entries"]}["lyon"] == "missing"
    assert {e["id"]: e["start"]["status"] for e in asked["entries"]}["cook"] == "unknown"
    page = tmp_path / "page.html"
    assert offers(*arguments, "--page", page).code == 0
    [row] = re.findall(r"<tr><td>(?:(?!<tr>).)*Start date: 1 February 2026.*?</tr>", page.read_text(), re.DOTALL)
    assert "start; no part of the score" in row and "✗ missing" in row and "<mark>Notice period: 3 months</mark>" in row


def test_sentences_show_neither_name_nor_contact_details(ingested, market, tmp_path):
    cv = market / "cvs" / "python.txt"
    cv.write_text("Ana Sample\nAna Sample, Python developer, ana@example.org, +44 7700 900123\n" + cv.read_text())
    assert ingested("ingest", market).code == 0
    page = tmp_path / "page.html"
    ran = ingested("match", "--vacancy", "developer", "--page", page, "--json")
    [entry] = [entry for entry in ran.json["entries"] if entry["id"] == "python"]
    sentences = [line["sentence"] for line in entry["ledger"] if line["quote"] == "Python"]
    assert sentences and all("█" in sentence and "Python developer" in sentence for sentence in sentences)
    asking = tmp_path / "asking.html"  # holds the CV itself
    assert ingested("match", "--candidate", "python", "--page", asking).code == 0
    for text in (ran.out, page.read_text(), asking.read_text(), ingested("match", "--vacancy", "developer").out):
        assert not re.search("Ana|ana@example|7700", text)


def test_page_is_the_shortlist_with_prices_for_its_owner_alone(offers, tmp_path):
    policy, page = tmp_path / "policy.yaml", tmp_path / "new" / "page.html"
    policy.write_text("trade_off: {exposure: [{vacancies: [far], at_least: 0.5}], temperature: 0.2}")
    arguments = ("match", "--candidate", "lyon", "--policy", policy, "--today", "2026-01-01")
    ran = offers(*arguments, "--page", page, "--json")
    assert ran.json == offers(*arguments, "--json").json
    assert str(page) in ran.err.replace("\n", "")
    html = page.read_text(encoding="utf-8")
    assert "exposure: 0.500 expected, at least 0.5 asked" in html and "Written by jobfit on 2026-01-01" in html
    scores = [f"score {entry['score']:.3f}" for entry in ran.json["entries"]]
    assert re.findall(r"score [\d.]+", html.partition('class="entry"')[2]) == scores
    assert stat.S_IMODE(page.stat().st_mode) == 0o600


def test_match_leaves_out_what_surely_pays_less_or_is_further_and_keeps_what_says_nothing(offers, tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("exclude: {pay: {at_least: 40000, currency: EUR}, distance: {at_most: 80}}")
    answer = offers("match", "--candidate", "lyon", "--policy", policy, "--json").json
    assert [entry["id"] for entry in answer["entries"]] == ["silent"]
    codes = {out["id"]: [reason["code"] for reason in out["reasons"]] for out in answer["pool"]["excluded"]}
    assert codes == {"near": ["offer:pay"], "far": ["offer:distance"]}
    refused = offers("match", "--vacancy", "near", "--policy", policy)
    assert (refused.code, "where a candidate asks" in " ".join(refused.err.split())) == (2, True)


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("must_have: [Kubernetes]\ntrade_off: {requirements: 0.99}", (), "best reachable"),
        ("trade_off: {qualification: 0.5}", (), "--qualification FOLDER"),
        ("must_have: [Python]", ("--qualification", "model"), "there is none"),
        ("trade_off: {exposure: [{vacancies: [developer], at_least: 0.1}]}", (), "here a vacancy asks"),
    ],
)
def test_match_refuses_a_trade_off_that_it_cannot_keep(ingested, tmp_path, text, more, said):
    policy = tmp_path / "policy.yaml"
    policy.write_text(text)
    refused = ingested("match", "--vacancy", "developer", "--policy", policy, *more)
    assert refused.code == 2
    assert said in " ".join(refused.err.split())


@pytest.mark.parametrize("calibrated", [True, False])
def test_match_ranks_by_score_times_the_chance_of_a_calibrated_expert(ingested, tmp_path, calibrated):
    from jobfit.encoders.hashing import HashingEncoder
    from jobfit.scorers.calibrators import Calibrator
    from jobfit.scorers.pair_classifier import PairClassifier, save_pair_classifier
    from jobfit.scorers.pair_head import PairHead

    encoder = HashingEncoder()
    calibrator = Calibrator("platt", (2.0, -0.5)) if calibrated else Calibrator()
    save_pair_classifier(PairClassifier(encoder, PairHead(encoder.dimension), calibrator), tmp_path / "m", "hashing")
    (tmp_path / "policy.yaml").write_text("trade_off: {surplus: true}")
    given = ("match", "--vacancy", "developer", "--json")
    weighed = ingested(*given, "--policy", tmp_path / "policy.yaml", "--qualification", tmp_path / "m")
    if not calibrated:
        assert weighed.code == 2 and "not calibrated" in weighed.err + weighed.out
        return
    plain = {entry["id"]: entry["score"] for entry in ingested(*given).json["entries"]}
    chances = {entry["id"]: entry["score"] / plain[entry["id"]] for entry in weighed.json["entries"]}
    assert set(chances) == set(plain) and all(0 < chance < 1 for chance in chances.values())
    assert len({round(chance, 6) for chance in chances.values()}) > 1
