"""jobfit simulate, rank, evaluate and compare, on one small market."""

import json

import pytest

MEASURES = ["nDCG@10", "AP", "R@100", "P@10", "RR"]
ESTIMATE = {"mean", "low", "high", "n"}
AGGREGATE = ESTIMATE | {"undefined", "missing", "chance", "tied", "pool", "ranked"}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """The files of a simulated market of 40 people and 6 vacancies."""
    from jobfit.simulation.writer import simulate_to

    folder = tmp_path_factory.mktemp("market")
    simulate_to(folder / "market", 40, 6, 3, rendered_share=0.0)
    return folder / "market/beir/candidates_for_vacancy"


@pytest.fixture
def ranked(jobfit, data, tmp_path):
    """``ranked("bm25")`` writes a run and returns what the command said and the run's path."""

    def rank(system, *arguments):
        out = tmp_path / f"{system}.trec"
        files = ("--corpus", data / "corpus.jsonl", "--queries", data / "queries.jsonl", "--out", out)
        ran = jobfit("rank", *files, "--system", system, "--model", "hashing", "--json", *arguments)
        assert ran.code == 0, ran.err
        return ran, out

    return rank


def test_simulate_writes_the_same_market_for_the_same_seed(jobfit, tmp_path):
    settings = ("--candidates", 10, "--vacancies", 3, "--seed", 5, "--rendered", 0, "--json")
    one, two = (jobfit("simulate", "--out", tmp_path / name, *settings).json for name in "ab")
    assert (one["candidates"], one["vacancies"], one["seed"]) == (10, 3, 5)
    assert one["folder"] == str(tmp_path / "a")
    assert one["sha256"] == two["sha256"]


def test_simulate_for_people_says_the_counts(jobfit, tmp_path):
    ran = jobfit("simulate", "--out", tmp_path / "m", "--candidates", 5, "--vacancies", 2, "--rendered", 0)
    assert (ran.code, ran.err) == (0, "")
    assert "candidates: 5\nvacancies: 2\n" in ran.out


@pytest.mark.parametrize("system", ["random", "bm25", "dense", "hybrid"])
def test_rank_writes_a_run_with_the_documented_keys(ranked, system):
    ran, out = ranked(system, "-k", 7)
    weights = ran.json.pop("weights")
    assert sum(one["queries"] for one in weights) == (6 if system == "hybrid" else 0)
    assert all(signal["weight"] > 0 for one in weights for signal in one["signals"])
    assert ran.json == {
        "run": str(out),
        "system": system,
        "queries": 6,
        "documents": 40,
        "k": 7,
        "model": "hashing" if system in ("dense", "hybrid") else None,
        "hyre": "none",
        "hyre_texts": None,
        "reranker": None,
        "list_reranker": None,
    }
    lines = [line.split() for line in out.read_text().splitlines()]
    assert {len(line) for line in lines} == {6}
    assert max(int(line[3]) for line in lines) <= 7


def test_rank_with_k_larger_than_the_corpus_ranks_everybody(ranked):
    _, out = ranked("dense", "--k", 1000)
    assert len(out.read_text().splitlines()) == 6 * 40


def test_rank_says_on_stderr_what_it_left_out_for_having_no_text(jobfit, data, tmp_path):
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(
        (data / "corpus.jsonl").read_text() + json.dumps({"_id": "empty", "title": "", "text": " "}) + "\n"
    )
    files = ("--corpus", corpus, "--queries", data / "queries.jsonl", "--out", tmp_path / "run.trec")
    ran = jobfit("rank", *files, "--system", "bm25", "--json")
    assert (ran.code, ran.json["documents"]) == (0, 40)
    assert "line 41" in ran.err


