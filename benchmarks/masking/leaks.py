"""What masking leaves of a person: made-up CVs, in which every planted detail has a known place.

``leaks.toml`` has 32 layouts (17 ordinary, 15 weak), six bodies a language and sixty people, and people with names of
five more languages. Each CV carries the name, contacts and four labelled details. A detail leaks where a letter or a
digit of it is outside of the spans that masking took out. A swap holds where the masked text, and the profile without
its name and quotes, are those of a person whose name is rare.

A third of the people and of the layouts is held out: no rule was written by looking at them.
"""

import dataclasses
import random
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jobfit.evaluation.statistics import grouped_mean_interval, mean_interval
from jobfit.reading import read_candidate_text
from jobfit.records import CandidateProfile, Evidence, Section

HERE = Path(__file__).resolve().parent
REFERENCE = "Tamsin Ollerenshaw"
LANGUAGES = ("en", "fr")
_SLOT = re.compile(r"\{([^{}]*)\}")
_STREETS = {
    "en": ["12 Baker Street, London NW1 6XE", "3 Mill Lane, London SE10 9AB", "48 Station Road, London E17 5NR"],
    "fr": ["3 bis rue Victor Hugo, 69003 Lyon", "12 avenue de la Gare, 69007 Lyon", "7 rue des Lilas, 69005 Lyon"],
}
_MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
}
_CHOICES = {
    "nationality": {"en": ("Irish", "Nigerian", "Vietnamese"), "fr": ("irlandaise", "nigériane", "belge")},
    "marital": {
        "en": ("Married", "Single", "Divorced, 2 children"),
        "fr": ("mariée, 2 enfants", "célibataire", "pacsé"),
    },
    "religion": {"en": ("Hindu", "none", "Roman Catholic"), "fr": ("musulmane", "catholique", "aucune")},
}
_KINDS = {
    "name": "name upper lower first last last_first comma initials nickname spaced file",
    "relative": "father mother spouse maiden",
    "referee": "referee referee2",
    "phone": "phone referee_phone",
    "e-mail": "email",
    "address": "street",
    "birth": "birth birth_long age",
    "status": "nationality marital religion",
    "document": "passport identity insurance licence visa tax",
}
KIND_OF = {slot: kind for kind, slots in _KINDS.items() for slot in slots.split()}


@dataclass(frozen=True, slots=True)
class Person:
    """``group`` is "words" where every word of the name is an ordinary one, "names" or a language for others."""

    name: str
    group: str
    held_out: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """``group`` is "ordinary" or "weak"."""

    name: str
    group: str
    held_out: bool
    template: str
    number: int


@dataclass(frozen=True, slots=True)
class Planted:
    """A detail of one ``kind`` at characters [start, end) of a text."""

    kind: str
    start: int
    end: int


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(HERE.joinpath("leaks.toml").read_text("utf-8"))


def people() -> tuple[Person, ...]:
    """The sixty people, then those with names of five more languages; every third is held out."""
    listed = {"names": _data()["people"], **_data()["more_people"]}
    found = []
    for group, names in listed.items():
        for number, name in enumerate(names.replace("\n", "|").strip("|").split("|")):
            words = name.startswith("!")
            found.append(Person(name.lstrip("!"), "words" if words else group, number % 3 == 2))
    return tuple(found)


def layouts() -> tuple[Layout, ...]:
    """The 32 layouts; every third is held out."""
    listed = [(name, group, text) for group in ("ordinary", "weak") for name, text in _data()[group].items()]
    return tuple(Layout(name, group, n % 3 == 1, text, n) for n, (name, group, text) in enumerate(listed))


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("đ", "d").lower())
    return re.sub(r"[^a-z]+", ".", plain.encode("ascii", "ignore").decode()).strip(".") or "my.post"


def _forms(name: str) -> dict[str, str]:
    """The ways to write ``name``. A name of one word has one part; only letters with a case give initials."""
    words = name.split(" ")
    first, last = words[0], " ".join(words[1:]) or words[0]
    single, cased = len(words) == 1, name.upper() != name.lower()
    return {
        "name": name,
        "upper": name.upper(),
        "lower": name.lower(),
        "first": first,
        "last": last,
        "last_first": name.upper() if single else f"{last.upper()} {first}",
        "comma": name if single else f"{last}, {first}",
        "initials": name if single or not cased else f"{first[0]}. J. {last}",
        "nickname": name if single or not cased else f"{first} \u201cKit\u201d {last}",
        "spaced": "   ".join(" ".join(word) for word in name.upper().split()) if cased else name,
        "file": f"CV_{name.replace(' ', '_')}",
    }


