"""A classifier reads the first token alone of its last layer: so that layer is worked out for that token alone.

The last of BERT's layers costs a sixth of a model of six; for one token of 512 only its keys and values are left. The
sums are the same.
"""

from __future__ import annotations

from typing import Any

_CLASSIFIERS = {
    "BertForSequenceClassification": "bert",
    "RobertaForSequenceClassification": "roberta",
    "XLMRobertaForSequenceClassification": "roberta",
    "CamembertForSequenceClassification": "roberta",
}
"""Classifiers of the BERT family, which read the first token's state alone, and where their encoder is."""


def shorten_last_layer(model: Any) -> None:
    """Change a ``CrossEncoder`` of the BERT family for reading (never for training); any other stays as it is."""
    if len(model) != 1:
        return
    classifier = model[0].auto_model
    name = _CLASSIFIERS.get(type(classifier).__name__)
    if name is not None and not classifier.config.is_decoder:
        layers = getattr(classifier, name).encoder.layer
        layers[-1] = _first_token_layer(layers[-1])


def _first_token_layer(layer: Any) -> Any:
    from torch import Tensor, nn
    from torch.nn import functional

    class FirstTokenLayer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = layer

        def forward(self, states: Tensor, mask: Tensor | None = None, *others: Any, **more: Any) -> Tensor:
            reads, first = self.layer.attention.self, states[:, :1]
            heads, width = reads.num_attention_heads, reads.attention_head_size
            query, key, value = (
                part(of).unflatten(2, (heads, width)).transpose(1, 2)
                for part, of in ((reads.query, first), (reads.key, states), (reads.value, states))
            )
            seen = mask if mask is None else mask[:, :, :1]
            read = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen, scale=width**-0.5)
            attended = self.layer.attention.output(read.transpose(1, 2).flatten(2), first)
            state: Tensor = self.layer.output(self.layer.intermediate(attended), attended)
            return state

    return FirstTokenLayer().train(False)
