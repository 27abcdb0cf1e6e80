"""ConFit's text of a resume or a job: every field under its name (the text builder of ConFit and ConFit v2).

``"{taxon}: section {key}:\\n{value}\\n"`` for each field, one after the other. The taxon is "Resume Content" or "Job
Information", in Chinese data "简历信息" or "职位信息".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jobfit.documents.templates import STRUCTURED, Structured
from jobfit.records import Candidate, Record

_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Taxons:
    candidate: str
    vacancy: str


ENGLISH = Taxons("Resume Content", "Job Information")
CHINESE = Taxons("简历信息", "职位信息")


def taxons(field_names: Iterable[str]) -> Taxons:
    """The Chinese words where a field name is Chinese, else the English ones."""
    return CHINESE if any(_HAN.search(name) for name in field_names) else ENGLISH


def confit_text(taxon: str, fields: Mapping[str, str], order: Iterable[str]) -> str:
    """Write the fields named by ``order``, in that order; an empty or absent one is left out.

    >>> confit_text("Job Information", {"b": "2", "a": "1", "c": ""}, ["a", "b", "c"])
    'Job Information: section a:\\n1\\nJob Information: section b:\\n2\\n'
    """
    return "".join(f"{taxon}: section {key}:\n{fields[key]}\n" for key in order if fields.get(key))


@dataclass(frozen=True, slots=True)
class ConfitTemplate:
    """A record in ConFit's words; its fields are those of :class:`jobfit.documents.templates.Structured`."""

    structured: Structured = STRUCTURED
    name: str = "confit"

    def write(self, record: Record) -> str:
        taxon = ENGLISH.candidate if isinstance(record, Candidate) else ENGLISH.vacancy
        fields = {key: "; ".join(values) for key, values in self.structured.fields(record)}
        return confit_text(taxon, fields, fields)


CONFIT = ConfitTemplate()
