"""The text of a CV without the name and the contacts in it: what the structuring rules read.

Masking what an encoder reads is not enough: a CV of Tom Jenkins must not state the skill Jenkins, nor one of Rose Baker
the title Baker, and the stop words in Tran Van Duc must not change the language. So the rules read a text that is the
same whatever the name, and what they find is placed in the original afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jobfit.documents.masking import mask
from jobfit.documents.masking.spans import Draft, Edit


@dataclass(frozen=True, slots=True)
class Nameless:
    """The ``text`` that is left; ``origin[i]`` is where character ``i`` stood, with one more entry for the end."""

    text: str
    origin: tuple[int, ...]


def without_name(text: str, names: Sequence[str] = ()) -> Nameless:
    """Cut every name and contact that :func:`jobfit.documents.masking.mask` finds; ``names`` are known already.

    All else stays as it is, places and gendered words included. A text of nothing else gives an empty text.

    >>> without_name("Tom Jenkins\\nNurse, tom@jenkins.org").text
    '\\nNurse, '
    """
    spans = mask(text, names=names).spans
    draft = Draft(text)
    draft.apply(Edit(span.start, span.end, "") for span in spans if span.kind in ("name", "contact"))
    return Nameless(draft.text, tuple(draft.origin))
