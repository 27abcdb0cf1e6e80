"""The data card that is written into every market."""

from __future__ import annotations

from jobfit.simulation import truth
from jobfit.simulation.market import Market

CARD = """# A simulated hiring market

{candidates} candidates and {vacancies} vacancies in {languages}, made by `jobfit simulate` with seed {seed}.
Everything is invented: nobody here exists. E-mail addresses are at example.org and example.com, phone numbers lie in
ranges reserved for fiction. City names are real. The same settings, seed and library versions give the same bytes.

| path | what |
| --- | --- |
| `cvs/ID.txt`, `.pdf`, `.docx`, `.json` | one CV a file, named by the candidate's id; {share} not plain text |
| `vacancies/ID.txt`, `.html`, `.docx`, `.pdf` | one vacancy a file (HTML: with a schema.org JobPosting in JSON-LD) |
| `beir/candidates_for_vacancy/`, `beir/vacancies_for_candidate/` | `corpus.jsonl`, `queries.jsonl`, `qrels/test.tsv` |
| `applications.csv` | candidate_id, vacancy_id, status, outcome, time |
| `groups.csv` | candidate_id and protected attributes. For audits only: nothing that ranks may read it |
| `truth/candidates.jsonl`, `truth/vacancies.jsonl` | the latent records that the texts were written from |
| `truth/pairs.parquet` | qualification and preference of every pair |
| `market.json` | settings, seed, counts and the SHA-256 of every file |

`jobfit ingest DIR/cvs DIR/vacancies` gives the ids used everywhere here. The BEIR texts are raw: they hold names and
contact details, which the demo masks before it encodes them.

## Truth
Relevance is known, not judged. **The qrels are complete: a pair that is not listed has grade 0, known irrelevant.**
Both directions use the grades of qualification; preference is written beside it and never mixed in.

```
{formula}
```

## What the texts do with the truth
CVs leave out a share of the skills held, name others by synonyms or abbreviations, tell some without naming them; some
are terse, undated or without a skills section; where there are two languages, half of the pairs cross them.
So words alone do not find everybody, and no system can reach a perfect score from the texts.

## Applications
A candidate comes across {seen} vacancies and applies by preference; the employer judges qualification with noise. The
outcome `censored` means that nobody knows: the position was filled first, or no news came.

## Groups
Sex, age band and origin group are drawn apart from the careers, so qualification does not depend on them; given and
family names do. Job titles are written in a gender drawn apart from the person's sex. Age is drawn apart from the
length of the career, which is a simplification. Group names are coarse labels for tests and describe nobody.

## Limits
Texts come from phrase lists and are easier than real ones. A system's rank here says nothing certain about real CVs.
"""


def data_card(market: Market, rendered_share: float) -> str:
    """Return the README of a market: its layout, how the truth is defined, and its limits."""
    formula = (truth.__doc__ or "").strip()
    return CARD.format(
        candidates=len(market.people),
        vacancies=len(market.openings),
        languages=" and ".join(market.settings.languages),
        seed=market.seed,
        share=f"{rendered_share:.0%}",
        formula=formula,
        seen=market.settings.seen,
    )
