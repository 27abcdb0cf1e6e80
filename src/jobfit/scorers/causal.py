"""A causal language model that answers yes or no about a pair: the score is the log-odds of its next token.

One pass for a pair, nothing is generated. The last layers may carry adapters (:mod:`jobfit.encoders.lora`): what the
layers below them say of a pair does not change while adapters are trained, so it is worked out once and kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from jobfit.artifacts import sha256_of, write_atomic
from jobfit.encoders.folder import check_plain_folder, digest_of_files, from_hub
from jobfit.encoders.lora import ATTENTION, LoraLinear, add_lora
from jobfit.encoders.model import quiet
from jobfit.encoders.model_folder import check_unchanged
from jobfit.encoders.tensors import refuse
from jobfit.errors import InputError, ModelError
from jobfit.scorers.pair_prompts import QUESTIONS, PairPrompt, PairTokens, Prompter

Number = Literal["float32", "bfloat16"]
Floats = NDArray[np.float64]
_AT_ONCE = 8  # pairs: bounds the memory of their states
_PROBE = "Vacancy and CV: yes or no?"


@dataclass(frozen=True, slots=True)
class Adapting:
    """``layers``: how many of the last layers get adapters (0: all); ``names``: which of their projections."""

    layers: int = 4
    rank: int = 8
    alpha: float = 16.0
    names: tuple[str, ...] = ATTENTION
    seed: int = 0


class CausalScorer:
    """A frozen base, and an adapter for each of the :data:`QUESTIONS`, which begin as the base itself.

    ``number`` is the precision of the base; adapters, and the score of the last state, are in 32 bits, because in 16
    many scores would be equal.
    """

    def __init__(
        self, model: Any, tokenizer: Any, name: str, fingerprint: str, *, max_tokens: int, adapting: Adapting,
        kept: Path | None = None,
    ) -> None:  # fmt: skip
        """Use :meth:`load`; ``kept`` is a folder for what the layers below the adapters say of each prompt."""
        self.name, self.fingerprint, self.max_tokens, self.adapting = name, fingerprint, max_tokens, adapting
        self._model, self._kept = model.requires_grad_(False).train(False), kept
        self.number = str(model.dtype).removeprefix("torch.")
        self._prompter = Prompter(tokenizer, max_tokens, name)
        self._layers = _layers_of(model, name)
        above = adapting.layers or len(self._layers)
        if not 0 < above <= len(self._layers):
            raise InputError(f"{name} has {len(self._layers)} layers: {above} of them cannot get adapters")
        self._below = len(self._layers) - above
        self._check(tokenizer(_PROBE, add_special_tokens=False)["input_ids"])
        add_lora(self._layers[self._below :], adapting.rank, adapting.alpha, adapting.names, adapting.seed)
        self._adapted = {n: m for n, m in self._layers.named_modules() if isinstance(m, LoraLinear)}
        self.adapters: tuple[dict[str, nn.Parameter], ...] = tuple(
            {f"{n}.{k}": nn.Parameter(getattr(m, k).detach().clone()) for n, m in self._adapted.items() for k in "ab"}
            for _ in QUESTIONS
        )

    @classmethod
    def load(
        cls,
        name: str,
        *,
        number: Number = "bfloat16",
        max_tokens: int = 512,
        adapting: Adapting = Adapting(),
        kept: Path | None = None,
        identity: str | None = None,
    ) -> CausalScorer:
        """Load a causal language model of transformers by its folder or its name on the hub; no code of its own runs.

        ``identity``: the :attr:`fingerprint` that it must have.

        Raises:
            ModelError: it cannot be found or trusted, is not the one that ``identity`` names, lacks tensors or a
                tokenizer, reads from both sides, answers yes or no in more than one token, or does not read
                ``max_tokens``.
            InputError: none of the projections named is in the layers that get adapters.
        """
        path = Path(name).expanduser()
        if not path.is_dir():
            path = from_hub(name, "the folder of a model (hf download OWNER/NAME --local-dir FOLDER)")
        checksums = check_plain_folder(path)
        fingerprint = digest_of_files(checksums)
        if identity not in (None, fingerprint):
            raise ModelError(
                f"{name} is not the model that these adapters were trained on: its files are others. Get that model, "
                "or train again"
            )
        model, tokenizer = _loaded(path, number)
        check_unchanged(path, checksums)
        limit = getattr(model.config, "max_position_embeddings", None) or max_tokens
        if max_tokens > limit:
            raise ModelError(f"{name} reads {limit} tokens, and a prompt may have {max_tokens}")
        return cls(
            model, tokenizer, name, fingerprint, max_tokens=max_tokens, adapting=adapting, kept=kept
        )  # fmt: skip

    def tokens(self, prompts: Iterable[PairPrompt], question: int) -> list[PairTokens]:
        """Return the tokens of prompts; see :meth:`~jobfit.scorers.pair_prompts.Prompter.tokens`."""
        return [self._prompter.tokens(prompt, question) for prompt in prompts]

    def below(self, ids: NDArray[np.int64]) -> Tensor:
        """Return what goes into the first layer with an adapter, (tokens, width); kept where a folder was given."""
        from safetensors.torch import load_file, save

        file = None
        if self._kept is not None:
            key = sha256_of(f"{self.fingerprint} {self._model.dtype} {self._below} ".encode() + ids.tobytes())
            file = self._kept / f"{key}.safetensors"
            if file.is_file():
                return load_file(file)["states"]
        states = self._run_below(torch.from_numpy(ids)[None])[0]
        if file is not None:
            write_atomic(file, save({"states": states.contiguous()}))
        return states

    def _run_below(self, ids: Tensor) -> Tensor:
        found: list[Tensor] = []

        def stop(module: nn.Module, args: tuple[Any, ...], named: dict[str, Any]) -> None:
            found.append(args[0] if args else named["hidden_states"])
            raise _Reached

        hook = self._layers[self._below].register_forward_pre_hook(stop, with_kwargs=True)
        try:
            with torch.no_grad():
                self._model.base_model(input_ids=ids, use_cache=False)
        except _Reached:
            pass
        finally:
            hook.remove()
        return found[0]

    def logits(self, question: int, ids: Sequence[NDArray[np.int64]], below: Sequence[Tensor] | None = None) -> Tensor:
        """Return the log-odds of *yes* over *no* as the next token, (n,), of n rows of tokens; with a gradient.

        Rows are padded on the right: a causal model never looks there. ``below``: what :meth:`below` said of them;
        without it, the whole pass is run.
        """
        adapter = self.adapters[question]
        for name, module in self._adapted.items():
            module.a, module.b = adapter[f"{name}.a"], adapter[f"{name}.b"]
        width = max(map(len, ids))
        table = torch.zeros(len(ids), width, dtype=torch.long)
        for row, one in enumerate(ids):
            table[row, : len(one)] = torch.from_numpy(one)
        given = None if below is None else nn.utils.rnn.pad_sequence(list(below), batch_first=True)
        with nullcontext() if given is None else self._from(given):
            states = self._model.base_model(input_ids=table, use_cache=False).last_hidden_state
        return self._odds(states[torch.arange(len(ids)), torch.tensor([len(one) - 1 for one in ids])])

    def read(self, read: Sequence[PairTokens], question: int, below: Sequence[Tensor] | None = None) -> Floats:
        """Return the log-odds (n,) without a gradient, texts of like length together."""
        found = np.zeros(len(read))
        order = np.argsort([len(one.ids) for one in read], kind="stable").tolist()
        for start in range(0, len(order), _AT_ONCE):
            rows = order[start : start + _AT_ONCE]
            states = None if below is None else [below[row] for row in rows]
            with torch.no_grad():
                found[rows] = self.logits(question, [read[row].ids for row in rows], states).double().numpy()
        return found

    def _odds(self, states: Tensor) -> Tensor:
        head, answers = self._model.get_output_embeddings(), [self._prompter.yes, self._prompter.no]
        bias = None if head.bias is None else head.bias[answers].float()
        said: Tensor = nn.functional.linear(states.float(), head.weight[answers].float(), bias)
        return said[:, 0] - said[:, 1]

    @contextmanager
    def _from(self, states: Tensor) -> Iterator[None]:
        """Within, the model takes these states for what goes into the first layer with an adapter."""
        passed = self._layers[: self._below]

        def put(module: nn.Module, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, Any]:
            return ((states, *args[1:]), named) if args else (args, {**named, "hidden_states": states})

        hook = self._layers[self._below].register_forward_pre_hook(put, with_kwargs=True)
        for layer in passed:
            layer.forward = _pass
        try:
            yield
        finally:
            hook.remove()
            for layer in passed:
                del layer.forward

    def _check(self, probe: list[int]) -> None:
        """Refuse a model that looks at what comes after, or whose answer is not read off its last state."""
        yes, no = self._prompter.yes, self._prompter.no
        other = [*probe[:-1], no if probe[-1] == yes else yes]
        with torch.no_grad():  # one after the other: two rows of one batch may be rounded differently
            rows = [torch.tensor([one]) for one in (probe, other)]
            states, changed = (self._model.base_model(input_ids=ids, use_cache=False).last_hidden_state for ids in rows)
            own = self._model(input_ids=rows[0], use_cache=False).logits[0, -1].float()
        if not bool((states - changed)[0, :-1].abs().max() <= 1e-5 * states.abs().max()):
            raise ModelError(f"{self.name} is no causal model: what it says of a token depends on those after it")
        gap = own[yes] - own[no] - self._odds(states[:, -1])
        if not bool(gap.abs().max() <= 0.02 * own.abs().max() + 1e-6):
            raise ModelError(f"{self.name} does not read its answer off its last state alone, as is needed here")


class _Reached(Exception):
    """The first layer with an adapter was reached: what lies above need not be run."""


def _pass(hidden_states: Tensor, *others: Any, **named: Any) -> Tensor:
    return hidden_states


def _layers_of(model: Any, name: str) -> nn.ModuleList:
    count = getattr(model.config, "num_hidden_layers", 0)
    found = [one for one in model.modules() if isinstance(one, nn.ModuleList) and len(one) == count]
    if not found:
        raise ModelError(f"{name}: its {count} layers are not found in the model")
    return found[0]


def _loaded(path: Path, number: Number) -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    try:
        with quiet():
            loaded: Any = AutoModelForCausalLM.from_pretrained(
                str(path), dtype=number, use_safetensors=True, local_files_only=True, trust_remote_code=False,
                ignore_mismatched_sizes=True, output_loading_info=True,
            )  # fmt: skip
    except Exception as error:  # damaged files raise anything from KeyError to SafetensorError
        raise ModelError(f"{path} cannot be loaded as a causal language model: {error}") from error
    model, found = loaded
    problems = {"missing": found["missing_keys"], "of another shape": found["mismatched_keys"]}
    refuse({k: {n if isinstance(n, str) else str(n[0]) for n in v} for k, v in problems.items()}, path, path.name)
    if not any((path / file).is_file() for file in ("tokenizer.json", "tokenizer.model", "vocab.json")):
        raise ModelError(f"{path} has no tokenizer: get its tokenizer.json too")
    try:
        with quiet():
            tokenizer = AutoTokenizer.from_pretrained(str(path), local_files_only=True, trust_remote_code=False)
        tokenizer.backend_tokenizer.to_str()
    except Exception as error:
        raise ModelError(f"the tokenizer in {path} cannot be used: {error}") from error
    return model, tokenizer
