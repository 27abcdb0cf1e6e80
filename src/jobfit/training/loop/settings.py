"""How a training runs: steps, rate, precision, checkpoints, when to stop. A settings file may hold any of these."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from jobfit.errors import InputError

Schedule = Literal["linear", "cosine", "constant"]
_CHOICES = {
    "schedule": ("linear", "cosine", "constant"),
    "precision": ("auto", "bf16", "f32"),
    "device": ("auto", "cpu", "cuda"),
}


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """Every number of the loop. The same settings, data, weights and threads give the same bytes.

    batch_size:       examples that are set against each other; ``accumulate`` batches make one optimiser step.
    grad_cache:       keep only vectors and encode twice: large batches in little memory (same gradient).
    max_steps:        stop there although epochs are left; ``None``: never.
    warm_up:          the share of all steps in which the rate rises from 0.
    clip:             the largest norm of the whole step's gradient; 0 never clips.
    precision:        ``bf16`` autocast with 32-bit weights, ``f32``, or ``auto``: bf16 where the processor has it.
    evaluate_every:   steps between looks at the validation set; 0: at the end of each epoch.
    patience:         looks without a better one after which training stops; 0 never stops early.
    checkpoint_every: steps between checkpoints; 0: at the end of each epoch.
    threads:          of the processor; 0 keeps torch's choice. Kept in checkpoints: other sums with other threads.
    """

    epochs: int = 1
    batch_size: int = 32
    accumulate: int = 1
    grad_cache: bool = False
    max_steps: int | None = None
    learning_rate: float = 2e-5
    weight_decay: float = 0.01
    schedule: Schedule = "linear"
    warm_up: float = 0.1
    clip: float = 1.0
    precision: Literal["auto", "bf16", "f32"] = "auto"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    evaluate_every: int = 0
    patience: int = 0
    checkpoint_every: int = 0
    threads: int = 0
    seed: int = 0
    tensorboard: bool = False

    def __post_init__(self) -> None:
        """Check every range.

        Raises:
            InputError: which setting, what it may be, and what it is.
        """
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                raise InputError(f"{name} is one of {', '.join(allowed)}, not {getattr(self, name)!r}")
        for name in ("epochs", "batch_size", "accumulate"):
            self._at_least(name, 1)
        for name in ("evaluate_every", "patience", "checkpoint_every", "threads", "seed", "weight_decay", "clip"):
            self._at_least(name, 0)
        if self.max_steps is not None:
            self._at_least("max_steps", 1)
        if not (self.learning_rate > 0 and math.isfinite(self.learning_rate)):
            raise InputError(f"learning_rate must be above 0, not {self.learning_rate}")
        if not 0 <= self.warm_up < 1:
            raise InputError(f"warm_up is a share of the steps, from 0 and below 1, not {self.warm_up}")

    def _at_least(self, name: str, least: int) -> None:
        value = getattr(self, name)
        if not value >= least or not math.isfinite(value):
            raise InputError(f"{name} must be at least {least}, not {value}")

    def factor(self, step: int, steps: int) -> float:
        """The share of the learning rate at ``step`` (from 0) of ``steps``.

        Warm-up: (step + 1)/w for the first w = ceil(warm_up · steps). Then with t the share of the rest that is done:
        linear 1 − t, cosine (1 + cos πt)/2, constant 1.

        >>> s = TrainSettings(warm_up=0.2)
        >>> [round(s.factor(i, 10), 3) for i in (0, 1, 2, 6, 9)]
        [0.5, 1.0, 1.0, 0.5, 0.125]
        """
        warm = math.ceil(self.warm_up * steps)
        if step < warm:
            return (step + 1) / warm
        done = (step - warm) / max(1, steps - warm)
        if self.schedule == "cosine":
            return (1 + math.cos(math.pi * done)) / 2
        return 1.0 if self.schedule == "constant" else 1 - done


def read_settings(path: Path) -> dict[str, Any]:
    """Return the settings in a TOML or YAML file: one table of names and values.

    Raises:
        InputError: the file cannot be read or holds no table.
    """
    import yaml

    try:
        content = path.read_text(encoding="utf-8")
        found = tomllib.loads(content) if path.suffix == ".toml" else yaml.safe_load(content)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is no {'TOML' if path.suffix == '.toml' else 'YAML'}: {error}") from error
    if not isinstance(found, dict):
        raise InputError(f"{path}: names and values are expected, such as `epochs: 3`")
    return found


def build(kind: type[Any], stated: Mapping[str, Any], where: str) -> Any:
    """Build a settings dataclass from ``stated`` values; a name that it does not have is refused, a type too.

    Raises:
        InputError: an unknown name (the message lists the known ones), a value of another type, or out of range.
    """
    known = {field.name: field for field in fields(kind)}
    if unknown := sorted(set(stated) - known.keys()):
        raise InputError(f"{where}: unknown setting {unknown[0]!r}; there are: {', '.join(known)}")
    return kind(**{name: _checked(known[name], value, where) for name, value in stated.items()})


def _checked(field: Any, value: Any, where: str) -> Any:
    """The value in the type of the setting: a whole number where a share is expected is one, a list a tuple."""
    wanted = type(field.default)
    if value is None and "None" in str(field.type):
        return None
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if wanted is tuple and isinstance(value, list):
        return tuple(value)
    if field.default is not None and not (isinstance(value, wanted) and isinstance(value, bool) == (wanted is bool)):
        raise InputError(f"{where}: {field.name} is {field.type}, not {value!r}")
    return value
