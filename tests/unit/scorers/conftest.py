"""Small random cross-encoders of the kinds that are read, each in a folder as its authors would save it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TINY = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
# A prompt for the roles that sentence-transformers gives a pair, in the words of Qwen3-Reranker.
CHAT = (
    "{%- set system = messages | selectattr('role', 'eq', 'system') | map(attribute='content') | first -%}"
    "<|im_start|>system\nJudge.<|im_end|>\n<|im_start|>user\n<Instruct>: {{ system or 'Fit?' }}\n"
    "<Query>: {{ messages | selectattr('role', 'eq', 'query') | map(attribute='content') | first }}\n"
    "<Document>: {{ messages | selectattr('role', 'eq', 'document') | map(attribute='content') | first }}"
    "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
)


@pytest.fixture(scope="session")
def roberta_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An XLM-RoBERTa classifier: no segments, two separators between the texts, a Unigram tokenizer (bge, jina)."""
    import torch
    from tokenizers import Tokenizer, pre_tokenizers, processors
    from tokenizers import models as pieces
    from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaForSequenceClassification

    folder = tmp_path_factory.mktemp("roberta") / "bge-reranker-v2-m3"
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    vocabulary = [(piece, 0.0) for piece in special] + [
        (piece, -float(3 + i)) for i, piece in enumerate(["▁nurse", "▁", *"abcdefghijklmnopqrstuvwxyz.,"])
    ]
    tokenizer = Tokenizer(pieces.Unigram(vocabulary, unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>",
        sep_token="</s>", cls_token="<s>", model_max_length=60, model_input_names=["input_ids", "attention_mask"],
    ).save_pretrained(folder)  # fmt: skip
    config = XLMRobertaConfig(
        **TINY, vocab_size=len(vocabulary), max_position_embeddings=66, type_vocab_size=1, pad_token_id=1,
        num_labels=1, initializer_range=0.3,
    )  # fmt: skip
    torch.manual_seed(3)
    XLMRobertaForSequenceClassification(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def ettin_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ModernBERT with local and global layers under pooling and a dense layer, as ettin-reranker's folders are."""
    import torch
    from sentence_transformers import CrossEncoder
    from sentence_transformers.base.modules import Dense, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from tokenizers import Tokenizer, pre_tokenizers, processors
    from tokenizers import models as pieces
    from transformers import ModernBertConfig, ModernBertModel, PreTrainedTokenizerFast

    base, folder = (tmp_path_factory.mktemp("ettin") / name for name in ("base", "ettin-reranker-17m-v1"))
    special = ["[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]"]
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(pieces.BPE({piece: i for i, piece in enumerate([*special, *letters])}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 0), ("[SEP]", 2)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, cls_token="[CLS]", pad_token="[PAD]", sep_token="[SEP]", unk_token="[UNK]",
        mask_token="[MASK]", model_max_length=120, model_input_names=["input_ids", "attention_mask"],
    ).save_pretrained(base)  # fmt: skip
    torch.manual_seed(9)
    config = ModernBertConfig(
        **TINY, vocab_size=len(special) + len(letters), max_position_embeddings=120, local_attention=16,
        global_attn_every_n_layers=2, pad_token_id=1, cls_token_id=0, sep_token_id=2, bos_token_id=0, eos_token_id=2,
        initializer_range=0.3,
    )  # fmt: skip
    ModernBertModel(config).save_pretrained(base)
    head = Dense(32, 1, activation_function=torch.nn.Identity(), module_input_name="sentence_embedding",
                 module_output_name="scores")  # fmt: skip
    modules = [Transformer(str(base), max_seq_length=110), Pooling(32, pooling_mode="mean"), head]
    CrossEncoder(modules=modules, device="cpu").save_pretrained(str(folder))
    return folder


@pytest.fixture(scope="session")
def causal(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str | None], Path]:
    """``causal(template)``: a Qwen3 language model with a byte-level BPE and *yes* and *no* among its pieces."""

    def save(template: str | None) -> Path:
        import torch
        from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers
        from tokenizers import models as pieces
        from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

        folder = tmp_path_factory.mktemp("causal") / "Qwen3-Reranker-0.6B"
        letters = sorted(pre_tokenizers.ByteLevel.alphabet())
        merges = [("n", "o"), ("y", "e"), ("ye", "s"), ("Ġ", "n"), ("Ġn", "u")]
        vocabulary = {piece: i for i, piece in enumerate([*letters, *(a + b for a, b in merges)])}
        tokenizer = Tokenizer(pieces.BPE(vocabulary, merges))
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        tokenizer.add_special_tokens([AddedToken(t, special=True) for t in ("<pad>", "<|im_start|>", "<|im_end|>")])
        fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<|im_end|>")
        fast.chat_template = template
        fast.save_pretrained(folder)
        torch.manual_seed(5)
        config = Qwen3Config(
            **TINY, vocab_size=len(fast), num_key_value_heads=2, head_dim=8, max_position_embeddings=600,
            tie_word_embeddings=False, initializer_range=0.3,
        )  # fmt: skip
        Qwen3ForCausalLM(config).save_pretrained(folder)
        return folder

    return save


@pytest.fixture(scope="session")
def jina_folder(roberta_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same weights as ``roberta_folder`` in the names and with the config of jina-reranker-v2."""
    import shutil

    from safetensors.torch import load_file, save_file

    folder = tmp_path_factory.mktemp("jina") / "jina-reranker-v2-base-multilingual"
    shutil.copytree(roberta_folder, folder)
    tensors = load_file(folder / "model.safetensors")
    save_file(_flash_names(tensors), folder / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((folder / "config.json").read_text())
    theirs = "jinaai/xlm-roberta-flash-implementation--configuration_xlm_roberta.XLMRobertaFlashConfig"
    config |= {"auto_map": {"AutoConfig": theirs}, "use_flash_attn": True}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def _flash_names(tensors: dict[str, Any]) -> dict[str, Any]:
    """Written from the names in flash-attention's BERT, layer by layer, not by turning the reader's table around."""
    import torch

    renamed = {k: v for k, v in tensors.items() if ".encoder." not in k and ".LayerNorm" not in k}
    for end in ("weight", "bias"):
        renamed[f"roberta.emb_ln.{end}"] = tensors[f"roberta.embeddings.LayerNorm.{end}"]
        for layer in range(TINY["num_hidden_layers"]):
            old, new = f"roberta.encoder.layer.{layer}", f"roberta.encoder.layers.{layer}"
            parts = [tensors[f"{old}.attention.self.{part}.{end}"] for part in ("query", "key", "value")]
            renamed[f"{new}.mixer.Wqkv.{end}"] = torch.cat(parts)
            renamed[f"{new}.mixer.out_proj.{end}"] = tensors[f"{old}.attention.output.dense.{end}"]
            renamed[f"{new}.norm1.{end}"] = tensors[f"{old}.attention.output.LayerNorm.{end}"]
            renamed[f"{new}.mlp.fc1.{end}"] = tensors[f"{old}.intermediate.dense.{end}"]
            renamed[f"{new}.mlp.fc2.{end}"] = tensors[f"{old}.output.dense.{end}"]
            renamed[f"{new}.norm2.{end}"] = tensors[f"{old}.output.LayerNorm.{end}"]
    return renamed
