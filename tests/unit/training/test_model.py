"""The encoder that is trained computes, saves and freezes what it says."""

import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from jobfit.errors import InputError, ModelError
from jobfit.training.errors import TrainingError
from jobfit.training.model import ModelOptions, TrainableEncoder
from jobfit.training.tokens import pieces, stack

TEXTS = {"a": "nurse with years of ward", "b": "cook", "c": "welder " + "steel " * 60, "d": "a team of driver " * 3}


def vectors(model, texts=TEXTS):
    found = model.tokenise(texts)
    return model.embed([found.tokens[i] for i in texts])


@pytest.mark.parametrize("pooling", ["mean", "last", "cls"])
def test_saved_folder_encodes_in_sentence_transformers_as_the_model_did(encoder, pooling, tmp_path):
    from sentence_transformers import SentenceTransformer

    model = encoder(pooling=pooling)
    model.save(tmp_path / "saved")
    theirs = SentenceTransformer(str(tmp_path / "saved"), device="cpu").encode(list(TEXTS.values()))
    np.testing.assert_allclose(vectors(model), theirs, atol=2e-6)


def test_what_a_file_lacks_is_drawn_the_same_each_time_and_takes_no_random_number(plain, tmp_path):
    """A pooler that nothing reads: multilingual-e5-small has none. Its digest is the start of a training."""
    folder = shutil.copytree(plain, tmp_path / "bert")
    tensors = load_file(folder / "model.safetensors")
    save_file({k: v for k, v in tensors.items() if "pooler" not in k}, folder / "model.safetensors", {"format": "pt"})
    torch.manual_seed(1)
    first = TrainableEncoder.load(str(folder)).digest()
    drawn = torch.rand(1)
    torch.manual_seed(1)
    assert drawn == torch.rand(1)
    assert TrainableEncoder.load(str(folder)).digest() == first


def test_saved_folder_is_one_that_jobfit_loads_and_trains_further(encoder, tmp_path):
    from jobfit.encoders.folder import check_folder

    model = encoder()
    model.save(tmp_path / "saved")
    check_folder(tmp_path / "saved")
    again = TrainableEncoder.load(str(tmp_path / "saved"))
    assert again.limit == 32
    np.testing.assert_array_equal(vectors(model), vectors(again))


def test_save_on_a_full_disk_leaves_the_folder_that_was_there(encoder, tmp_path, full_disk):
    model = encoder()
    model.save(tmp_path / "saved")
    before = vectors(model)
    with torch.no_grad():
        next(iter(model.trained().values())).mul_(2)
    with (
        full_disk(10_000),
        pytest.raises(TrainingError, match=r"saved cannot be written \(.*File too large"),
    ):
        model.save(tmp_path / "saved")
    np.testing.assert_array_equal(vectors(TrainableEncoder.load(str(tmp_path / "saved"))), before)
    assert [path.name for path in tmp_path.iterdir()] == ["saved"]


def test_last_token_of_a_tokenizer_without_an_end_gets_one_and_keeps_it(plain, tmp_path):
    import shutil

    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    folder = tmp_path / "no-end"
    shutil.copytree(plain, folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt"):
        (folder / name).unlink(missing_ok=True)
    words = {word: i for i, word in enumerate(["[PAD]", "[UNK]", "<end>", "nurse", "cook", "a", "ward"])}
    raw = Tokenizer(models.WordLevel(words, "[UNK]"))
    raw.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=raw, eos_token="<end>", pad_token="[PAD]", unk_token="[UNK]"
    ).save_pretrained(folder)
    model = TrainableEncoder.load(str(folder), ModelOptions(pooling="last", max_tokens=4))
    found = model.tokenise({"a": "nurse ward", "long": "cook " * 9})
    assert found.tokens["a"].tolist() == [3, 6, 2]
    assert found.tokens["long"].tolist() == [4, 4, 4, 2]
    assert found.cut == {"long"}
    model.save(tmp_path / "saved")
    theirs = SentenceTransformer(str(tmp_path / "saved"), device="cpu").encode(["nurse ward", "cook " * 9])
    np.testing.assert_allclose(vectors(model, {"a": "nurse ward", "long": "cook " * 9}), theirs, atol=2e-6)