def details_of(name: str, language: str) -> dict[str, str]:
    """What fills the slots for the person ``name``; the same at each call."""
    draw = random.Random(f"{name}/{language}")
    others = [person.name for person in people() if person.group == "names" and person.name != name]
    one, two, three, four, five = draw.sample(others, 5)
    born = date(1960, 1, 1) + timedelta(days=draw.randrange(16_000))
    digits = [str(draw.randrange(10**7, 10**8)) for _ in range(8)]
    month = _MONTHS[language][born.month - 1]
    dots = {"en": born.strftime("%d/%m/%Y"), "fr": born.strftime("%d.%m.%Y")}[language]
    phones = ["+44 20 7946 0{}", "07700 900{}"] if language == "en" else ["06 12 34 {} 78", "+33 6 12 34 {} 78"]
    mails = [_slug(name), _slug(name).replace(".", "")[:6] + "88", "my.post42"]
    return _forms(name) | {
        "email": f"{draw.choice(mails)}@mail.example.com",
        "phone": draw.choice(phones).format(digits[0][:3] if language == "en" else digits[0][:2]),
        "referee_phone": "+44 20 7946 0123" if language == "en" else "06 98 76 54 32",
        "street": draw.choice(_STREETS[language]),
        "birth": dots,
        "birth_long": f"{born.day} {month} {born.year}",
        "age": str(2026 - born.year - 1),
        "passport": f"{draw.choice('ABCXYZ')}{digits[1]}",
        "identity": f"{digits[2]}{digits[3][:4]}",
        "insurance": f"QQ {digits[4][:2]} {digits[4][2:4]} {digits[4][4:6]} C" if language == "en"
        else f"{draw.choice('12')} {born:%y} {born:%m} 69 {digits[4][:3]} {digits[4][3:6]} 42",
        "licence": _slug(name).replace(".", "")[:3].upper() + digits[5],
        "visa": f"V-{digits[6]}",
        "tax": f"{digits[7][:3]}-{digits[7][3:5]}-{digits[7][4:]}" if language == "en" else f"{digits[7]}12345",
        "father": one, "mother": two, "spouse": three, "referee": four, "referee2": five, "maiden": one.split()[-1],
        **{key: draw.choice(options[language]) for key, options in _CHOICES.items()},
    }  # fmt: skip


def write_cv(name: str, layout: Layout, language: str) -> tuple[str, tuple[Planted, ...]]:
    """Return the CV of ``name`` and where each planted detail stands in it."""
    number = LANGUAGES.index(language)
    bodies = _data()["bodies"][language]
    title, _, rest = bodies[bodies["order"][layout.number % 6]].strip("\n").partition("\n")
    lines = [texts[number] for texts in _data()["details"].values()]
    lines = [lines[(layout.number * 4 + offset) % len(lines)] for offset in range(4)]
    template = layout.template.replace("{details}", "\n".join(lines)).replace("{title}", title).replace("{rest}", rest)
    template = template.replace("_en}", "}").replace("_fr}", "}").replace("{town}", ("Leeds", "Lille")[number])
    values, text, planted, done = details_of(name, language), "", [], 0
    for slot in _SLOT.finditer(template):
        text += template[done : slot.start()]
        if (key := slot.group(1)) in KIND_OF:
            planted.append(Planted(KIND_OF[key], len(text), len(text) + len(values[key])))
            text += values[key]
        else:
            text += key.split("|")[number]
        done = slot.end()
    return text + template[done:], tuple(planted)


def left_of(text: str, planted: Planted, taken: bytearray) -> str:
    """The letters and digits of a detail that masking left, empty where it left none."""
    return "".join(text[at] for at in range(planted.start, planted.end) if text[at].isalnum() and not taken[at])


