"""jobfit train RECIPE: from ESCO's files to a model, and refused clearly."""

import pytest

RECIPE = """
name = "own"
[held_out]
test = 4
validation = 4
[[task]]
name = "names"
left = "occupation.alias"
right = "occupation.name"
batch = 4
[keep]
share = 0.0
[mixture]
batches = 2
[loop]
batch_size = 1
precision = "f32"
threads = 1
[model]
max_tokens = 16
"""


@pytest.fixture
def own(tmp_path):
    (tmp_path / "own.toml").write_text(RECIPE)
    return tmp_path / "own.toml"


@pytest.fixture
def plain_bert(tmp_path):
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path / "tiny-bert"
    folder.mkdir()
    pieces = ["worker", "hand", "labourer", *(f"##{i}" for i in range(10)), *map(str, range(10))]
    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *pieces]))
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    size = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
    BertModel(BertConfig(vocab_size=28, max_position_embeddings=64, **size)).save_pretrained(folder)
    return folder


@pytest.fixture
def esco(write_esco):
    def many(tables):
        """Thirty more occupations, each in an ISCO unit group of its own."""
        for i in range(30):
            names = (f"worker {i}", f"labourer {i}\nhand {i}", "")
            row = ["Occupation", f"o/{i}", f"{3000 + i}", *names, "released", f"3{i}.1", f"Works at {i}."]
            tables["occupations"].append(row)
            tables["ISCOGroups"].append(["ISCOGroup", f"i/C{3000 + i}", f"{3000 + i}", f"group {i}", "", ""])
            tables["broaderRelationsOccPillar"].append(["Occupation", f"o/{i}", "ISCOGroup", f"i/C{3000 + i}"])

    return write_esco(change=many)


def test_train_a_recipe_file_of_ones_own(jobfit, own, esco, plain_bert, tmp_path):
    words = ("train", own, "--out", tmp_path / "out", "--esco", esco, "--model", plain_bert)
    done = jobfit(*words, "--json")
    assert done.code == 0, done.err
    assert "Without --rome: no ROME title is learnt" in done.err
    assert done.json["steps"] == 2 and done.json["ships"] is None
    assert any(line["set"] == "title: descriptions" for line in done.json["kept_apart"])
    assert (tmp_path / "out/model/modules.json").is_file()
    again = jobfit(*words, "--resume")
    assert again.code == 0 and "kept-apart" not in again.out and done.json["sha256"] in again.out
    other = jobfit(*words, "--resume", "--set", "loop.epochs=2")
    assert other.code == 2 and "epochs" in other.err


def test_train_wants_a_recipe_or_data_and_not_both(jobfit, own, tmp_path):
    neither = jobfit("train", "--out", tmp_path / "out")
    assert (neither.code, "recipes/default" in neither.err) == (2, True)
    both = jobfit("train", own, "--data", tmp_path, "--out", tmp_path / "out")
    assert (both.code, "leave out --data" in both.err) == (2, True)


def test_train_the_default_recipe_without_esco_says_where_to_get_it(jobfit, tmp_path):
    done = jobfit("train", "recipes/default", "--out", tmp_path / "out")
    assert (done.code, "--esco" in done.err, "esco.ec.europa.eu" in done.err) == (2, True, True)


@pytest.mark.parametrize(
    ("stated", "said"), [("loop.steps=3", "unknown setting"), ("stage.draw=1", "one of the tables")]
)
def test_train_a_recipe_refuses_an_unknown_setting(jobfit, own, tmp_path, stated, said):
    done = jobfit("train", own, "--out", tmp_path / "out", "--set", stated)
    assert (done.code, said in done.err) == (2, True)
