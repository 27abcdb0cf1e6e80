"""jobfit audit: rates counted by hand on a run, on shortlists, on scored pairs; what cannot be compared is refused."""

import json

import pytest

GROUPS = "candidate_id,sex,age\nc1,f,50+\nc2,f,30\nc3,m,30\nc4,m,50+\nc5,undeclared,30\nc9,f,30\n"


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "groups.csv").write_text(GROUPS)
    order = {"v1": "c3 c4 c1 c2 c5", "v2": "c4 c1 c3 c5 c2"}
    rows = [f"{v} Q0 {c} {n} {9 - n} x" for v, people in order.items() for n, c in enumerate(people.split(), 1)]
    (tmp_path / "run.trec").write_text("\n".join(rows) + "\n")
    (tmp_path / "qrels.txt").write_text("v1 0 c1 1\nv1 0 c3 1\nv2 0 c4 1\nv2 0 c2 1\n")
    (tmp_path / "pairs.csv").write_text(
        "query_id,document_id,label,score\nv1,c1,1,0.9\nv1,c2,1,0.2\nv1,c3,0,0.7\nv2,c4,1,0.6\nv2,c5,1,0.9\nv2,c3,1,0.8\n"
    )
    return tmp_path


@pytest.fixture
def audit(jobfit, files):
    return lambda *more: jobfit("audit", "--groups", "groups.csv", *more)


def rate(found, name, group, attribute="sex"):
    return next(row for row in found["attributes"][attribute]["rates"] if (row["rate"], row["group"]) == (name, group))


def gap(found, name, attribute="sex"):
    return next(row for row in found["attributes"][attribute]["gaps"] if row["gap"] == name)


def test_run_is_counted_as_by_hand_and_says_the_impact_ratio_with_its_n(audit):
    done = audit("--run", "run.trec", "--qrels", "qrels.txt", "-k", 2, "--json")
    assert done.code == 0, done.err
    found = done.json
    assert (found["audited"], found["queries"], found["people"], found["not_here"]) == ("run", 2, 5, 1)
    assert found["attributes"]["sex"]["people"] == {"f": 2, "m": 2} and found["attributes"]["sex"]["unknown"] == 1
    # of the first two of v1 both are m; of v2 one m, one f: m 3 of 4, f 1 of 4
    assert rate(found, "selection rate", "m")["estimate"]["mean"] == 0.75
    assert rate(found, "selection rate", "f")["estimate"]["mean"] == 0.25
    assert gap(found, "impact ratio")["estimate"]["mean"] == pytest.approx(1 / 3)
    # c3 and c4 are relevant and among the first two; c1 and c2 are not
    assert rate(found, "selection rate of the relevant", "m")["estimate"]["mean"] == 1
    assert rate(found, "selection rate of the relevant", "f")["estimate"]["mean"] == 0
    assert {row["measure"] for row in found["attributes"]["sex"]["evenness"]} == {
        "NDKL@2", "AWRF@2, logarithmic", "least skew@2", "largest skew@2"
    }  # fmt: skip
    assert set(found["attributes"]) == {"sex", "age"}
    shown = audit("--run", "run.trec", "-k", 2, "--attribute", "sex").out
    assert "impact ratio 0.33 (n = 4)" in shown and "group unknown, in no number: 1" in shown


def test_decisions_are_counted_as_by_hand(audit):
    done = audit("--pairs", "pairs.csv", "--threshold", 0.5, "--attribute", "sex", "--json")
    assert done.code == 0, done.err
    assert rate(done.json, "selection rate", "f")["estimate"]["mean"] == 0.5
    assert rate(done.json, "true positive rate", "m")["estimate"]["mean"] == 1
    assert gap(done.json, "equal opportunity")["estimate"]["mean"] == 0.5
    odds = gap(done.json, "equalised odds, sum")
    # no f was turned down by a person: her false positive rate is unknown, and so is the sum
    assert odds["estimate"]["mean"] is None and odds["undefined"] == ["false positive rate of f"]
    assert "unknown" in audit("--pairs", "pairs.csv", "--threshold", 0.5, "--attribute", "sex").out


def test_intersections_are_groups_of_their_own(audit):
    done = audit("--run", "run.trec", "-k", 2, "--intersections", "--json")
    assert done.json["attributes"]["sex and age"]["people"] == {"f, 30": 1, "f, 50+": 1, "m, 30": 1, "m, 50+": 1}


def shortlist(path, people, out=(), eligible=None, kind="vacancy"):
    entries = [{"id": i, "score": 1.0 - n / 10, "rank": n + 1} for n, i in enumerate(people)]
    pool = {"considered": 9, "eligible": eligible or len(people), "excluded": [{"id": i, "reasons": []} for i in out]}
    path.write_text(json.dumps({"query": {"id": path.stem, "kind": kind}, "pool": pool, "entries": entries}))