def test_last_token_without_any_end_token_is_refused(plain, tmp_path):
    import shutil

    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    folder = tmp_path / "no-end"
    shutil.copytree(plain, folder)
    raw = Tokenizer(models.WordLevel({"[PAD]": 0, "[UNK]": 1, "a": 2}, "[UNK]"))
    PreTrainedTokenizerFast(tokenizer_object=raw, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(folder)
    with pytest.raises(ModelError, match="no end token"):
        TrainableEncoder.load(str(folder), ModelOptions(pooling="last"))


def test_text_of_100000_words_is_cut_and_counted(encoder):
    found = encoder().tokenise({"long": "ward " * 100_000, "short": "ward", "exact": "ward " * 30})
    assert found.cut == {"long"}
    assert [len(found.tokens[i]) for i in ("long", "short", "exact")] == [32, 3, 32]


def test_encode_tokens_gives_rows_in_the_order_given_whatever_the_company(encoder):
    model = encoder()
    found = model.tokenise(TEXTS)
    alone = np.concatenate([model.embed([found.tokens[i]]) for i in TEXTS])
    np.testing.assert_allclose(vectors(model), alone, atol=2e-6)
    np.testing.assert_allclose(np.linalg.norm(alone, axis=1), 1, atol=1e-6)
    assert model.embed([]).shape == (0, 32)


def test_recomputed_pieces_give_the_gradient_of_the_whole(encoder):
    gradients = []
    for recompute in (False, True):
        model = encoder()
        found = model.tokenise(TEXTS)
        out = model.encode_tokens([found.tokens[i] for i in TEXTS], recompute=recompute)
        (out @ out.T).square().sum().backward()
        gradients.append({name: value.grad for name, value in model.trained().items()})
    for name, value in gradients[0].items():
        torch.testing.assert_close(value, gradients[1][name])


def test_lora_starts_as_the_backbone_trains_adapters_alone_and_is_merged_when_saved(encoder, tmp_path):
    from sentence_transformers import SentenceTransformer

    plain_vectors = vectors(encoder())
    model = encoder(lora_rank=4)
    np.testing.assert_array_equal(vectors(model), plain_vectors)
    assert len(model.trained()) == 2 * 2 * 2  # layers, projections, matrices
    with torch.no_grad():
        for value in model.trained().values():
            value += 0.1
    changed = vectors(model)
    assert np.abs(changed - plain_vectors).max() > 0.01
    model.save(tmp_path / "saved")
    theirs = SentenceTransformer(str(tmp_path / "saved"), device="cpu").encode(list(TEXTS.values()))
    np.testing.assert_allclose(changed, theirs, atol=1e-5)
    np.testing.assert_array_equal(vectors(model), changed)  # saving merged a copy


def test_lora_on_a_layer_that_is_not_there_names_those_that_are(encoder):
    with pytest.raises(InputError, match=r"no linear layer is called nothing; there are: dense, key, query, value"):
        encoder(lora_rank=4, lora_layers=("nothing",))


def test_frozen_layers_have_no_gradient(encoder):
    names = encoder(freeze_layers=1).trained()
    assert names and all("layer.1." in name for name in names)
    assert not any("word_embeddings" in name for name in encoder(freeze_embeddings=True).trained())
    with pytest.raises(InputError, match="2 layers: 3 cannot be frozen"):
        encoder(freeze_layers=3)


def test_dropout_is_off_at_0_and_on_otherwise(encoder):
    def twice(model):
        found = model.tokenise(TEXTS)
        tokens = [found.tokens[i] for i in TEXTS]
        return torch.equal(model.encode_tokens(tokens), model.encode_tokens(tokens))

    assert twice(encoder(dropout=0.0))
    assert not twice(encoder(dropout=0.5))
    assert not twice(encoder(dropout=None))


def test_prompt_stands_before_every_text_here_and_in_the_saved_folder(encoder, tmp_path):
    from sentence_transformers import SentenceTransformer

    model = encoder(prompt="a team of ")
    np.testing.assert_array_equal(vectors(model, {"x": "cook"}), vectors(encoder(), {"x": "a team of cook"}))
    model.save(tmp_path / "saved")
    theirs = SentenceTransformer(str(tmp_path / "saved"), device="cpu").encode(["cook"])
    np.testing.assert_allclose(vectors(model, {"x": "cook"}), theirs, atol=2e-6)


def test_pieces_hold_every_text_once_and_waste_little():
    dice = np.random.default_rng(0)
    lengths = dice.integers(3, 257, 64).tolist()
    groups = pieces(lengths, 256)
    assert sorted(i for group in groups for i in group) == list(range(64))
    shapes = [stack([np.zeros(lengths[i], np.int32) for i in group], 0, 256)[1] for group in groups]
    assert sum(mask.sum() for mask in shapes) / sum(mask.size for mask in shapes) > 0.85
    assert all(mask.size <= 8192 for mask in shapes)


@pytest.mark.parametrize("wrong", [{"dropout": 1.0}, {"lora_rank": -1}, {"max_tokens": 2}])
def test_option_out_of_range_is_refused(wrong):
    with pytest.raises(InputError):
        ModelOptions(**wrong)


def test_short_texts_train_with_the_same_gradient_as_fused_attention(encoder, monkeypatch):
    from contextlib import nullcontext

    from jobfit.training import model as module

    def gradient(short):
        monkeypatch.setattr(module, "_attention", chosen if short else lambda ids: nullcontext())
        trained = encoder()
        tokens = trained.tokenise({"a": "nurse with years of ward", "b": "cook", "c": "welder of steel pipes"}).tokens
        trained.encode_tokens(list(tokens.values())).square()[:, :5].sum().backward()
        return {name: value.grad for name, value in trained.trained().items() if value.grad is not None}

    chosen = module._attention
    plain, fused = gradient(True), gradient(False)
    assert plain.keys() == fused.keys() and plain
    for name, value in plain.items():
        torch.testing.assert_close(value, fused[name], atol=1e-6, rtol=1e-4)
    with torch.no_grad():
        assert isinstance(chosen(torch.zeros(2, 16)), nullcontext)
    assert isinstance(chosen(torch.zeros(2, 128)), nullcontext)
