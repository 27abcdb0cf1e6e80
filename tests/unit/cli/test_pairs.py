"""jobfit classify and align."""

import pytest

HEADER = "query_id,document_id,label,score\n"


@pytest.fixture
def pairs(tmp_path):
    """``pairs("test", rows)`` writes a file of scored pairs."""

    def write(name, *rows):
        path = tmp_path / f"{name}.csv"
        path.write_text(HEADER + "".join(f"{row}\n" for row in rows))
        return path

    return write


@pytest.fixture
def scored_file(pairs):
    return pairs("test", "q1,a,1,0.9", "q1,b,0,0.2", "q2,a,0,0.6", "q2,b,1,0.7", "q3,a,0,0.1")


def test_classify_chooses_on_validation_and_says_so(jobfit, pairs, scored_file):
    validation = pairs("validation", "v1,a,1,0.8", "v1,b,0,0.5")
    answer = jobfit("classify", "--test", scored_file, "--validation", validation, "--json").json
    assert answer["threshold"] == {"value": 0.65, "criterion": "f1", "reached": 1.0, "chosen_on": 2}
    assert answer["measures"]["accuracy"]["mean"] == 1.0
    assert answer["baselines"]["always_negative"]["accuracy"] == 3 / 5
    assert (answer["n"], answer["positives"], answer["queries"], answer["calibration"]) == (5, 2, 3, None)
    shown = jobfit("classify", "--test", scored_file, "--validation", validation, "--criterion", "f1_weighted").out
    assert all(word in shown for word in ("always", "negative", "positive", "prior"))
    assert "f1_weighted on 2 validation pairs" in shown
    assert "5 pairs, 2 positive (40.0%), 3 queries" in shown


def test_classify_on_the_pairs_that_chose_the_threshold_is_refused(jobfit, scored_file):
    ran = jobfit("classify", "--test", scored_file, "--validation", scored_file, "--json")
    assert (ran.code, "chosen on 5 of the 5 pairs" in ran.json["error"]["message"]) == (2, True)


@pytest.mark.parametrize("both", [False, True])
def test_classify_needs_exactly_one_source_of_the_threshold(jobfit, pairs, scored_file, both):
    validation = pairs("validation", "v1,a,1,0.8", "v1,b,0,0.5")
    arguments = ("--validation", validation, "--threshold", 0.5) if both else ()
    ran = jobfit("classify", "--test", scored_file, *arguments)
    assert (ran.code, "give --validation" in ran.err) == (2, True)


def test_classify_probabilities_are_calibrated_and_shown(jobfit, scored_file):
    arguments = ("classify", "--test", scored_file, "--threshold", 0.5, "--probabilities", "--bins", 2)
    found = jobfit(*arguments, "--json").json["calibration"]
    brier = (0.1**2 + 0.2**2 + 0.6**2 + 0.3**2 + 0.1**2) / 5
    assert found["measures"]["brier"]["mean"] == pytest.approx(brier)
    assert found["binning"] == "2 bins of equal width"
    assert [bin["n"] for bin in found["bins"]] == [2, 3]
    assert "ece over 2 bins of equal width" in jobfit(*arguments).out


def test_classify_cosines_as_probabilities_are_refused(jobfit, pairs):
    ran = jobfit("classify", "--test", pairs("t", "q,a,1,-0.4", "q,b,0,0.2"), "--threshold", 0, "--probabilities")
    assert (ran.code, "not a probability" in ran.err) == (2, True)


def test_classify_undefined_measures_are_null_and_explained(jobfit, pairs):
    test = pairs("t", "q1,a,0,0.1", "q2,b,0,0.2")
    answer = jobfit("classify", "--test", test, "--threshold", 0.5, "--json").json
    assert answer["measures"]["roc_auc"]["mean"] is None
    assert answer["undefined"]["roc_auc"] == "the pairs have one class only"
    assert "roc_auc is undefined" in jobfit("classify", "--test", test, "--threshold", 0.5).out


def test_align_prints_the_position_check(jobfit, tmp_path):
    path = tmp_path / "p.csv"
    rows = ["q{},A,2,1,9,5"] * 65 + ["q{},B,2,1,9,5"] * 35
    path.write_text(
        "query_id,preferred,score_a,score_b,length_a,length_b\n"
        + "\n".join(row.format(i) for i, row in enumerate(rows))
    )
    answer = jobfit("align", path, "--json").json
    assert (answer["accuracy"]["mean"], answer["balanced"], answer["ties"]) == (0.65, 0.5, 0)
    assert answer["judge"]["p"] == pytest.approx(0.0035, abs=5e-5)
    assert set(answer["baselines"]) == {"always_a", "longer"}
    shown = " ".join(jobfit("align", path).out.split())
    assert "The judge prefers A in 65 of 100 pairs, 65.0%" in shown
    assert "a model that cannot see the order reaches 0.85" in shown
