"""The data card that is written into every market."""

from __future__ import annotations

from dataclasses import fields

from jobfit.simulation import asked, careers, exposure, funnel, truth, world
from jobfit.simulation.market import Ground
from jobfit.simulation.settings import MarketSettings

HEAD = """# A simulated hiring market

{candidates:,} candidates and {vacancies:,} vacancies in {languages}, made by `jobfit simulate` with seed {seed} on the
taxonomy `{taxonomy}`. Everything is invented: nobody here exists. E-mail addresses are at example.org and example.com,
phone numbers lie in ranges reserved for fiction. Town names are real. The same settings, seed and library versions give
the same bytes, and every record is the same whatever the size of the blocks it was drawn in.

"""

FILES = """| path | what | which part |
| --- | --- | --- |
| `cvs/ID.txt`, `.pdf`, `.docx`, `.json` | one CV a file, named by the candidate's id; {share} not plain text | log |
| `vacancies/ID.txt`, `.html`, `.docx`, `.pdf` | one vacancy a file (HTML: with a schema.org JobPosting) | log |
| `exposures.csv` | candidate_id, vacancy_id, time: who came across what | log |
| `applications.csv` | candidate_id, vacancy_id, status, outcome, time, decided | log |
| `beir/candidates_for_vacancy/`, `beir/vacancies_for_candidate/` | `corpus.jsonl`, `queries.jsonl` | log |
| the same folders, `qrels/test.tsv` | the grades of every pair of grade 1 or more | truth |
| `world/candidates.jsonl`, `world/vacancies.jsonl` | the latent records that the texts were written from | world |
| `truth/pairs.parquet` | the truth of every pair | truth |
| `groups.csv` | candidate_id and protected attributes. For audits only: nothing that ranks may read it | apart |
| `market.json` | settings, seed, counts and the SHA-256 of every file | |

`jobfit ingest DIR/cvs DIR/vacancies` gives the ids used everywhere here. The BEIR texts are raw: they hold names and
contact details, which the demo masks before it encodes them. **The qrels are complete: a pair that is not listed has
grade 0, known irrelevant.** Both directions use the grades of qualification; preference is never mixed in.

"""

STREAM = """Tables are folders of Parquet files, `part-00000.parquet` and on.

| path | what | which part |
| --- | --- | --- |
| `log/candidates`, `log/vacancies` | id, language, text; vacancies also opened, positions | log |
| `log/exposures` | candidate_id, vacancy_id, time: who came across what | log |
| `log/applications` | candidate_id, vacancy_id, status, time, decided (missing: not decided) | log |
| `world/candidates`, `world/vacancies` | the latent records that the texts were written from | world |
| `truth/exposed` | the truth of every pair of the exposure log | truth |
| {truth} | truth |
| `groups` | candidate_id and protected attributes. For audits only: nothing that ranks may read it | apart |
| `market.json` | settings, seed, counts and the SHA-256 of every file | |

The truth of any other pair: `jobfit truth DIR PAIRS.csv`.

"""

ALL = "`truth/pairs` | the truth of every pair"
SAMPLED = (
    "`truth/candidates_for_vacancy`, `truth/vacancies_for_candidate` | the truth of every pair of grade 1 or more of "
    "{sampled} vacancies and {sampled} candidates drawn by chance (`truth/queries`); a pair of theirs that is not "
    "listed has grade 0"
)

TAIL = """The *log* is what an employer would see, and all that a system may learn from. The *world* is who and what
exists. The *truth* is what would happen. Statuses are those of the table `ats` of `jobfit.judgements`.

## Settings
{settings}

## Careers
```
{world}

{careers}
```

## Truth
Relevance is known, not judged.

```
{truth}
```

{asked}

## Who sees, applies, is hired
```
{exposure}

{funnel}
```

Once the positions of a vacancy are filled, an application is closed unjudged with the probability `censoring`
(`vacancy_filled`), and otherwise judged all the same, which leads to the talent pool at best. `applied` and `interview`
are what was still open when the log ended. All of these, `no_response` and `withdrawn` are *censored*: nobody knows how
they would have ended. A pair that is not among the applications was never judged: **that is not a rejection.** A split
of the log by time, vacancy or candidate shares no pair, and no negative, between its sides.

## What the texts do with the truth
CVs leave out a share of the skills held, name others by synonyms or abbreviations, tell some without naming them; some
are terse, undated or without a skills section; some name skills of colleagues, and vacancies skills of other
departments; words are misspelt; titles may tell the sector alone; where there are two languages, half of the pairs
cross them. So words alone do not find everybody, and no system can reach a perfect score from the texts.

## Groups
Sex, age band and origin group are drawn apart from the careers, so qualification and preference do not depend on them;
the screening does where `bias` is above 0, and `accepted` against `accepted_as_logged` tells by how much. With
`name_leak` 0 and `leak` 0 the texts are independent of the groups. Hobbies are paired with groups by an arbitrary
table. Age is drawn apart from the length of the career, which is a simplification. Group names are coarse labels for
tests and describe nobody.

## Limits
Texts come from phrase lists and are easier than real ones. A system's rank here says nothing certain about real CVs.
"""


def files_card(ground: Ground, rendered_share: float) -> str:
    """Return the README of a market that was written as files."""
    return _head(ground) + FILES.format(share=f"{rendered_share:.0%}") + _tail(ground)


def stream_card(ground: Ground, sampled: int) -> str:
    """Return the README of a market that was written as Parquet; ``sampled`` is 0 where the truth of all is there."""
    truth_row = SAMPLED.format(sampled=sampled) if sampled else ALL
    return _head(ground) + STREAM.format(truth=truth_row) + _tail(ground)


def _head(ground: Ground) -> str:
    settings = ground.settings
    return HEAD.format(
        candidates=settings.candidates,
        vacancies=settings.vacancies,
        languages=" and ".join(settings.languages),
        seed=ground.seed,
        taxonomy=ground.world.taxonomy.version,
    )


def _tail(ground: Ground) -> str:
    rows = (f"| `{field.name}` | {getattr(ground.settings, field.name)!r} |" for field in fields(MarketSettings))
    return TAIL.format(
        settings="\n".join(("| setting | value |", "| --- | --- |", *rows)),
        world=_doc(world),
        careers=_doc(careers),
        truth=_doc(truth),
        asked=_doc(asked),
        exposure=_doc(exposure),
        funnel=_doc(funnel),
    )


def _doc(module: object) -> str:
    """Return a module's docstring without its first line."""
    return (getattr(module, "__doc__", None) or "").strip().partition("\n")[2].strip()