def bare(value: object) -> object:
    """``value`` without quotes, which may hold the name; a profile loses its name, a section is its kind."""
    if isinstance(value, Evidence):
        return None
    if isinstance(value, Section):
        return value.kind
    if isinstance(value, CandidateProfile):
        value = dataclasses.replace(value, name=None)
    if isinstance(value, tuple):
        return tuple(bare(item) for item in value)
    if dataclasses.is_dataclass(value):
        return {field.name: bare(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return value


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one CV: each planted kind with what was left of it, and whether text and profile are the reference's."""

    person: Person
    layout: Layout
    language: str
    left: tuple[tuple[str, str], ...]
    same_text: bool
    same_profile: bool

    @property
    def held_out(self) -> bool:
        return self.person.held_out or self.layout.held_out


def _seen(name: str, layout: Layout, language: str) -> tuple[tuple[tuple[str, str], ...], str, object]:
    text, planted = write_cv(name, layout, language)
    reading = read_candidate_text(text)
    taken = bytearray(len(text))
    for span in reading.masked.spans:
        if span.kind != "gender":
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
    left = tuple((item.kind, left_of(text, item, taken)) for item in planted)
    return left, reading.masked.text, (reading.language, bare(reading.profile))


def outcomes() -> Iterator[Outcome]:
    """Read and mask every CV. Takes some minutes."""
    for layout in layouts():
        for language in LANGUAGES:
            _, text, profile = _seen(REFERENCE, layout, language)
            for person in people():
                left, masked, read = _seen(person.name, layout, language)
                yield Outcome(person, layout, language, left, masked == text, read == profile)


def rate(values: Sequence[bool], groups: Sequence[str]) -> dict[str, Any]:
    """The share of true ``values`` with its 95 % interval; ``groups`` (layouts) are drawn anew whole."""
    shares = [float(value) for value in values]
    estimate = grouped_mean_interval(shares, groups) if len(set(groups)) > 1 else mean_interval(shares)
    numbers = {"share": estimate.mean, "low": estimate.low, "high": estimate.high}
    return {"n": estimate.n, **{key: None if x is None else round(x, 5) for key, x in numbers.items()}}


def rates(found: Sequence[Outcome]) -> dict[str, Any]:
    """The share of details and of CVs that leak, and of swaps that change nothing."""
    groups = [outcome.layout.name for outcome in found]
    kinds: dict[str, list[tuple[bool, str]]] = defaultdict(list)
    for outcome in found:
        for kind, left in outcome.left:
            kinds[kind].append((bool(left), outcome.layout.name))
    items = [pair for pairs in kinds.values() for pair in pairs]
    return {
        "items_left": rate([left for left, _ in items], [group for _, group in items]),
        "cvs_with_an_item_left": rate([any(left for _, left in outcome.left) for outcome in found], groups),
        "same_text_after_a_swap": rate([outcome.same_text for outcome in found], groups),
        "same_profile_after_a_swap": rate([outcome.same_profile for outcome in found], groups),
        "items_left_by_kind": {k: rate([x for x, _ in p], [g for _, g in p]) for k, p in sorted(kinds.items())},
    }


def measure() -> dict[str, Any]:
    """The table of leaks: over all, by split, by language, by kind of layout and by kind of name."""
    found = list(outcomes())
    parts = {
        "developed": [o for o in found if not o.held_out],
        "held_out": [o for o in found if o.held_out],
        "held_out_person_and_layout": [o for o in found if o.person.held_out and o.layout.held_out],
        **{language: [o for o in found if o.language == language] for language in LANGUAGES},
        **{group: [o for o in found if o.layout.group == group] for group in ("ordinary", "weak")},
        **{
            f"names:{group}": [o for o in found if o.person.group == group]
            for group in dict.fromkeys(person.group for person in people())
        },
    }
    sixty = [outcome for outcome in found if outcome.person.group in ("names", "words")]
    return {
        "layouts": len(layouts()),
        "people": len(people()),
        "sixty": rates(sixty),
        "all": rates(found),
        **{name: rates(part) for name, part in parts.items()},
    }


def main() -> None:
    """Print what leaks in the CVs that are not held out, for whoever mends it."""
    found = [outcome for outcome in outcomes() if not outcome.held_out]
    for name, value in rates(found).items():
        print(name, value)
    worst: dict[tuple[str, str], list[str]] = defaultdict(list)
    for outcome in found:
        for kind, left in outcome.left:
            if left:
                worst[outcome.layout.name, kind].append(f"{outcome.language} {outcome.person.name}: {left}")
        if not outcome.same_text:
            worst[outcome.layout.name, "swap"].append(f"{outcome.language} {outcome.person.name}")
        if not outcome.same_profile:
            worst[outcome.layout.name, "profile"].append(f"{outcome.language} {outcome.person.name}")
    for key, shown in sorted(worst.items(), key=lambda pair: -len(pair[1])):
        print(key, len(shown), shown[:5])


if __name__ == "__main__":
    main()
