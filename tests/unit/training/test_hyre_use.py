"""HyRe in training: what a training set reads with hypothetical texts, and what a card says of them."""

import pytest

from jobfit.encoders.generated import Generated, GeneratedStore
from jobfit.judged import Pair
from jobfit.training.data import TrainingSet
from jobfit.training.hyre_use import training_facts, with_hypothetical

VACANCY, RESUME = "nurse wanted", "nurse of ten years"


class Source:
    """Writes nothing by itself; names the store."""

    def __init__(self, kind="hypothetical_resume", name="by hand"):
        self.kind, self.name = kind, name

    def settings(self):
        return {"edition": self.name}


@pytest.fixture
def store(tmp_path):
    """``store(texts)``: an open store of what is given, by text."""
    made = []

    def make(texts, source=None):
        source = source or Source()
        made.append(GeneratedStore.for_writing(tmp_path / f"{len(made)}.jsonl", source))
        for text, generated in texts.items():
            made[-1].add(text, Generated(generated, "0" * 64))
        return made[-1]

    yield make
    for one in made:
        one.close()


def market():
    return TrainingSet({"c": "a nurse"}, {"v": VACANCY, "aug:eda:v": "wanted nurse", "w": ""}, (Pair("c", "v"),))


def test_training_set_reads_vacancies_and_their_copies_with_one_text(store):
    held = store({VACANCY: RESUME})
    read = with_hypothetical(market(), held)
    assert read.vacancies == {
        "v": f"{VACANCY}\n[An Example Resume]\n{RESUME}",
        "aug:eda:v": f"wanted nurse\n[An Example Resume]\n{RESUME}",
        "w": "",
    }
    assert read.candidates == market().candidates and read.hash != market().hash
    assert with_hypothetical(market(), None) == market()


def test_training_set_of_the_ablation_reads_the_resumes(store):
    held = store({"a nurse": "nurse wanted"}, Source("hypothetical_vacancy"))
    assert with_hypothetical(market(), held).candidates == {"c": "a nurse\n[An Example Vacancy]\nnurse wanted"}


def test_facts_count_the_texts_of_the_training_and_not_those_of_the_store(store):
    held = store({VACANCY: "", "somebody else's": RESUME})
    facts = training_facts(held, market())
    assert facts["hyre"] == "by hand" and facts["hyre_texts"]["texts"] == facts["hyre_texts"]["empty"] == 1
    assert training_facts(None, market()) == {"hyre": "none"}
