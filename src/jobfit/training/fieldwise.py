"""ConFit v1's encoder, as the ablation it is: fields encoded apart, one transformer layer over them, one linear merge.

For fields k = 1..n of a record, h_k is the pooled vector of field k by the shared backbone; (h'_1..h'_n) is one
transformer encoder layer (8 heads) over them; the record's vector is Σ_k w_k h'_k + b with learnt scalars, apart for
each side, since the sides have other fields. A field that a record lacks is masked and adds nothing. Vectors are scaled
to length 1, so that losses and temperatures are those of the whole-document encoder (v1's own runs take the inner
product at T = 1).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from jobfit.documents.confit_text import CHINESE, ENGLISH
from jobfit.errors import InputError
from jobfit.training.model import TrainableEncoder, weights_digest
from jobfit.training.tokens import Tokenised, Tokens

_TAXONS = "|".join(re.escape(name) for pair in (ENGLISH, CHINESE) for name in (pair.candidate, pair.vacancy))
_SECTION = re.compile(rf"^({_TAXONS}): section ([^\n]*):\n", re.MULTILINE)
HEADS = 8


class Fields(NamedTuple):
    """A record's side (its taxon, such as ``Resume Content``) and the tokens of each field that it has."""

    taxon: str
    tokens: Mapping[str, Tokens]


def split_fields(text: str) -> tuple[str, dict[str, str]]:
    """Return the taxon and the fields of a text that :func:`jobfit.documents.confit_text.confit_text` wrote.

    Raises :class:`InputError` where the text was not written so.

    >>> split_fields("Job Information: section title:\\nnurse\\nJob Information: section city:\\nLyon\\n")
    ('Job Information', {'title': 'nurse', 'city': 'Lyon'})
    """
    found = list(_SECTION.finditer(text))
    if not found or found[0].start():
        raise InputError(
            "the field-wise encoder needs texts of the template `confit` ('Resume Content: section ...'), not "
            f"{text[:40]!r}"
        )
    ends = [match.start() for match in found[1:]] + [len(text)]
    return found[0][1], {match[2]: text[match.end() : end].strip() for match, end in zip(found, ends)}


class FieldwiseEncoder(nn.Module):
    """Trains like :class:`~jobfit.training.model.TrainableEncoder`; it has no sentence-transformers form to save."""

    def __init__(self, backbone: TrainableEncoder, fields: Mapping[str, Sequence[str]], seed: int = 0) -> None:
        """Encode records whose ``fields`` are named by taxon; the layer and the merge start from ``seed``."""
        super().__init__()
        self.backbone, self.fields = backbone, {taxon: tuple(names) for taxon, names in fields.items()}
        self.name = f"{backbone.name}, field-wise"
        size = backbone.dimension
        if size % HEADS:
            raise InputError(f"vectors of {size} numbers cannot be shared by {HEADS} heads")
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            rate = backbone.options.dropout or 0.0
            self.layer = nn.TransformerEncoderLayer(size, HEADS, 4 * size, dropout=rate, batch_first=True)
        merges = [nn.Linear(len(names), 1) for names in self.fields.values()]
        for linear in merges:  # the mean of the fields, to start with
            nn.init.constant_(linear.weight, 1 / linear.in_features)
            nn.init.zeros_(linear.bias)
        self.merge = nn.ModuleList(merges)

    @classmethod
    def for_texts(cls, backbone: TrainableEncoder, texts: Iterable[str], seed: int = 0) -> FieldwiseEncoder:
        fields: dict[str, set[str]] = {}
        for text in texts:
            taxon, found = split_fields(text)
            fields.setdefault(taxon, set()).update(found)
        return cls(backbone, {taxon: sorted(names) for taxon, names in sorted(fields.items())}, seed)

    def tokenise(self, texts: Mapping[str, str]) -> Tokenised:
        """Return the fields of each text as tokens; a text counts as cut when one of its fields was."""
        sides: dict[str, str] = {}
        flat: dict[tuple[str, str], str] = {}
        for text_id, text in texts.items():
            taxon, found = split_fields(text)
            if unknown := set(found) - set(self.fields.get(taxon, ())):
                raise InputError(f"{text_id!r}: unknown fields {sorted(unknown)} of {taxon!r}")
            sides[text_id] = taxon
            flat |= {(text_id, name): value for name, value in found.items() if value}
        inner = self.backbone.tokenise({f"{i}\n{name}": value for (i, name), value in flat.items()})
        tokens = {
            i: Fields(taxon, {n: inner.tokens[f"{i}\n{n}"] for n in self.fields[taxon] if (i, n) in flat})
            for i, taxon in sides.items()
        }
        return Tokenised(tokens, frozenset(key.rpartition("\n")[0] for key in inner.cut))

    def encode_tokens(self, tokens: Sequence[Fields], *, recompute: bool = False) -> Tensor:
        if not tokens:
            return torch.zeros(0, self.backbone.dimension, device=self.backbone.device)
        flat = [one for record in tokens for one in record.tokens.values()]
        vectors = self.backbone.encode_tokens(flat, recompute=recompute)
        starts = np.cumsum([0, *(len(record.tokens) for record in tokens)])
        out = vectors.new_zeros(len(tokens), self.backbone.dimension, dtype=torch.float32)
        for number, (taxon, names) in enumerate(self.fields.items()):
            rows = [row for row, record in enumerate(tokens) if record.taxon == taxon]
            if not rows:
                continue
            table = vectors.new_zeros(len(rows), len(names), self.backbone.dimension)
            there = torch.zeros(len(rows), len(names), dtype=torch.bool, device=vectors.device)
            at = [
                (i, names.index(name), starts[row] + k)
                for i, row in enumerate(rows)
                for k, name in enumerate(tokens[row].tokens)
            ]
            first, second, third = (torch.tensor(column, device=vectors.device) for column in zip(*at))
            table[first, second] = vectors[third]
            there[first, second] = True
            mixed = self.layer(table, src_key_padding_mask=~there).float() * there[..., None]
            merged = self.merge[number](mixed.transpose(1, 2)).squeeze(-1).float()
            out[torch.tensor(rows, device=vectors.device)] = merged
        return functional.normalize(out, dim=1)

    def embed(self, tokens: Sequence[Fields], bf16: bool = False) -> NDArray[np.float32]:
        """Return the vectors (n, dimension) without a gradient and without dropout."""
        training = self.training
        self.train(False)
        kind = self.backbone.device.type
        try:
            with torch.no_grad(), torch.autocast(kind, dtype=torch.bfloat16, enabled=bf16):
                parts = [self.encode_tokens(tokens[i : i + 64]).cpu() for i in range(0, len(tokens), 64)]
        finally:
            self.train(training)
        return torch.cat(parts).numpy() if parts else np.zeros((0, self.backbone.dimension), dtype=np.float32)

    def trained(self) -> dict[str, nn.Parameter]:
        return {name: value for name, value in self.named_parameters() if value.requires_grad}

    def digest(self) -> str:
        weights = weights_digest(dict(self.named_parameters()))
        return hashlib.sha256(f"{weights}{self.fields}".encode()).hexdigest()