def test_rank_leaves_out_a_text_of_personal_details_alone_and_goes_on(jobfit, data, tmp_path):
    corpus = tmp_path / "corpus.jsonl"
    private = json.dumps({"_id": "private", "title": "", "text": "una@marsh.example | 020 7946 0958"}) + "\n"
    corpus.write_text((data / "corpus.jsonl").read_text() + private)
    files = ("--corpus", corpus, "--queries", data / "queries.jsonl", "--out", tmp_path / "run.trec")
    ran = jobfit("rank", *files, "--system", "dense", "--model", "hashing", "--json")
    assert (ran.code, ran.json["documents"]) == (0, 40)
    assert "document 41 has no words once personal details are masked" in ran.err


def test_rank_of_titles_masks_none_of_them(jobfit, tmp_path):
    titles = [
        "Political Scientists",
        "Pharmacien (h/f/x)",
        "STAF",
        "筹款人",
        "Vicepresidente, Recursos Humanos Globales",
    ]
    for name in ("corpus", "queries"):
        rows = (json.dumps({"_id": str(i), "text": title}) for i, title in enumerate(titles))
        (tmp_path / f"{name}.jsonl").write_text("\n".join(rows))
    files = ("--corpus", tmp_path / "corpus.jsonl", "--queries", tmp_path / "queries.jsonl")
    for kinds in ((), ("--corpus-kind", "label", "--queries-kind", "label")):
        ran = jobfit("rank", *files, *kinds, "--out", tmp_path / "run.trec", "--system", "dense", "--model", "hashing")
        best = [line.split() for line in (tmp_path / "run.trec").read_text().splitlines() if line.split()[3] == "1"]
        assert (ran.code, [line[0] for line in best]) == (0, [line[2] for line in best])
        assert len(best) == len(titles)


def test_evaluate_gives_every_measure_with_its_interval(jobfit, ranked, data):
    _, out = ranked("bm25")
    answer = jobfit("evaluate", "--run", out, "--qrels", data / "qrels/test.tsv", "--json").json
    assert set(answer) == {"run", "measures", "undefined_queries", "missing_queries", "per_query"}
    assert list(answer["measures"]) == MEASURES
    for estimate in answer["measures"].values():
        assert set(estimate) == AGGREGATE
        assert 0 <= estimate["low"] <= estimate["mean"] <= estimate["high"] <= 1


def test_evaluate_for_people_prints_a_table(jobfit, ranked, data):
    _, out = ranked("bm25")
    ran = jobfit("evaluate", "--run", out, "--qrels", data / "qrels/test.tsv", "--measures", "P@5, RR")
    assert (ran.code, ran.err) == (0, "")
    assert "P@5" in ran.out and "nDCG" not in ran.out


def test_compare_of_a_run_with_itself_finds_no_difference(jobfit, ranked, data):
    _, out = ranked("bm25")
    answer = jobfit(
        "compare", "-a", out, "-b", out, "--qrels", data / "qrels/test.tsv", "--measures", "RR", "--json"
    ).json
    assert (answer["a"], answer["b"], list(answer["measures"])) == (str(out), str(out), ["RR"])
    row = answer["measures"]["RR"]
    assert set(row) == {"a", "b", "difference", "p", "p_holm", "better", "worse", "equal"}
    assert set(row["difference"]) == ESTIMATE
    assert (row["difference"]["mean"], row["p"], row["better"], row["worse"]) == (0, 1, 0, 0)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("run", "", "the run is empty"),
        ("run", "q1 Q0 d1 1 high bm25\n", "score 'high' is not a number"),
        ("run", "q1 Q0 d1 1 nan bm25\n", "score 'nan' is not a number"),
        ("run", "q1 d1 0.5\n", "columns"),
        ("qrels", "q1 0 d1 1\nq1 0 d1 0\n", "judged twice"),
        ("qrels", "q1 0 d1 3000000000\n", "too large"),
        ("run", "q1 Q0 d1 1 0.5 x\nq1 Q0 d1 2 0.4 x\n", "occurs twice"),
        ("qrels", "", "no judgement"),
        ("qrels", "query-id\tcorpus-id\tscore\nq1\td1\tgood\n", "grade 'good' is not an integer"),
        ("qrels", "query-id\tcorpus-id\tscore\nq9\td1\t1\n", "quer"),
        ("qrels", None, "cannot be read"),
        ("qrels", b"q1\t0\xff\td1\t1\n", "not UTF-8"),
    ],
)
def test_evaluate_with_a_broken_file_says_where(jobfit, tmp_path, name, text, said):
    (tmp_path / "run").write_text("q1 Q0 d1 1 0.5 x\n")
    (tmp_path / "qrels").write_text("q1 0 d1 1\n")
    if text is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    ran = jobfit("evaluate", "--run", tmp_path / "run", "--qrels", tmp_path / "qrels", "--json")
    assert (ran.code, ran.json["error"]["type"]) == (2, "InputError")
    assert said in ran.json["error"]["message"]
    assert ran.err.startswith("Error: ")


