"""HyRe in use: what an encoder and a training set read, which side it is, and models trained with other texts."""

import pytest

from jobfit.encoders.generated import Generated, GeneratedStore
from jobfit.encoders.hashing import HashingEncoder
from jobfit.encoders.hyre import HyreEncoder, mismatch, read_hyre, role_of_vacancies
from jobfit.errors import InputError
from jobfit.judged import Pair
from jobfit.records import Document
from jobfit.training.card import Card, write_card
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


def documents(*texts):
    return [Document(str(i), text) for i, text in enumerate(texts)]


def test_encoder_reads_the_one_role_with_its_text_and_the_other_as_it_is(store):
    inner = HashingEncoder()
    reads = HyreEncoder(inner, store({VACANCY: RESUME}), "query")
    whole = f"{VACANCY}\n[An Example Resume]\n{RESUME}"
    assert (reads.encode(documents(VACANCY), "query").vectors == inner.encode(documents(whole), "query").vectors).all()
    plain = inner.encode(documents(VACANCY), "document").vectors
    assert (reads.encode(documents(VACANCY), "document").vectors == plain).all()
    assert reads.encode(documents(), "query").vectors.shape == (0, reads.dimension)


def test_fingerprint_is_that_of_the_source_and_not_of_how_many_texts_there_are(store):
    inner = HashingEncoder()
    one, more = store({VACANCY: RESUME}), store({VACANCY: RESUME, "cook wanted": ""})
    other = store({VACANCY: RESUME}, Source(name="somebody else"))
    names = [HyreEncoder(inner, each, "query").fingerprint for each in (one, more, other)]
    assert names[0] == names[1] != names[2] and names[0].startswith(f"{inner.fingerprint}+hyre-")
    assert HyreEncoder(inner, one, "query").encode(documents(VACANCY), "query").fingerprint == names[0]


def test_encoder_refuses_a_text_that_the_store_lacks_and_a_store_of_paraphrases(store):
    reads = HyreEncoder(HashingEncoder(), store({VACANCY: RESUME}), "document")
    with pytest.raises(InputError, match="1 of 2 texts have no hypothetical resume in the store: '1'"):
        reads.encode(documents(VACANCY, "cook wanted"), "document")
    with pytest.raises(InputError, match="'paraphrase' does not augment texts"):
        HyreEncoder(HashingEncoder(), store({}, Source("paraphrase")), "query")


def test_side_of_the_vacancies_is_told_by_their_texts(store):
    held = store({VACANCY: RESUME})
    assert role_of_vacancies(held, [VACANCY, "cook wanted"], ["cv"]) == "query"
    assert role_of_vacancies(held, ["cv"], [VACANCY]) == "document"
    with pytest.raises(InputError, match="for none of 1 queries and 1 documents: run"):
        role_of_vacancies(held, ["cv"], ["cook wanted"])
    with pytest.raises(InputError, match=r"both sides \(1 queries, 1 documents\)"):
        role_of_vacancies(held, [VACANCY], [VACANCY])


def test_card_says_what_was_read_and_a_mismatch_is_named(store, tmp_path):
    held = store({VACANCY: RESUME})
    other = store({VACANCY: RESUME}, Source(name="llm: m"))
    plain, read = tmp_path / "plain", tmp_path / "read"
    for folder, stated in ((plain, {}), (read, {"hyre": "by hand"})):
        folder.mkdir()
        write_card(Card(stated, {}, {}), folder)
    assert (read_hyre(plain), read_hyre(read), read_hyre(tmp_path)) == ("none", "by hand", None)
    assert mismatch(str(plain), None) is None and mismatch(str(read), held) is None
    assert mismatch("all-MiniLM-L6-v2", held) is None  # no card of ours: nothing is known
    assert "was trained without hypothetical texts and reads them now (by hand)" in mismatch(str(plain), held)
    assert "(by hand) and reads the texts without them: give --hyre" in mismatch(str(read), None)
    assert "texts by by hand, and those of this store are by llm: m" in mismatch(str(read), other)


@pytest.mark.parametrize(
    "content", ["", "---\njobfit_hyre: [1]\n---", "---\njobfit_hyre: {\n---", "\n" * 30 + "jobfit_hyre: x"]
)
def test_card_of_another_form_says_nothing(tmp_path, content):
    (tmp_path / "README.md").write_text(content)
    assert read_hyre(tmp_path) is None


def test_a_hub_s_way_to_write_the_front_matter_is_read(tmp_path):
    (tmp_path / "README.md").write_text(
        "---\nlicense: mit\njobfit_hyre: template (offline counterpart, not an LLM)\n---\n"
    )
    assert read_hyre(tmp_path) == "template (offline counterpart, not an LLM)"


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
