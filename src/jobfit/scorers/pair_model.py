"""A cross-encoder's folder: checked, loaded by sentence-transformers, and made one torch function of ids and segments.

What loads: a sequence classifier of transformers with one or two labels, a causal language model that answers *yes* or
*no* (Qwen3-Reranker), any folder that ``CrossEncoder.save_pretrained`` writes (ettin's pooling and dense layers), and
jina-reranker-v2, whose own code is never run: its weights are put into the XLM-RoBERTa that they are.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobfit.encoders.folder import check_folder, check_plain_folder, digest_of_files
from jobfit.encoders.model import attention_of, longest, quiet
from jobfit.encoders.model_folder import ModelFolder
from jobfit.encoders.tensors import check_tensors
from jobfit.errors import ModelError
from jobfit.scorers.first_token import shorten_last_layer
from jobfit.scorers.flash_xlm_roberta import is_flash_layout, load_flash
from jobfit.scorers.pair_windows import Frame, has_segments

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import nn

CALIBRATION = "calibration.json"
_UNREAD = ("cls.", "mlm_", "vocab_", "qa_outputs.", "predictions.")  # heads of other tasks
_QUERY, _DOCUMENT = "\ufdd0query\ufdd0", "\ufdd0document\ufdd0"  # stand for the texts while a prompt is rendered
_INSTRUCTION = "Given a job vacancy, find the CVs of people who fit what it asks for"
_QWEN = Frame(
    "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct "
    'provided. Note that the answer can only be "yes" or "no".<|im_end|>\n<|im_start|>user\n'
    "<Instruct>: {instruction}\n<Query>: ",
    "\n<Document>: ",
    "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
)
"""The prompt that Qwen3-Reranker was trained with (its model card)."""


@dataclass(frozen=True, slots=True, eq=False)
class PairFacts:
    """What scoring pairs needs to know of a model.

    max_tokens:  the window that it was made for; ``limit`` is the longest that it can read.
    typed:       whether it is told which of the two texts a token is of.
    labels:      1: the score is its one output z; 2: z_1 − z_0, the log-odds of the second label.
    frame:       the prompt around the two texts of a causal model.
    temperature: fitted on validation pairs and kept in the folder: a probability is σ(score / temperature).
    """

    tokenizer: Tokenizer
    pad_id: int
    max_tokens: int
    limit: int
    typed: bool
    labels: int
    frame: Frame | None
    temperature: float = 1.0

    def to_json(self) -> str:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return json.dumps(values | {"tokenizer": self.tokenizer.to_str()})

    @classmethod
    def from_json(cls, text: str) -> PairFacts:
        from tokenizers import Tokenizer

        values = json.loads(text)
        frame = values["frame"] and Frame(*values["frame"])
        return cls(**values | {"tokenizer": Tokenizer.from_str(values["tokenizer"]), "frame": frame})


@dataclass(frozen=True, slots=True, eq=False)
class LoadedPairModel:
    """What a folder says about itself, and its torch module (ids (b, l), segments (b, l)) -> outputs (b, labels)."""

    facts: PairFacts
    module: nn.Module


def find_cross_encoder(name: str | Path) -> ModelFolder:
    """Return the checked local folder of a cross-encoder. Nothing is fetched: a reranker is somebody's choice.

    Raises:
        ModelError: there is no such folder, it lacks weights as safetensors, or it would have to run code of its own.
    """
    path = Path(name).expanduser()
    if not path.is_dir():
        raise ModelError(
            f"there is no folder {str(name)!r}. A reranker is read from a local folder: download it "
            "(hf download OWNER/NAME --local-dir FOLDER), look at its licence, and give the folder"
        )
    if is_flash_layout(path):
        checksums = check_plain_folder(path, own_code=True)
    else:
        checksums = check_folder(path) if (path / "modules.json").is_file() else check_plain_folder(path)
    return ModelFolder(path.name, path, digest_of_files(checksums), files=checksums)


def load_pair_model(folder: ModelFolder) -> LoadedPairModel:
    """Load a checked folder for reading: in 32-bit floats, on the processor, nothing fetched, no code of its own run.

    Raises:
        ModelError: as :func:`read_model`; or it has more than two labels, which are no score of a pair.
    """
    from tokenizers import Tokenizer

    model = read_model(folder)
    tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    causal = getattr(model[0], "transformer_task", "") == "text-generation"
    limit = longest(model)
    facts = PairFacts(
        tokenizer=tokenizer,
        pad_id=model.tokenizer.pad_token_id or 0,
        max_tokens=min(model.max_seq_length or limit, limit),
        limit=limit,
        typed="token_type_ids" in model.tokenizer.model_input_names and has_segments(tokenizer),
        labels=model.num_labels,
        frame=_frame(model) if causal else None,
        temperature=_temperature(folder.path),
    )
    if facts.labels > 2:
        raise ModelError(
            f"{folder.path} has {facts.labels} labels: it sorts pairs into classes and gives no score. A reranker has "
            "one label, or two (not relevant, relevant)"
        )
    return LoadedPairModel(facts, _as_function(model, causal, facts.typed))


def read_model(folder: ModelFolder) -> Any:
    """Return the ``sentence_transformers.CrossEncoder`` in a checked folder, its outputs without an activation.

    Raises:
        ModelError: a tensor is missing or of another shape (a random head would give random scores), or it cannot be
            loaded.
    """
    try:
        with quiet(), folder.unchanged():
            return load_flash(folder.path, folder.name) if is_flash_layout(folder.path) else _load(folder)
    except ModelError:
        raise
    except Exception as error:  # damaged files raise anything from KeyError to SafetensorError
        raise ModelError(f"the cross-encoder {folder.name!r} cannot be loaded from {folder.path}: {error}") from error


def _load(folder: ModelFolder) -> Any:
    from sentence_transformers import CrossEncoder
    from torch import nn

    model = CrossEncoder(
        str(folder.path), device="cpu", local_files_only=True, trust_remote_code=False,
        model_kwargs={"use_safetensors": True, "dtype": "float32", **attention_of(folder.path)},
        activation_fn=nn.Identity(),
    ).train(False)  # fmt: skip
    check_tensors(model, folder.path, folder.name, _UNREAD)
    return model


def _frame(model: Any) -> Frame | None:
    """Return the prompt of a causal model: its own where its template knows queries and documents, else Qwen's.

    ``None`` for a tokenizer without a chat template: the two texts stand side by side.
    """
    tokenizer = model.tokenizer
    if not getattr(tokenizer, "chat_template", None):
        return None
    instruction = (model.prompts or {}).get(model.default_prompt_name or "", "") or _INSTRUCTION
    messages = [
        {"role": "system", "content": instruction},
        {"role": "query", "content": _QUERY},
        {"role": "document", "content": _DOCUMENT},
    ]
    try:
        rendered = tokenizer.apply_chat_template(messages, tokenize=False)
    except Exception:  # a template may refuse a role in its own words
        rendered = ""
    before, found, rest = rendered.partition(_QUERY)
    between, also, after = rest.partition(_DOCUMENT)
    if found and also and _QUERY not in after:
        return Frame(before, between, after)
    return Frame(_QWEN.before.format(instruction=instruction), _QWEN.between, _QWEN.after)


def _temperature(folder: Path) -> float:
    path = folder / CALIBRATION
    if not path.is_file():
        return 1.0
    try:
        temperature = float(json.loads(path.read_text(encoding="utf-8"))["temperature"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} cannot be read: {error}") from error
    if not 0 < temperature < float("inf"):
        raise ModelError(f"{path}: the temperature must be above 0 and finite, not {temperature}")
    return temperature


def _as_function(model: Any, causal: bool, typed: bool) -> nn.Module:
    import torch
    from torch import Tensor, nn

    shorten_last_layer(model)

    class PairOutputs(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: Tensor, segments: Tensor) -> Tensor:
            mask = (segments > 0).long()
            if causal:  # padding goes to the left, so that the last place of every row is its last token
                place = torch.arange(ids.shape[1]).unsqueeze(0) + mask.sum(dim=1, keepdim=True)
                place = place % ids.shape[1]
                ids, mask = ids.gather(1, place), mask.gather(1, place)
            features = {"input_ids": ids, "attention_mask": mask}
            if typed:
                features["token_type_ids"] = (segments == 2).long()
            if causal:
                features["logits_to_keep"] = 1  # type: ignore[assignment]
            outputs: Tensor = self.model(features)["scores"]
            return outputs

    return PairOutputs().train(False)
