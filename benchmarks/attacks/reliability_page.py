"""Writes docs/reliability.md of what the campaigns have left in results/."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scipy.stats import beta

ROOT = Path(__file__).resolve().parents[2]
TITLES = {
    "attacks": ("What is hidden or planted", "make attacks"),
    "masking": ("What masking leaves of a person", "make bench-masking"),
    "faults": ("What is broken, hostile or interrupted", "make faults"),
    "faults-train": ("What interrupts a training", "make faults-train"),
}


def lines(results: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The page; a target that was missed is said to be."""
    yield "# Reliability: what was tried, how often it failed"
    yield ""
    yield (
        "Each row is a campaign that anybody can run; it makes all that it needs. *Below* is the upper end of the "
        "95 % interval of the share that fails (Clopper and Pearson), for independent trials; of masking, whose CVs "
        "share people, by drawing people again. Techniques were thought of, not drawn: it says how sure the count is, "
        "not what the next idea will do. A hidden sentence has failed where it is read and no flag tells a person of "
        "it; a clean file where it is flagged; a stuffed CV where it gains more than five places over what it was "
        "before. *Its words count*: the sentence is read, with a flag or without, so that it may gain places."
    )
    for name, (title, command) in TITLES.items():
        if name not in results:
            continue
        minutes = sum(row.get("seconds", 0) for row in results[name]["rows"]) / 60
        took = f", {minutes:.0f} minute{'s' * (round(minutes) != 1)}" if minutes else ""
        yield from ("", f"## {title} (`{command}`{took})", "", "| what | failed | below | target | seconds |")
        yield "| --- | --- | --- | --- | --- |"
        for row in results[name]["rows"]:
            yield _line(row)
        if any("gains" in row for row in results[name]["rows"]):
            yield from ("", *_stuffing(results[name]["rows"]))
    yield ""
    yield (
        "PDFium (always) and Chromium (with `--engines`) paint each page with two different sentences: where the "
        "pictures differ, the technique hides nothing and is left out of n. Words that count are flagged, each: of "
        "HTML with Chromium's answer in ingest ([how](files.md#what-counts-as-seen); without it 112 of the 402 "
        "techniques count): two of the four left are parts that a click unfolds. LibreOffice, where it is installed, "
        "makes pages of each DOCX technique. Word hides most of those that it shows (colours of a theme, effects on "
        "letters, frames that it moves back onto the page), so they stay in n, and what it does not show is counted "
        "once more apart. By its pages two techniques that hid nothing were taken out of the list, and what it and "
        "the list agree on was mended; of the first 47 written after that, 8 were read unflagged and 5 more counted "
        "when they were first tried, and have been mended since. A flag on a real file is right where the pages that "
        "LibreOffice makes of it hold text that nobody sees; such files are counted apart (one has white text that "
        "runs over the edge of the coloured column drawn behind it). When they were first tried, 11 of some 200 HTML "
        "pages that were written after the rules, and 1 of 103 written after their mending, were read unflagged; they "
        "have been mended since. A file whose reader is ended by a signal counts as failed here, although it is "
        "rejected with a reason and the next one is read. After a kill, what was acknowledged has to be there, "
        "nothing in parts, and each record with its terms and its vector. n is what ran in the time given, on two "
        "busy cores: `make faults` takes 10,000 documents and ten minutes of kills, and then kills 1,000 writers, 100 "
        "servers and 200 ingests in its tests: with a twentieth of these they took 10 minutes on one thread beside "
        "much other work, 4 of them kills, so all of them some 80 there. A value is shown by its shape, but for a "
        "status that no table has: personal values are not planted there."
    )