def test_evaluate_with_an_unknown_measure_names_it(jobfit, tmp_path):
    (tmp_path / "run").write_text("q1 Q0 d1 1 0.5 x\n")
    (tmp_path / "qrels").write_text("q1 0 d1 1\n")
    files = ("--run", tmp_path / "run", "--qrels", tmp_path / "qrels")
    ran = jobfit("evaluate", *files, "--measures", "Goodness@10")
    assert (ran.code, "Goodness@10" in ran.err) == (2, True)


@pytest.mark.parametrize("out", ["missing/run.trec", "."])
def test_rank_refuses_an_output_that_cannot_be_written_before_it_works(jobfit, data, tmp_path, monkeypatch, out):
    monkeypatch.setattr("jobfit.retrieval.systems.rank", lambda *_, **__: pytest.fail("it ranked"))
    monkeypatch.chdir(tmp_path)
    files = ("--corpus", data / "corpus.jsonl", "--queries", data / "queries.jsonl", "--out", out)
    ran = jobfit("rank", *files, "--system", "bm25")
    assert (ran.code, f"{out} cannot be written" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "nothing to rank"),
        ('{"_id": "a", "text": "x"\n', "corpus.jsonl:1: broken JSON"),
        ('{"text": "x"}\n', "_id"),
    ],
)
def test_rank_with_a_broken_corpus_says_where(jobfit, data, tmp_path, lines, said):
    (tmp_path / "corpus.jsonl").write_text(lines)
    files = ("--corpus", tmp_path / "corpus.jsonl", "--queries", data / "queries.jsonl")
    ran = jobfit("rank", *files, "--out", tmp_path / "r.trec", "--system", "bm25")
    assert ran.code == 2
    assert said in ran.err
    assert not (tmp_path / "r.trec").exists()


def test_evaluate_with_the_corpus_shows_the_pool_and_chance(jobfit, ranked, data):
    _, out = ranked("bm25", "-k", 5)
    arguments = ("evaluate", "--run", out, "--qrels", data / "qrels/test.tsv", "--measures", "P@5")
    row = jobfit(*arguments, "--corpus", data / "corpus.jsonl", "--json").json["measures"]["P@5"]
    assert row["pool"] == {"min": 40, "median": 40.0, "max": 40}
    assert row["ranked"]["max"] == 5
    assert 0 < row["chance"] < row["mean"]
    by_size = jobfit(*arguments, "--pool-size", 40, "--json").json["measures"]["P@5"]
    assert by_size["chance"] == pytest.approx(row["chance"])
    shown = jobfit(*arguments, "--pool-size", 40).out
    assert "chance" in shown and "Pool: 40 documents per query" in shown


def test_evaluate_refuses_a_run_over_another_corpus_and_two_pools(jobfit, ranked, data, tmp_path):
    _, out = ranked("bm25")
    (tmp_path / "corpus.jsonl").write_text('{"_id": "other", "title": "", "text": "x"}\n')
    files = ("evaluate", "--run", out, "--qrels", data / "qrels/test.tsv", "--corpus")
    ran = jobfit(*files, tmp_path / "corpus.jsonl")
    assert (ran.code, "is ranked but not in the pool" in ran.err) == (2, True)
    ran = jobfit(*files, data / "corpus.jsonl", "--pool-size", 3)
    assert (ran.code, "not both" in ran.err) == (2, True)


