"""jina-reranker-v2-base-multilingual without its code: the weights of an XLM-RoBERTa under other names.

Its folder asks for remote code (``auto_map``) that reads one matrix for query, key and value, named as in the BERT of
the flash-attention library (Tri Dao 2022). Renamed and cut in three they are transformers' own XLM-RoBERTa with
absolute positions and a classifier, whose scores are the same. Rotary positions and adapters (jina-embeddings-v3) are
refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobfit.artifacts import read_bytes, read_json
from jobfit.encoders.tensors import refuse
from jobfit.errors import InputError, ModelError

if TYPE_CHECKING:
    from torch import Tensor

_FLASH = "XLMRobertaFlashConfig"
_LAYER, _THEIRS = r"^roberta\.encoder\.layers\.(\d+)\.", r"roberta.encoder.layer.\1."
_NAMES = (
    (re.compile(r"^roberta\.emb_ln\."), "roberta.embeddings.LayerNorm."),
    *(
        (re.compile(_LAYER + re.escape(ours)), _THEIRS + theirs)
        for ours, theirs in (
            ("mixer.out_proj.", "attention.output.dense."),
            ("norm1.", "attention.output.LayerNorm."),
            ("mlp.fc1.", "intermediate.dense."),
            ("mlp.fc2.", "output.dense."),
            ("norm2.", "output.LayerNorm."),
        )
    ),
)
_JOINED = re.compile(_LAYER + r"mixer\.Wqkv\.(weight|bias)$")


def is_flash_layout(folder: Path) -> bool:
    """Tell whether the folder's config names jina's own XLM-RoBERTa."""
    try:
        config = read_json(folder / "config.json")
    except InputError:
        return False
    automatic = config.get("auto_map") if isinstance(config, dict) else None
    return isinstance(automatic, dict) and _FLASH in str(automatic.get("AutoConfig", ""))


def renamed(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the tensors under transformers' names; the joined ones cut into query, key and value."""
    found: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if joined := _JOINED.match(name):
            layer, kind = joined.groups()
            for part, value in zip(("query", "key", "value"), tensor.chunk(3), strict=True):
                found[f"roberta.encoder.layer.{layer}.attention.self.{part}.{kind}"] = value.contiguous()
            continue
        for pattern, target in _NAMES:
            name = pattern.sub(target, name)
        found[name] = tensor
    return found


def load_flash(folder: Path, name: str) -> Any:
    """Return a ``CrossEncoder`` with the folder's weights.

    Raises:
        ModelError: it has rotary positions or adapters, or its tensors are not those of the model.
    """
    from tempfile import TemporaryDirectory

    import torch
    from safetensors.torch import load
    from sentence_transformers import CrossEncoder
    from sentence_transformers.base.modules import Transformer
    from torch import nn
    from transformers import AutoTokenizer, XLMRobertaConfig, XLMRobertaForSequenceClassification

    config = read_json(folder / "config.json", error=ModelError)
    if config.get("position_embedding_type", "absolute") != "absolute" or config.get("lora_adaptations"):
        raise ModelError(f"{folder} has rotary positions or adapters: of this family only rerankers with absolute "
                         "positions can be read without running the folder's own code")  # fmt: skip
    dropped = ("auto_map", "torch_dtype", "dtype", "use_flash_attn", "architectures")
    stated = XLMRobertaConfig(**{key: value for key, value in config.items() if key not in dropped})
    model = XLMRobertaForSequenceClassification(stated)
    tensors: dict[str, torch.Tensor] = {}
    for file in sorted(folder.glob("*.safetensors")):
        tensors |= load(read_bytes(file, error=ModelError))
    there, wanted = renamed(tensors), model.state_dict()
    wanted = {key: value for key, value in wanted.items() if not key.endswith(("position_ids", "token_type_ids"))}
    shared = there.keys() & wanted.keys()
    refuse(
        {
            "missing": wanted.keys() - there.keys(),
            "unexpected": there.keys() - wanted.keys(),
            "of another shape": {key for key in shared if there[key].shape != wanted[key].shape},
        },
        folder,
        name,
    )
    model.load_state_dict({key: value.float() for key, value in there.items()}, strict=False)
    tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    with TemporaryDirectory() as scratch:  # sentence-transformers builds its module from a folder alone
        model.save_pretrained(scratch)
        tokenizer.save_pretrained(scratch)
        module = Transformer(
            scratch, transformer_task="sequence-classification",
            model_kwargs={"use_safetensors": True}, config_kwargs={"local_files_only": True},
        )  # fmt: skip
    return CrossEncoder(modules=[module], device="cpu", activation_fn=nn.Identity()).train(False)
