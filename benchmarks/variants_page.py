"""docs/variants.md from results/variants.json."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parent.parent / "docs" / "variants.md"
NOT_A_NUMBER = "exercised against the local protocol server only: no number"
TITLES = {"candidates_for_vacancy": "Candidates for a vacancy", "vacancies_for_candidate": "Vacancies for a candidate"}
LANGUAGES = {"en": "English", "fr": "French"}
ESCO_NOTE = {
    "compact": """Built on the compact taxonomy that ships with jobfit. **This flatters the esco variant**: it writes in
the very terms that the careers, the texts and the truth of this market are made of. No taxonomy does that for real
texts.""",
    "esco": "Built on imported ESCO, and the esco variant writes in it. This flatters the variant in the same way.",
}


def write_page(result: Mapping[str, Any]) -> None:
    """Write the page."""
    PAGE.write_text("\n".join(lines(result)).rstrip() + "\n", encoding="utf-8")


def lines(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the page."""
    size = result["size"]
    seeds = ", ".join(str(seed) for seed in size["seeds"])
    people, vacancies = f"{size['candidates']:,} candidates", f"{size['vacancies']:,} vacancies"
    yield f"""# Three renderings of the same people and vacancies, compared

Written by `make bench-variants` from `results/variants.json`. What the variants are: `docs/labels.md`.

- **Data**: {len(size["seeds"])} simulated markets of {people} and {vacancies}, half English and half French
  (`jobfit simulate`, seeds {seeds}, on which no weight was learnt), prepared once for each variant by `jobfit prepare`:
  the pairs are the same bytes. Relevance is the market's truth about qualification, known for every pair, whatever the
  languages of the two texts. The queries of all seeds are pooled.
- **Variants**: *raw*; *esco* in the language of each record; *esco, en* and *esco, fr*: everything in one language
  (`--language`), so a French CV and an English vacancy share their words; *llm*: no language model could be reached. It
  is {NOT_A_NUMBER}.
- **Brackets** are 95 % bootstrap intervals over queries. **Tests** are paired randomisation tests; p is adjusted by
  Holm over all tests of the same market, direction and language of the query. The *better half* of hybrid is bm25 or
  dense, whichever is better on these very queries; it is named in brackets.
- A document that a variant leaves empty is never ranked, and a query that it leaves empty scores 0."""
    for name, market in result["markets"].items():
        yield from _market(name, market)


def _market(name: str, market: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield f"## A market built on {market['taxonomy']}"
    yield ""
    yield ESCO_NOTE[name]
    yield ""
    yield from _facts(market["facts"])
    for direction, slices in market["directions"].items():
        yield ""
        yield f"### {TITLES[direction]}"
        yield ""
        yield from _values(slices["all"]["values"])
        yield ""
        yield from _tests(slices["all"]["tests"])
        yield ""
        yield "nDCG@10 by the language of the query:"
        yield ""
        yield from _languages(slices)


def _facts(facts: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    keys = ("documents", "empty_documents", "titles_linked", "titles_without_match", "evidenced_skills")
    yield "| variant | documents | of them empty | titles linked to an occupation | titles without one | skills read |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for name, found in facts.items():
        if "titles_linked" in found:
            yield f"| {name} | {' | '.join(f'{found[key]:,}' for key in keys)} |"


def _values(values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[str]:
    first = values["raw"]["random"]["nDCG@10"]
    chance = ", ".join(f"{measure} {found['chance']:.3f}" for measure, found in values["raw"]["random"].items())
    yield f"{first['n']:,} queries with a relevant document, pools of {first['pool']['max']:,} documents."
    yield f"Expected by chance: {chance}."
    yield ""
    yield "| variant | system | nDCG@10 | RR | R@10 | queries without a text |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for name, systems in values.items():
        for system, found in systems.items():
            missing = found["nDCG@10"]["missing"]
            yield f"| {name} | {system} | {' | '.join(_interval(one) for one in found.values())} | {missing} |"
    yield f"| llm | any | {NOT_A_NUMBER} | | | |"


def _languages(slices: Mapping[str, Any]) -> Iterator[str]:
    counts = {
        language: slices[language]["values"]["raw"]["random"]["nDCG@10"]["n"]
        for language in LANGUAGES
        if language in slices
    }
    heads = " | ".join(f"{LANGUAGES[language]} ({count:,} queries)" for language, count in counts.items())
    yield f"| variant | system | {heads} |"
    yield f"| --- | --- |{' --- |' * len(counts)}"
    for name, systems in slices["all"]["values"].items():
        for system in systems:
            cells = " | ".join(_interval(slices[code]["values"][name][system]["nDCG@10"]) for code in counts)
            yield f"| {name} | {system} | {cells} |"
    yield f"| llm | any | {NOT_A_NUMBER} | |"
    yield ""
    yield "| difference of nDCG@10 | " + heads + " |"
    yield f"| --- |{' --- |' * len(counts)}"
    for number, test in enumerate(slices["all"]["tests"]):
        if test["measure"] == "nDCG@10":
            found = [slices[code]["tests"][number] for code in counts]
            cells = " | ".join(f"{_difference(one)}{_half(one)}" for one in found)
            yield f"| {_named(test)} | {cells} |"


def _tests(tests: list[Mapping[str, Any]]) -> Iterator[str]:
    by_name: dict[str, dict[str, str]] = {}
    for test in tests:
        by_name.setdefault(_named(test), {})[test["measure"]] = f"{_difference(test)}{_half(test)}"
    yield "| difference | nDCG@10 | RR | R@10 |"
    yield "| --- | --- | --- | --- |"
    for name, cells in by_name.items():
        yield f"| {name} | {' | '.join(cells.values())} |"


def _named(test: Mapping[str, Any]) -> str:
    """Return what is compared. The better half may differ between measures and languages, so each cell names it."""
    (name, system), (other, _) = test["of"], test["against"]
    return f"{name}: {system} − its better half" if name == other else f"{system}: {name} − {other}"


def _half(test: Mapping[str, Any]) -> str:
    return f" ({test['against'][1]})" if test["of"][0] == test["against"][0] else ""


def _interval(value: Mapping[str, Any]) -> str:
    return f"{value['mean']:.3f}{_bounds(value, '.3f')}"


def _difference(test: Mapping[str, Any]) -> str:
    value = test["difference"]
    p = "p < 0.001" if test["p_holm"] < 0.001 else f"p = {test['p_holm']:.3f}"
    return f"{value['mean']:+.3f}{_bounds(value, '+.3f')}, {p}"


def _bounds(value: Mapping[str, Any], form: str) -> str:
    return "" if value["low"] is None else f" [{value['low']:{form}}, {value['high']:{form}}]"
