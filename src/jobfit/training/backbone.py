"""A backbone by name or folder, as a SentenceTransformer with the pooling that was asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from jobfit.encoders.folder import find_model
from jobfit.encoders.model import quiet
from jobfit.encoders.model_folder import ModelFolder
from jobfit.encoders.tensors import check_tensors, explain
from jobfit.errors import ModelError

Pooling = Literal["mean", "last", "cls"]
_THEIRS = {"mean": "mean", "last": "lasttoken", "cls": "cls"}
_LOADED = {"use_safetensors": True, "dtype": "float32"}
_SAFELY: Any = {"device": "cpu", "local_files_only": True, "trust_remote_code": False}


def load_backbone(name: str, pooling: Pooling | None = None, max_tokens: int | None = None) -> Any:
    """Return a ``SentenceTransformer`` in 32-bit floats on the processor: transformer, pooling, normalisation.

    ``name`` is all-MiniLM-L6-v2 (offline), a sentence-transformers model by hub name or folder, or the folder of a
    plain transformers model. ``pooling`` ``None`` keeps the model's own; a plain transformers model gets ``mean``. With
    ``last`` every text ends in the tokenizer's end token: where its tokenizer adds none, one is appended, in the saved
    folder too. No code of the model's own is run and no pickle is read.

    Raises:
        ModelError: it cannot be found, loaded or trusted, its tensors are not those of the model, or there is no end
            token for last-token pooling.
    """
    import torch
    from sentence_transformers import SentenceTransformer

    path = Path(name).expanduser()
    plain = path.is_dir() and not (path / "modules.json").is_file()
    found = ModelFolder(name, path, "") if plain else find_model(name)
    folder = found.path
    try:
        with quiet(), found.unchanged(), torch.random.fork_rng():
            torch.manual_seed(0)  # what the file lacks (a pooler that nothing reads) is drawn, the same each time
            model = (
                _from_plain(folder)
                if plain
                else SentenceTransformer(str(folder), model_kwargs=dict(_LOADED), **_SAFELY)
            )
            check_tensors(model, folder, name)
    except ModelError:
        raise
    except Exception as error:  # damaged files raise anything from KeyError to SafetensorError
        with quiet():
            explain(folder, name)
        raise ModelError(f"the model {name!r} cannot be loaded from {folder}: {error}") from error
    model = _with_pooling(model, pooling)
    if max_tokens is not None:
        model.max_seq_length = max_tokens
    if getattr(model[1], "pooling_mode", "") == "lasttoken":
        _end_every_text(model.tokenizer, name)
    return model


def _from_plain(folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Transformer

    transformer = Transformer(str(folder), model_kwargs=dict(_LOADED), config_kwargs={"local_files_only": True})
    return SentenceTransformer(modules=[transformer], device="cpu")


def _with_pooling(model: Any, pooling: Pooling | None) -> Any:
    """Return the model with this pooling and unit vectors; its other modules (a dense layer) stay where they were."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize
    from sentence_transformers.sentence_transformer.modules import Pooling as PoolingModule

    modules = [module for module in model if not isinstance(module, Normalize)]
    own = [module for module in modules if isinstance(module, PoolingModule)]
    if pooling is not None or not own:
        size = modules[0].get_embedding_dimension()
        modules = [module for module in modules if module not in own]
        modules.insert(1, PoolingModule(size, pooling_mode=_THEIRS[pooling or "mean"]))
    prompts = {"prompts": dict(model.prompts or {}), "default_prompt_name": model.default_prompt_name}
    return SentenceTransformer(modules=[*modules, Normalize()], device="cpu", **prompts)


def _end_every_text(tokenizer: Any, name: str) -> None:
    """Make the tokenizer end every text with its end token, unless it does already."""
    from tokenizers import processors

    ends = {i for i in (tokenizer.eos_token_id, tokenizer.sep_token_id) if i is not None}
    if tokenizer("a")["input_ids"][-1] in ends:
        return
    if tokenizer.eos_token_id is None:
        raise ModelError(
            f"the tokenizer of {name!r} has no end token, and the last token of a text that is cut is an arbitrary "
            "word: choose mean or cls pooling"
        )
    end = (tokenizer.eos_token, tokenizer.eos_token_id)
    template = processors.TemplateProcessing(
        single=f"$A {end[0]}", pair=f"$A {end[0]} $B {end[0]}", special_tokens=[end]
    )
    before = tokenizer.backend_tokenizer.post_processor
    tokenizer.backend_tokenizer.post_processor = processors.Sequence([before, template]) if before else template
