"""docs/reading.md from results/reading.json."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import adverts
import annotations
from annotations import Part

from jobfit.evaluation.statistics import Estimate

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reading.md"
CAN_EXCLUDE, USUAL, RECALL = 0.97, 0.93, 0.85
TABLES = {
    "candidates": """## Real CVs

{cvs} CVs annotated by hand (`benchmarks/reading/candidates.jsonl`), by spans of their text: a fact is right where
it stands at an annotated span, or holds the same words, and says the same; a skill also where it goes by the annotated
name ("JS" where JavaScript is annotated at another place).""",
    "vacancies": """## Real adverts

{adverts} adverts, {drawn} drawn at random from 235 by category and the {published} of `cv-docx`, annotated by hand
(`vacancies.jsonl`); for what is rare (what is not needed, certificates, clearance, permits, salary, start) {chosen}
that were chosen for it count too.""",
    "once": """## Texts opened once

14 CVs of ten trades outside software and 20 adverts (8 of business trades, 12 of software), drawn at random from
those that nobody had annotated. All were annotated before jobfit read any of them, by somebody who never ran it; an
annotator who goes twice over a text changes 4 facts of 100. What was overlooked counts as read wrongly. Rules were
made without them, but for short extracts of 5 of the CVs (without these .84 and .46 for skills). After opening one
kind was mended: a company's seat was a sure place (of sure places 7 of 9 were right, then 7 of 8; the other stands in
the title, annotated by its label). Earlier sets of the same kind, opened at the end of earlier work, had skills of
CVs at .81 and .36, .85 and .29, .77 and .56 and of adverts at .94 and .82, .92 and .61. They are in the tables above
now.""",
    "market": """## The simulated market, untidy

400 CVs and 200 adverts in every format (`simulate --untidy 0.5`): half of their statements are put as real
texts put them. Truth is known. These texts are made of the taxonomy that reads them, and their phrases are
ours: they show that code works.""",
}


def counts() -> dict[str, int]:
    """Return how many annotated texts the tables of known texts are of, by the names that stand in their words."""
    cvs = [one for one in annotations.read_annotations(annotations.FILE) if one.part is not Part.ONCE]
    known = [one for one in adverts.read_adverts() if one.part is not Part.ONCE]
    drawn = [one for one in known if one.sample is adverts.Sample.DRAWN]
    published = sum(one.source.startswith("cv-docx") for one in drawn)
    return {
        "cvs": len(cvs), "adverts": len(drawn), "drawn": len(drawn) - published, "published": published,
        "chosen": len(known) - len(drawn),
    }  # fmt: skip


def write_page(result: Mapping[str, Any]) -> None:
    """Write the page."""
    PAGE.write_text("\n".join(lines(result)).rstrip() + "\n", encoding="utf-8")


def lines(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the page."""
    yield f"""# What is read in a text, and how right it is

Written by `make bench-reading` from `results/reading.json`.

Rules read CVs and adverts, in English and French; each fact has its quote, its sentence, its span, its polarity
and whether the reading is sure. `jobfit show ID|FILE` prints all of them, and what was not found.

- **Polarity**. A skill or a certificate is had, had not, or wanted (or being learnt). What an advert asks for
  is a must or nice to have; what it says that nobody needs is asked of nobody.
- **Sure** means that the words can be read in one way only. A constraint that a person wrote (`exclude:` in a
  policy file) leaves somebody out on sure readings alone. No other reading leaves anyone out.
- **Unknown** is what was not found or could be read in two ways. It is never *no*.
- **Totals** of months are computed on the day of matching from the intervals that the text states.

Precision: the share of what was read that is right. Recall: the share of what is there that was read. Both with
95 % bootstrap intervals over texts; n counts facts. Wanted: precision {CAN_EXCLUDE} of what can exclude (the
rows called *sure*), {USUAL} of the rest, recall {RECALL}; what falls short is marked ▽. The annotated texts
of the first two tables were looked at while rules were written, so unseen texts will be read worse: the third table
says how much.

Skills that no taxonomy lists are read where they stand (among skills, under "Skills", asked for in so many words). They
have no code (`text:zorbify`), and a CV has them where its text has the words. One is a must where the advert insists on
it and its form is that of a name ("vRA", "Zorbify Cloud"), it stands among skills that are known, or has small letters
alone ("experience in glazing"); a capital in front proves nothing ("Acme")."""
    for part, heading in TABLES.items():
        if part in result:
            yield f"\n{heading.format(**counts())}\n"
            yield from _table(result[part])
    yield """
## Five CVs and three adverts

What `jobfit show` says of eight texts of the development data (`cv-docx`): the fact, its value, its quote
(personal details are █). Who names a kind of a skill (GitHub, JUnit) has the skill (Git, unit testing) by the same
quote; the lists and the tables above have the name alone."""
    for text in result["shown"]:
        yield from _shown(text)


def _table(rows: Mapping[str, Any]) -> Iterator[str]:
    yield "| fact | precision | recall |"
    yield "| --- | --- | --- |"
    for name, row in rows.items():
        sure = name.endswith("sure")
        precision, recall = Estimate(**row["precision"]), Estimate(**row["recall"])
        least = CAN_EXCLUDE if sure else USUAL
        yield f"| {name} | {_number(precision, least)} | {_number(recall, None if sure else RECALL)} |"


def _number(value: Estimate, wanted: float | None) -> str:
    if value.mean is None:
        return "n/a"
    span = "" if value.low is None or value.high is None else f"{value.low:.3f}–{value.high:.3f}, "
    return f"{value.mean:.3f} ({span}n = {value.n}){' ▽' if wanted is not None and value.mean < wanted else ''}"


def _shown(text: Mapping[str, Any]) -> Iterator[str]:
    yield f"\n### {text['source']}\n\n| fact | value | quote |\n| --- | --- | --- |"
    for fact in text["facts"]:
        said = [fact["polarity"]] if fact["polarity"] not in ("has", "") else []
        said += ["sure"] if fact["sure"] else []
        value = f"{fact['value']} ({', '.join(said)})" if said else fact["value"]
        yield f"| {_cell(fact['field'].replace('_', ' '))} | {_cell(value)} | {_cell(fact['quote'] or '')} |"
    yield f"\nUnknown: {', '.join(name.replace('_', ' ') for name in text['unknown']) or 'nothing'}."


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