def test_evaluate_takes_measures_with_parameters_and_aliases(jobfit, ranked, data):
    _, out = ranked("bm25")
    names = ["AP(rel=2,norm=min)@5", "nDCG(gain=exp)@10", "ERR(max=4)@10", "Acc@1", "MRR@5"]
    answer = jobfit(
        "evaluate", "--run", out, "--qrels", data / "qrels/test.tsv", "--measures", ", ".join(names), "--json"
    ).json
    assert list(answer["measures"]) == names


def test_evaluate_writes_the_values_of_every_query(jobfit, ranked, data, tmp_path):
    _, out = ranked("bm25")
    files = ("evaluate", "--run", out, "--qrels", data / "qrels/test.tsv", "--measures", "RR,P@5")
    answer = jobfit(*files, "--per-query", tmp_path / "q.tsv", "--json").json
    rows = [line.split("\t") for line in (tmp_path / "q.tsv").read_text().splitlines()]
    assert answer["per_query"] == str(tmp_path / "q.tsv")
    values = [float(value) for measure, query, value in rows if measure == "RR" and query != "all"]
    assert len(values) == answer["measures"]["RR"]["n"]
    assert sum(values) / len(values) == pytest.approx(answer["measures"]["RR"]["mean"])
    ran = jobfit(*files, "--per-query", tmp_path / "missing/q.tsv")
    assert (ran.code, "cannot be written" in ran.err) == (2, True)


def test_evaluate_says_what_is_undefined_and_missing(jobfit, tmp_path):
    (tmp_path / "run").write_text("q1 Q0 d1 1 0.5 x\nq1 Q0 d2 2 0.5 x\nq3 Q0 d1 1 0.5 x\n")
    (tmp_path / "qrels").write_text("q1 0 d1 1\nq2 0 d1 1\nq3 0 d1 0\n")
    files = ("evaluate", "--run", tmp_path / "run", "--qrels", tmp_path / "qrels", "--measures", "P@1")
    answer = jobfit(*files, "--json").json
    assert (answer["undefined_queries"], answer["missing_queries"]) == (["q3"], ["q2"])
    row = answer["measures"]["P@1"]
    assert (row["n"], row["undefined"], row["missing"], row["tied"], row["chance"]) == (2, 1, 1, 1.0, None)
    shown = jobfit(*files).out
    assert "1 queries have no relevant document" in shown and "1 judged queries are missing" in shown
    assert "100.0% share their score" in shown


def test_compare_several_runs_corrects_over_all_of_them(jobfit, ranked, data):
    runs = [ranked(system)[1] for system in ("bm25", "random", "dense")]
    files = ("compare", "-a", runs[0], "-b", runs[1], "-b", runs[2], "--qrels", data / "qrels/test.tsv")
    answer = jobfit(*files, "--measures", "RR,AP", "--json").json
    assert [(pair["a"], pair["b"]) for pair in answer["comparisons"]] == [
        (str(runs[0]), str(runs[1])), (str(runs[0]), str(runs[2])),
    ]  # fmt: skip
    assert answer["tests"] == 4
    assert (answer["b"], answer["measures"]) == (str(runs[1]), answer["comparisons"][0]["measures"])
    assert answer["missing_queries"] == {str(run): [] for run in runs}
    for pair in answer["comparisons"]:
        assert all(row["p"] <= row["p_holm"] <= 1 for row in pair["measures"].values())
    every = jobfit(*files, "--measures", "RR", "--every-pair", "--json").json
    assert (len(every["comparisons"]), every["tests"]) == (3, 3)
    shown = jobfit(*files, "--measures", "RR").out.replace("\n", "")
    assert "corrected for 2 tests" in shown and f"B: {runs[2]}" in shown.replace(" ", "").replace("B:", "B: ")
