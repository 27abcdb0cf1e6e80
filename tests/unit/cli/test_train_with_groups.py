"""jobfit train with a term on groups: over lists and over pairs, what it says of itself, and what is refused."""

import json

import pyarrow as pa
import pytest
from pyarrow import parquet

TRADES = ("nurse", "cook", "welder", "driver")
LOOP = ("threads=1", "precision=f32", "device=cpu", "epochs=2", "batch_size=32")
FAST = (*(part for said in LOOP for part in ("--set", f"loop.{said}")), "--hold-out", "0.3")
PAIRS = ("--set", "stage.method=pair-classifier")
LISTS = ("--set", "stage.method=ranking")
SEX = ("--set", "fairness.attributes=[sex]")


@pytest.fixture
def train(jobfit, save_bert, tmp_path):
    """16 people of two groups apply for 12 vacancies; the one of the vacancy's trade is hired."""
    folder = tmp_path / "prepared"
    folder.mkdir()
    (folder / "funnel.json").write_text(json.dumps({"format": "jobfit-prepared-1"}))
    for side, count in (("candidates", 16), ("vacancies", 12)):
        rows = [json.dumps({"_id": f"{side[0]}{i}", "text": f"{TRADES[i % 4]} {i}"}) for i in range(count)]
        (folder / f"{side}.jsonl").write_text("\n".join(rows))
    pairs = [(f"c{(j + i) % 16}", f"v{j}", int(i % 4 == 0)) for j in range(12) for i in range(8)]
    candidates, vacancies, labels = zip(*pairs)
    outcome = ["hired" if label else "rejected" for label in labels]
    table = {
        "candidate_id": candidates, "vacancy_id": vacancies, "binary": pa.array(labels, pa.int32()), "outcome": outcome
    }  # fmt: skip
    parquet.write_table(pa.table(table), folder / "pairs.parquet")
    rows = "".join(f"c{i},{'fm'[(i // 2) % 2]},{'abc'[i % 3]}\n" for i in range(15))
    (tmp_path / "groups.csv").write_text("candidate_id,sex,age\n" + rows)
    (tmp_path / "one.csv").write_text("candidate_id,sex\nc0,f\nc1,f\nc5,f\n")
    (tmp_path / "others.csv").write_text("candidate_id,sex\nx0,f\nx1,m\n")

    def run(*more, groups="groups.csv", model=None):
        backbone = model or save_bert(tmp_path / "tiny", [*TRADES, *map(str, range(16))])
        known = ("--groups", tmp_path / groups) if groups else ()
        return jobfit(
            "train", "--data", folder, "--out", tmp_path / "out", "--model", backbone, *FAST, *known, *more, "--json"
        )

    return run


def test_term_over_pairs_is_in_the_log_the_result_and_the_card(train, tmp_path):
    done = train(*PAIRS, *SEX, "--set", "fairness.criterion=equal_opportunity", model="hashing")
    assert done.code == 0, done.err
    facts = done.json["fairness"]
    assert (facts["attributes"], facts["criterion"], facts["beta"]) == (["sex"], "equal_opportunity", 1.0)
    assert facts["groups"] == 2 and sum(facts["support"]) + facts["unknown"] == 16 and facts["unknown"] == 1
    assert facts["active_rate"] == 1
    lines = [json.loads(line) for line in (tmp_path / "out/log.jsonl").read_text().splitlines()]
    assert all("fairness_gap" in line for line in lines if "fairness_active_rate" in line)
    names = [row["group"] for row in done.json["groups"]]
    assert any(name.startswith("sex f: selection rate of ") for name in names)
    assert any(name.startswith("age a: true positive rate of ") for name in names)
    card = (tmp_path / "out/model/README.md").read_text()
    assert f"| {names[0]} | " in card
    texts = [path.read_text() for path in (tmp_path / "out/model").rglob("*.json")]
    assert not any("groups.csv" in text or '"c0": 0' in text for text in texts)  # no code of a person is kept


def test_term_over_lists_changes_the_steps_and_beta_0_does_not(train, tmp_path):
    def steps(*more, **given):
        done = train(*LISTS, *more, **given)
        assert done.code == 0, done.err
        lines = [json.loads(line) for line in (tmp_path / "out/log.jsonl").read_text().splitlines()]
        (tmp_path / "out").rename(tmp_path / f"out-{len(list(tmp_path.iterdir()))}")
        return [line["loss"] for line in lines if "loss" in line], done.json

    plain, alone = steps(groups=None)
    unmoved, told = steps(*SEX, "--set", "fairness.beta=0")
    moved, _ = steps(*SEX, "--set", "fairness.beta=4")
    assert plain == unmoved != moved and plain
    assert told["fairness"]["active_rate"] > 0 and alone["fairness"] is None
    assert [row["group"].partition(":")[0] for row in told["groups"]][:2] == ["sex f", "sex f"]


def test_exposure_and_intersections_train_on_lists(train):
    done = train(*LISTS, "--set", "fairness.attributes=[sex, age]", "--set", "fairness.term=exposure")
    assert done.code == 0, done.err
    assert done.json["fairness"]["term"] == "exposure" and done.json["fairness"]["groups"] == 6


@pytest.mark.parametrize(
    ("more", "groups", "said"),
    [
        ((*PAIRS, *SEX), None, "the table fairness needs --groups"),
        ((*PAIRS, *SEX), "one.csv", "1 group by sex among the 16 candidates"),
        ((*PAIRS, *SEX), "others.csv", "none of the 16 candidates is in the file of groups"),
        ((*PAIRS, "--set", "fairness.attributes=[faith]"), "groups.csv", "0 group by faith"),
        ((*PAIRS, "--set", "fairness.beta=2"), "groups.csv", "attributes names none"),
        ((*PAIRS, *SEX, "--set", "fairness.beta=-1"), "groups.csv", "beta"),
        ((*PAIRS, *SEX, "--set", "fairness.term=exposure", "--set", "fairness.n_min=3"), "groups.csv", "of the gap"),
        (SEX, "groups.csv", "the method contrastive scores no judged pairs"),
        ((*SEX, "--rounds", "1"), "groups.csv", "the table fairness belongs to one training"),
        (PAIRS, "others.csv", "do their ids belong together"),
    ],
)
def test_what_cannot_stand_beside_a_loss_is_refused(train, tmp_path, more, groups, said):
    done = train(*more, groups=groups, model="hashing" if PAIRS[1] in more else None)
    assert done.code == 2 and said in done.json["error"]["message"]
    assert not (tmp_path / "out/model").exists()