def _stuffing(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What each kind of stuffing gains and whether a recruiter is told."""
    yield "### What stuffing gains"
    yield ""
    yield (
        "Real CVs of it-resumes, each among the 67 of the half kept for reporting (the limits were chosen on the "
        "other half; those of walls and of items said again were widened once one CV of this half lay beyond each), "
        "for real adverts of it: a CV of the lower half of an advert's list is stuffed for that advert, read and "
        "ranked again. *Told*: the entry has a flag. What is planted counts no more ([what a person is "
        "told](files.md#what-a-person-is-told-about-a-file)); nobody is left out for it. The kinds known to the rules"
        " had failed in up to 12 of 12 pairs when each was first measured, then the rules were mended on the other "
        "half; faults were found on this half by CVs of some twenty words, copies with other endings and with words "
        "cut in two (each had gained in 17 of 17) and words of others between (5 and 9), so of these it says less. A "
        "skill that is claimed in a sentence or in one short list is believed, as every claim is: that is no trick of"
        " text. Of the advert's words with two others after each, and of its rarer ones told in sentences of one's "
        "own, 0 to 14 % of the rarer ones are left once what is planted is out (17 pairs each): what can still lift is "
        "the text around them, and no rule on text can call that the advert's. *Over a claim*: the median gain over "
        f"what the same CV gains where each skill is claimed once, plainly{_once(rows)}."
    )
    yield ""
    yield "| kind | n | median gain in places | most | over a claim | first place | told |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for row in rows:
        if gains := row.get("gains"):
            name, median = row["what"].partition(":")[0], f"{statistics.median(gains):g}"
            over = f"{statistics.median(row['over']):g}" if "over" in row else ""
            yield f"| {name} | {row['n']} | {median} | {max(gains)} | {over} | {row['first']} | {row['flagged']} |"
    yield ""
    for row in rows:
        if means := row.get("ndcg@10"):
            yield (
                f"Ordinary CVs pay nothing for it: nDCG@10 of these adverts over the CVs as they are is "
                f"{means['damped']:.4f} with damping and {means['plain']:.4f} without."
            )
            yield ""
    yield (
        "A shortlist of the simulated market with three cheats, as a recruiter sees it: one hid a sentence, one pasted "
        "the advert, one listed its skills a hundred times (`python benchmarks/attacks/picture.py`)."
    )
    yield ""
    yield "![A shortlist with three planted cheats, flagged](cheats.png)"


def _once(rows: Sequence[Mapping[str, Any]]) -> str:
    """What claiming once gains; it is the same in every row that has it."""
    gains = next((row["claimed_once"] for row in rows if "claimed_once" in row), None)
    return f" (median {statistics.median(gains):g} places, n = {len(gains)})" if gains else ""


def _line(row: Mapping[str, Any]) -> str:
    n, failed, most = row["n"], row["failed"], row["most"]
    below = row.get("below")
    if below is None:
        below = float(beta.ppf(0.975 if failed else 0.95, failed + 1, n - failed)) if failed < n else 1.0
    bound = "100" if below > 0.995 else f"{100 * below:.2g}"
    target = f"≤ {100 * most:.3g} %" + ("" if failed <= most * n else ": **missed**")
    seconds = f"{row['seconds']:g}" if "seconds" in row else "-"
    seconds += " beside other work" if row.get("busy") else ""
    apart = f"; {rightly} more rightly so" if (rightly := row.get("rightly_flagged")) else ""
    return f"| {row['what']}{apart} | {failed} of {n:,} | {bound} % | {target} | {seconds} |"


def read() -> dict[str, Any]:
    """The results that are there."""
    paths = {name: ROOT / f"results/{name}.json" for name in TITLES}
    found = {name: json.loads(path.read_text(encoding="utf-8")) for name, path in paths.items() if path.exists()}
    if masking := found.get("masking"):
        found["masking"] = {"rows": list(_masked(masking["leaks"]))}
    if train := found.get("faults-train"):
        same, other = train["killed_trainings_that_ended_in_the_same_sha256"], train["in_another"]
        what = f"killed trainings ({train['kills']} kills) that end in other bytes than an undisturbed one"
        row = {"what": what, "n": same + other, "failed": other, "most": 0.0, "seconds": train["seconds"]}
        found["faults-train"] = {"rows": [row]}
    return found


def _masked(leaks: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The CVs of sixty identities in every layout and both languages; each name is swapped for one other."""
    found = leaks["sixty"]
    for what, key, most in (
        ("names, numbers, addresses and relatives planted in 3,840 CVs that are left", "items_left", 0.01),
        ("CVs that read otherwise once the name is another one", "same_text_after_a_swap", 0.01),
    ):
        share, below = found[key]["share"], found[key]["high"]
        if key.startswith("same"):
            share, below = 1 - share, 1 - found[key]["low"]
        n = found[key]["n"]
        yield {"what": what, "n": n, "failed": round(n * share), "most": most, "below": below}


def write_page() -> None:
    """Write the page of the results that are there."""
    (ROOT / "docs/reliability.md").write_text("\n".join(lines(read())).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_page()
