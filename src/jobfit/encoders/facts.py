"""What encoding needs to know of a sentence-transformers model, but for its weights.

It can be kept as JSON beside a converted graph, so that a later start needs no torch.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache, partial
from typing import TYPE_CHECKING

from jobfit.encoders.base import Role

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_PROMPTS: dict[Role, tuple[str, ...]] = {"query": ("query",), "document": ("document", "passage", "corpus")}


@dataclass(frozen=True, slots=True, eq=False)
class ModelFacts:
    """What a model says about itself.

    read_tokenizer: gives the tokenizer; that of a large vocabulary takes a second, and texts whose vectors are known
                    need none.
    max_tokens:     the window that the model was made for; ``limit`` is the longest that it can read.
    """

    read_tokenizer: Callable[[], Tokenizer]
    pad_id: int
    dimension: int
    max_tokens: int
    limit: int
    prompts: dict[str, str]
    default_prompt: str | None

    @property
    def tokenizer(self) -> Tokenizer:
        return self.read_tokenizer()

    def prompt(self, role: Role) -> str:
        """Return what stands before a text of this ``role``: the model's own prompt, its default, or nothing."""
        for name in (*_PROMPTS[role], self.default_prompt):
            if name is not None and name in self.prompts:
                return self.prompts[name]
        return ""

    def to_json(self) -> str:
        """Return all of it as one JSON object, the tokenizer in its own format."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "read_tokenizer"}
        return json.dumps(values | {"tokenizer": self.tokenizer.to_str()})

    @classmethod
    def from_json(cls, text: str) -> ModelFacts:
        values = json.loads(text)
        return cls(partial(_tokenizer, values.pop("tokenizer")), **values)


@cache
def _tokenizer(text: str) -> Tokenizer:
    from tokenizers import Tokenizer

    return Tokenizer.from_str(text)