def test_shortlists_compare_the_way_into_the_pool_as_well(audit, files):
    shortlist(files / "v1.json", ["c3", "c4", "c2"], out=["c1", "c5"])
    shortlist(files / "v2.json", ["c4", "c1", "c3", "c2"], out=["c5"])
    done = audit("--shortlist", "v1.json", "--shortlist", "v2.json", "-k", 2, "--attribute", "sex", "--json")
    assert done.code == 0, done.err
    assert rate(done.json, "share let into the pool", "f")["estimate"]["mean"] == 0.75
    assert rate(done.json, "share let into the pool", "m")["estimate"]["mean"] == 1
    assert rate(done.json, "selection rate", "f")["estimate"]["mean"] == pytest.approx(1 / 3)
    assert gap(done.json, "impact ratio of the way into the pool")["estimate"]["mean"] == 0.75


def test_matched_shortlist_of_a_store_is_read_as_it_is_printed(app, market, tmp_path):
    assert app("ingest", market / "cvs", market / "vacancies").code == 0
    names = [row["id"] for row in app("list", "candidate", "--json").json["records"]]
    vacancy = app("list", "vacancy", "--json").json["records"][0]["id"]
    found = app("match", "--vacancy", vacancy, "-k", len(names), "--json")
    (tmp_path / "shortlist.json").write_text(found.out)
    rows = "".join(f"{i},{'fm'[n % 2]}\n" for n, i in enumerate(names))
    (tmp_path / "groups.csv").write_text("candidate_id,sex\n" + rows)
    done = app("audit", "--shortlist", "shortlist.json", "--groups", "groups.csv", "-k", 2, "--json")
    assert done.code == 0, done.err
    assert done.json["people"] == len(names) and done.json["attributes"]["sex"]["people"] == {"f": 2, "m": 2}


@pytest.mark.parametrize(
    ("groups", "more", "said"),
    [
        ("candidate_id,sex\nx1,f\nx2,m\n", (), "none of the 5 candidates is in the file of groups"),
        ("candidate_id,sex\nc1,f\nc2,f\n", (), "sex: all of the 5 people whose group is known are of one (f)"),
        ("candidate_id,sex\nc1,undeclared\n", (), "are of one (no known group)"),
        ("candidate_id,sex\n", (), "names nobody"),
        ("candidate_id\nc1\n", (), "no column 'an attribute'"),
        (GROUPS, ("--attribute", "religion"), "no column 'religion'; there are: sex, age"),
        (GROUPS, ("--attribute", "sex", "--intersections"), "intersections are of two attributes"),
        (GROUPS, ("--pairs", "pairs.csv"), "give one of --run, --shortlist and --pairs"),
        (GROUPS, ("--threshold", "0.5"), "--threshold belongs to --pairs"),
        (GROUPS, ("--qrels", "other.txt"), "judges no query"),
    ],
)
def test_what_cannot_be_compared_is_refused_by_name(jobfit, files, groups, more, said):
    (files / "g.csv").write_text(groups)
    (files / "other.txt").write_text("v7 0 c1 1\n")
    done = jobfit("audit", "--run", "run.trec", "--groups", "g.csv", *more, "--json")
    assert done.code == 2 and said in done.json["error"]["message"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"people": ["c3"], "eligible": 4}, "lists 1 of the 4 people of its pool"),
        ({"people": ["c3"], "kind": "candidate"}, "ranks vacancies for a candidate"),
    ],
)
def test_shortlist_that_does_not_hold_its_pool_is_refused(audit, files, content, said):
    shortlist(files / "v1.json", **content)
    done = audit("--shortlist", "v1.json", "--json")
    assert done.code == 2 and said in done.json["error"]["message"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--shortlist", "groups.csv"), "groups.csv"),
        (("--pairs", "pairs.csv"), "--pairs needs a --threshold"),
        (("--pairs", "bad.csv", "--threshold", "0.5"), "a probability is a number from 0 to 1"),
        (("--run", "empty.trec"), "empty.trec"),
    ],
)
def test_what_cannot_be_read_is_refused(audit, files, more, said):
    (files / "bad.csv").write_text("query_id,document_id,label,score\nv1,c1,1,1.5\nv1,c3,0,0.1\n")
    (files / "empty.trec").write_text("")
    done = audit(*more, "--json")
    assert done.code == 2 and said in done.json["error"]["message"]


def test_lists_that_pass_nobody_over_are_told(audit):
    done = audit("--run", "run.trec", "-k", 5, "--json")
    assert "2 of 2 lists hold 5 people or fewer" in done.json["notes"][0]
