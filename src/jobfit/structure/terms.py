"""Finding the skills and occupations of a taxonomy in a text, in one pass.

The text becomes tokens; a tree of label tokens is walked from each token, and the longest label wins. The time is
linear in the text: labels are at most a dozen tokens long.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from heapq import merge
from itertools import islice, pairwise

from jobfit.folding import fold
from jobfit.lexicon import Lexicon, built
from jobfit.records import Stated
from jobfit.structure.ligatures import without_ligatures
from jobfit.structure.spans import first_mentions, stated
from jobfit.structure.text import ReadText, as_read
from jobfit.taxonomy.model import FIELD, TASK, Occupation, Skill, Taxonomy, labels_by_rank

# "fullstack" and "full-stack" give the same two tokens; ".NET" keeps its dot where no word stands before it.
_TOKEN = re.compile(r"(?<![^\W_])\.net(?![^\W_])|(?:full(?=stack)|front(?=end)|back(?=end))|[^\W_]+(?:\+\+|#)?")
# What may stand between two words of a name. The separators of a list may only where the vocabulary has them: "CI/CD".
_GAP = re.compile(r" {0,3}|[-.'_]|[-']? ?\n ?")
_LONG = 40  # characters of a line that is broken because it is full
_DIGITS = re.compile(r"([a-z]{3,})\d{1,2}\Z")
# where the break between two words was lost: "testsSQL", "CSSExperience"
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z]{2})(?=[A-Z][a-z])|(?<=[\d+#])(?=[A-Z][a-z])")
_MOST_HUMPS = 8
_LEAST_LOST = 4  # letters that are left of a word without its ligatures
_PARENTHESIS = re.compile(r" {0,3}\([^()]{0,80}\) {0,3}\Z")


class _Node:
    __slots__ = ("as_written", "children", "id", "label")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.id: str | None = None
        self.label = ""
        self.as_written = False  # other capitals or marks make other words of it


@lru_cache(maxsize=16384)
def _stem(token: str) -> str:
    """Return the singular of an English or French token, the same for both spellings of one word."""
    if len(token) >= 4:
        if token.endswith("eaux"):
            token = token[:-1]
        elif token.endswith("aux"):
            token = token[:-3] + "al"
        elif token.endswith("s") and not token.endswith("ss"):
            token = token[:-1]
    return token[:-2] + "y" if len(token) > 4 and token.endswith("ie") else token


def _spellings(label: str) -> Iterator[str]:
    """Yield the label, also without "(computer programming)" at its end, with "js" joined and apart, "MS Visio"."""
    yield label
    short = _PARENTHESIS.sub("", label)
    if short != label and short:
        yield short
    if short.startswith("Microsoft "):
        yield "MS" + short.removeprefix("Microsoft")
    for ending in (".js", " js"):
        if short.lower().endswith(ending):
            yield short[: -len(ending)] + "JS"


class _LabelFinder:
    def __init__(self, terms: Collection[Skill | Occupation]) -> None:
        self._root = root = _Node()
        self._branches = lru_cache(maxsize=16384)(lambda token: _children(root, token))
        self._words: set[str] = set()
        for label, term_id in dict.fromkeys(labels_by_rank(terms)):  # most names are the same in both languages
            for spelling in _spellings(label):
                self._add(spelling, term_id)

    def _add(self, label: str, term_id: str) -> None:
        folded = fold(label)
        tokens = list(_TOKEN.finditer(folded))
        if not tokens:
            return
        joints = ["", *(_joint(folded[one.end() : other.start()]) for one, other in pairwise(tokens))]
        # "Windows" must not be found in "window": a single name that ends in s is kept as it is.
        keys = [t.group() if len(tokens) == 1 and t.group().endswith("s") else _stem(t.group()) for t in tokens]
        self._words.update(keys)
        for apart in {tuple(joints), ("",) * len(joints)}:  # "CI/CD" is also found in "CI CD"
            node = self._root
            for joint, key in zip(apart, keys, strict=True):
                node = node.children.setdefault(joint + key, _Node())
            if node.id is None:  # the first term that claims a label keeps it
                node.id, node.label, node.as_written = term_id, label, _is_prose([t.group() for t in tokens])

    def called(self, folded: str) -> str | None:
        nodes, last = [self._root], 0
        for token in _TOKEN.finditer(folded):
            joint = _joint(folded[last : token.start()]) if last else ""
            nodes = [child for node in nodes for child in _children(node, token.group(), joint)]
            last = token.end()
        return next((node.id for node in nodes if node.id is not None), None)

    def find(self, read: ReadText) -> Iterator[Stated[str]]:
        text, folded = read.text, read.folded
        tokens = [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(folded)]
        tokens = [part for token in tokens for part in self._unglued(text, token, read.lost_breaks)]
        if read.lost_ligatures:
            tokens = [(self._whole.get(word, word), start, end) for word, start, end in tokens]
        position = 0
        while position < len(tokens):
            best = self._longest(text, folded, tokens, position)
            if best is None:
                position += 1
                continue
            id_, end = best
            inside = self._longest(text, folded, tokens, position + 1) if end - position > 1 else None
            if inside and inside[1] - (position + 1) > end - position:
                position += 1  # "MS SQL Server" in "MS SQL Server Analysis Services"
                continue
            yield stated(id_, text, tokens[position][1], tokens[end - 1][2])
            position = end

    def _unglued(self, text: str, token: tuple[str, int, int], lost: bool) -> list[tuple[str, int, int]]:
        """Return the words of "CitrixVMWareNetwork", the longest known ones first; others in one piece.

        Where no breaks were ``lost`` elsewhere, only what names terms, or begins a sentence: "DjangoJavaScript",
        "LinuxShould", but not "SparkPost".
        """
        folded, start, end = token
        if text[start + 1 : end].islower():
            return [token]
        cuts = [m.start() for m in islice(_HUMP.finditer(text, start, end), _MOST_HUMPS)]
        if not cuts or self._is_word(folded):
            return [token]
        parts, edges = [], [*cuts, end]
        while start < end:
            after = [edge for edge in edges if edge > start]
            known = (edge for edge in reversed(after) if self._is_word(folded[start - token[1] : edge - token[1]]))
            stop = next(known, after[0])
            parts.append((folded[start - token[1] : stop - token[1]], start, stop))
            start = stop
        stops = _ambiguous().stops
        return parts if lost or all(part in stops or self.called(part) for part, _, _ in parts) else [token]

    @cached_property
    def _whole(self) -> dict[str, str]:
        """The words of labels by how they are spelt without their ligatures, where that is no other word."""
        spelt = {lost: word for word in self._words for lost in without_ligatures(word) if len(lost) >= _LEAST_LOST}
        return {lost: word for lost, word in spelt.items() if not self._is_word(lost)}

    def _is_word(self, token: str) -> bool:
        return token in self._words or _stem(token) in self._words

    def _longest(
        self, text: str, folded: str, tokens: list[tuple[str, int, int]], first: int
    ) -> tuple[str, int] | None:
        """Return the walk to the longest label at ``first``: "Windows" and "Windows Server" begin in two branches."""
        walks = (self._walk(node, text, folded, tokens, first) for node in self._branches(tokens[first][0]))
        return max(filter(None, walks), key=lambda walk: walk[1], default=None)

    def _walk(
        self, node: _Node, text: str, folded: str, tokens: list[tuple[str, int, int]], first: int
    ) -> tuple[str, int] | None:
        """Return the longest name at ``first``: its term and its end."""
        start, end = tokens[first][1:]
        name = start
        best = (node.id, first + 1) if node.id is not None and is_name(node.label, text, folded, start, end) else None
        for i in range(first + 1, len(tokens)):
            token, start, end = tokens[i]
            gap = folded[tokens[i - 1][2] : start]
            child = next(iter(_children(node, token, _joint(gap))), None)
            if child is None or ("\n" in gap and not _wraps(text, name, start, end)):
                break
            node = child
            if node.id is not None and not (node.as_written and _squeezed(text[name:end]) != _squeezed(node.label)):
                best = (node.id, i + 1)
        return best


def _is_prose(tokens: list[str]) -> bool:
    """Tell whether ordinary words fold to the tokens of a name: "M&A" and "I'm a", "AS-i" and "as I", "System i"."""
    return len(tokens) > 1 and (
        all(len(token) == 1 for token in tokens) or tokens[-1] in ("a", "i") or tokens[0] in ("as", "was")
    )


def _squeezed(words: str) -> str:
    """Return what tells such a name from prose: letters as they are written, digits and "&"."""
    return re.sub(r"[^\w&]", "", words)


def _joint(gap: str) -> str:
    """Return what separates two words but for blanks and the like: "/" in "CI / CD", nothing in "front-end"."""
    return "" if _GAP.fullmatch(gap) else gap.strip() or "\n"


def _wraps(text: str, name: int, start: int, end: int) -> bool:
    """Tell whether a line is broken before the word ``start``..``end`` of a name because it is full.

    It is no item of a list ("Spring", "Cloud", each on its line) where the line is long, or has other words before the
    name, and the next line goes on.
    """
    line = text.rfind("\n", 0, name) + 1
    if name - line >= _LONG:
        return True
    ahead = text[end : end + 2].lstrip(" ")[:1]
    return any(map(str.isalnum, text[line:name])) and (text[start].islower() or ahead not in ("", "\n", ":"))


def _children(node: _Node, token: str, joint: str = "") -> list[_Node]:
    """Return the branches that a token may take: as it is written, as a singular, without its number.

    ``joint`` (:func:`_joint`) separates it from the token before.
    """
    branches = node.children
    spelt = dict.fromkeys((token, _stem(token)))
    if not any(joint + word in branches for word in spelt) and (numbered := _DIGITS.match(token)):  # HTML5, Angular2
        spelt = {numbered.group(1): None}
    return [branches[joint + word] for word in spelt if joint + word in branches]


@dataclass(frozen=True, slots=True)
class _Key:
    """Makes a taxonomy hashable: the same object gives the same finder."""

    terms: Mapping[str, Skill] | Mapping[str, Occupation] = field(compare=False)
    identity: tuple[str, int]


@lru_cache(maxsize=8)
def _finder(key: _Key) -> _LabelFinder:
    return _LabelFinder(key.terms.values())


@lru_cache(maxsize=8)
def _transversal(key: _Key) -> frozenset[str]:
    return frozenset(id_ for id_, term in key.terms.items() if isinstance(term, Skill) and term.transversal)


class SkillFinder:
    """Finds the skills of a taxonomy by their labels in all languages. Building it is cached per taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._identity = (taxonomy.version, id(taxonomy.skills))
        self._finder = _finder(_Key(taxonomy.skills, self._identity))
        self._skills = taxonomy.skills

    def find(self, text: str | ReadText, *, wide: bool = False) -> tuple[Stated[str], ...]:
        """Return the skill ids in ``text``, first mention each, in the order of the text; empty if there are none.

        Words are whole, accents and plurals do not matter, the longest label wins ("Java" is not in "JavaScript").
        Names that are ordinary words count only where they are names, and wide names ("testing") where they are asked
        for or stand in a list; with ``wide`` anywhere.
        """
        return first_mentions(self.mentions(text, wide=wide))

    def mentions(self, text: str | ReadText, *, wide: bool = False, tasks: bool = False) -> Iterator[Stated[str]]:
        """Yield every mention of a skill, in the order of the text; with ``tasks`` those of tasks anywhere."""
        read = as_read(text)
        return (
            s
            for s in self._named(read)
            if is_skill(read.folded, s.evidence.start, s.evidence.end)
            and (
                not self.is_wide(s.value)
                or is_meant(read.folded, s.evidence.start, s.evidence.end, wide or (tasks and self.is_task(s.value)))
            )
        )

    def _named(self, read: ReadText) -> Iterator[Stated[str]]:
        """Yield what is named, in order; the modules of SAP by their letters, where nothing but modules is listed."""
        found = self._finder.find(read)
        modules = (code for several in _MODULES.finditer(read.text) for code in self._modules(read, *several.span(1)))
        yield from merge(found, modules, key=lambda item: item.evidence.start)

    def _modules(self, read: ReadText, start: int, end: int) -> list[Stated[str]]:
        ids = [(self.called("sap " + read.folded[slice(*m.span())]), m) for m in _CODE.finditer(read.text, start, end)]
        return [stated(id_, read.text, *m.span()) for id_, m in ids if id_] if all(id_ for id_, _ in ids) else []

    @property
    def transversal(self) -> frozenset[str]:
        """The skills of any occupation, such as teamwork."""
        return _transversal(_Key(self._skills, self._identity))

    def called(self, folded: str) -> str | None:
        """Return the skill of which ``folded`` is the whole name, whatever else it may mean; ``None`` for no skill."""
        return self._finder.called(folded)

    def is_wide(self, id_: str) -> bool:
        """Tell whether a skill has a wide name (:data:`jobfit.taxonomy.model.FIELD`), or is a task."""
        return self._skills[id_].kind in (FIELD, TASK)

    def is_task(self, id_: str) -> bool:
        """Tell whether a skill is a task of a trade (:data:`jobfit.taxonomy.model.TASK`)."""
        return self._skills[id_].kind == TASK


class OccupationFinder:
    """Finds the occupations of a taxonomy by their names in all languages. Building it is cached per taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._finder = _finder(_Key(taxonomy.occupations, (taxonomy.version, id(taxonomy.occupations))))

    def find(self, text: str | ReadText) -> tuple[Stated[str], ...]:
        """Return the occupation ids in ``text``, first mention each, in the order of the text; may be empty."""
        read = as_read(text)
        named = self._finder.find(read)
        return first_mentions(o for o in named if is_occupation(read.folded, o.evidence.start, o.evidence.end))


_ADDRESS = re.compile(r"\.(?:com|org|io|net|dev|fr|eu|php|html?)\b")  # "github.com/ann" names no skill
_YEAR = re.compile(r" (?:of |de )?'?(?:(?:19|20)\d\d|\d\d\b)")
_NEXT_NAME = re.compile(r" [A-Z]")
_SURNAME = re.compile(r" ([A-Z][a-z]{1,20})(?=[\s,.;)]|\Z)")
_SIBLING = re.compile(r"(?: ?[,/&] ?|,? (?:and|or|et|ou) )(?:c\+\+|c#|objective-?c)")  # behind "C"
_POSTCODE = re.compile(r"[a-z]{1,2}\d[a-z\d]? \d[a-z]{2}(?!\w)")
_CODE = re.compile("[A-Z]{2,4}")
# "SAP modules like FI, CO and MM"
_MODULES = re.compile(
    r"(?<!\w)SAP(?: [a-z]{2,12}){0,4}(?: ?[:(-])? ?(?<!\w)"
    r"([A-Z]{2,4}(?:(?: ?[,/&] ?|,? (?:and|or|et|ou) )[A-Z]{2,4}){1,15})(?!\w)"
)
_SMALL_BEFORE = re.compile(r"(?<![^\W_])[a-z]{2,} \Z")
_PROJECTS = frozenset({"apache"})  # "Apache Camel" is another project than the server
_WINDOW = 40
_AROUND = 60  # characters on either side of a skill that are looked at


class _Ambiguous:
    def __init__(self, lexicon: Lexicon) -> None:
        self.words = lexicon.words("terms", "ordinary")
        self.stops = lexicon.words("detection", "stop_words") | lexicon.words("unlisted", "stops")
        self.never_in_prose = lexicon.words("terms", "never_in_prose")
        # forms of companies and the commonest of words: "Acme SAS", "sales rose"
        self.only_in_lists = lexicon.words("terms", "only_in_lists")
        self.before = re.compile(
            rf"(?:^|[\n,;:/|(•·*▪●+\[]|(?<!\w)-|\b(?:{lexicon.union('terms', 'before')})) {{0,3}}$"
        )
        # "Excel ++", "Word : good", "Access - 5 years": what rates it
        rated = rf"(?:[:=-] ?)?(?:[✓✔☑✗✘☐★●*+]|(?:{lexicon.union('terms', 'rated')})(?!\w))"
        after = rf"\.(?:\s|$)|(?:{lexicon.union('terms', 'after')})\b|{rated}"
        self.after = re.compile(rf" {{0,3}}(?:$|[\n,;/|)\]•·(]|{after})")
        # "Knowledge of R", "Go required": words that ask for a skill
        self.asked_before = re.compile(rf"\b(?:{lexicon.union('terms', 'asked_before')}) $")
        self.asked_after = re.compile(rf" (?:{lexicon.union('terms', 'asked_after')})\b")
        self.never_asked = lexicon.words("terms", "never_asked")
        self.places = re.compile(rf" (?:{lexicon.union('terms', 'places')})\b")
        self.places_before = re.compile(rf"\b(?:{lexicon.union('terms', 'places_before')}) $")
        self.not_followed_by = re.compile(rf" (?:{lexicon.union('terms', 'not_followed_by')})\b")
        self.in_capitals = lexicon.words("terms", "in_capitals")
        self.of_people = re.compile(rf" (?:{lexicon.union('terms', 'of_people')})\b")
        self.given = lexicon.words("terms", "given")
        self.beside_names = lexicon.words("roles", "words") | lexicon.words("terms", "beside_names")
        self.seasons = lexicon.numbers("dates", "seasons").keys()
        self.of_street = re.compile(rf"\b(?:{lexicon.union('terms', 'of_street')}) ?$")
        self.not_in_lists = re.compile(rf"\b(?:{lexicon.union('terms', 'not_in_lists')})\b[^\n]{{0,20}}$")


_ambiguous = built(_Ambiguous)


def is_name(label: str, text: str, folded: str, start: int, end: int) -> bool:
    """Tell whether ``text[start:end]``, which spells the one-word ``label``, is the name and not an ordinary word.

    ``folded`` is the folded text. A label that is neither short nor ambiguous always counts.
    """
    known = _ambiguous()
    key, written = folded[start:end], text[start:end]
    if len(key) <= 2 and key.isalpha():
        if written != label:
            return False
        if len(key) == 1 and _ambiguous().not_in_lists.search(folded[max(0, start - _WINDOW) : start]):
            return False  # "permis C exigé", "grade 4/C"
        sure = (len(key) == 2 and written.isupper()) or _SIBLING.match(folded, end) is not None
        return sure or _in_list(folded, start, end) or _asked(key, folded, start, end)
    if (
        folded.startswith(":/", end)
        or _ADDRESS.match(folded, end)
        or (folded[start - 1 : start] == "." and folded[end : end + 1] in ("?", "/"))
    ):
        return False
    if _POSTCODE.match(folded, start):  # "Plymouth PL1 1EA"
        return False
    if key == "oops":  # the plural of OOP
        return False
    if known.of_street.search(folded[max(0, start - 20) : start]):  # "rue de Java"
        return False
    if key != fold(label) and _stem(key) in known.words:  # "nodes", "tableaux"
        return False
    if label.isupper() and len(key) == len(label) + 1 and not written.startswith(label):
        return False  # "APIs" is the plural of API, but "sais" is not that of SAI
    if key in known.in_capitals and not written.isupper():
        return False
    if key in known.only_in_lists:  # the form of a company stands behind its name: "Acme PLC", but "wiring of PLC"
        small = written.isupper() and _SMALL_BEFORE.search(text, max(0, start - _WINDOW), start) is not None
        return small or _in_list(folded, start, end)
    if known.not_followed_by.match(folded, end):
        return False
    if written[0].isupper() and _names_place_or_person(key, text, folded, start, end):
        return False
    if key in known.seasons and _YEAR.match(folded, end):
        return False  # "Spring 2019"
    if key in _PROJECTS and _NEXT_NAME.match(text, end):
        return False
    if key not in known.words:
        spelt = label.lower()
        return spelt == key or spelt not in known.words  # "nodes", "tableaux" are no names
    if written[0].isupper() and _asked(key, folded, start, end):
        return True
    if _in_list(folded, start, end):
        return written[0].isupper() or key not in known.never_in_prose
    if text[max(0, start - _WINDOW) : end + _WINDOW].isupper() or not written[0].isupper():
        return False  # capitals prove nothing among capitals
    if written.isupper():
        return True  # REST, SAP
    return key not in known.never_in_prose and not _begins_sentence(folded, start)


def _names_place_or_person(key: str, text: str, folded: str, start: int, end: int) -> bool:
    """Tell whether a capitalised word stands in "Java Street", "rue de Java" or "Ruby Jones"."""
    known = _ambiguous()
    if known.places.match(folded, end) or known.places_before.search(folded, max(0, start - _WINDOW), start):
        return True
    surname = _SURNAME.match(text, end) if key in known.given else None
    return surname is not None and surname[1].lower() not in known.beside_names


def _asked(key: str, folded: str, start: int, end: int) -> bool:
    known = _ambiguous()
    if key in known.never_asked:
        return False
    before = known.asked_before.search(folded, max(0, start - _WINDOW), start) is not None
    return (before and not folded.startswith(("-", "&", "'"), end)) or known.asked_after.match(folded, end) is not None


def is_meant(folded: str, start: int, end: int, anywhere: bool = False) -> bool:
    """Tell whether a wide name is asked for, or one of a list, in its words: "experience with databases"."""
    if _ambiguous().of_people.match(folded, end):  # "front end developer", "the testing team"
        return False
    return anywhere or _asked(folded[start:end], folded, start, end) or _in_list(folded, start, end)


def _in_list(folded: str, start: int, end: int) -> bool:
    before, after = folded[max(0, start - _WINDOW) : start], folded[end : end + _WINDOW]
    known = _ambiguous()
    if end - start == 1:  # "permis B, C", "R. Smith"; but "Python and R."
        initial = after.startswith(".") and not before.rstrip(" ").endswith("d")
        if initial or known.not_in_lists.search(before):
            return False
    return (start == 0 or known.before.search(before) is not None) and known.after.match(after) is not None


def _begins_sentence(folded: str, start: int) -> bool:
    before = folded[max(0, start - _WINDOW) : start].rstrip(" ")
    return not before or before[-1] in "\n.!?•·*▪●-"


class _Occupations:
    def __init__(self, lexicon: Lexicon) -> None:
        followed, not_followed = (lexicon.groups("terms", key).items() for key in ("followed", "not_followed"))
        self.followed = {word: re.compile(rf" {{0,2}}(?:\Z|[\n,;|(/-]|{'|'.join(parts)})") for word, parts in followed}
        self.not_followed = {word: re.compile("|".join(parts)) for word, parts in not_followed}
        self.ranked = lexicon.words("terms", "ranked")
        self.ranks = re.compile(rf"(?:^|[\n,;|(/-] {{0,2}}|\b(?:{lexicon.union('terms', 'ranks')}) )$")


_occupations = built(_Occupations)


def is_occupation(folded: str, start: int, end: int) -> bool:
    """Tell whether ``folded[start:end]``, which spells an occupation, names it in this text.

    A "chef de projet" does not cook, a "data architect" builds no houses, "commercial" is an adjective in English.

    >>> is_occupation("chef de projet", 0, 4), is_occupation("chef, restaurant", 0, 4)
    (False, True)
    """
    known, key = _occupations(), folded[start:end]
    after, never = known.followed.get(key), known.not_followed.get(key)
    if (after and not after.match(folded, end)) or (never and never.match(folded, end)):
        return False
    return key not in known.ranked or known.ranks.search(folded[max(0, start - 20) : start]) is not None


class _Skills:
    """Patterns for the words around a skill's name, which "§" stands for in them."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.only, self.unless = (
            {name: re.compile("|".join(patterns)) for name, patterns in lexicon.groups("terms", key).items()}
            for key in ("only", "unless")
        )
        self.institutions = re.compile(rf"\b(?:{lexicon.union('terms', 'institutions')})$")
        self.phrasal = re.compile(rf"(?<=ing) (?:{lexicon.union('terms', 'phrasal')})\b")


_skills = built(_Skills)


def is_skill(folded: str, start: int, end: int) -> bool:
    """Tell whether ``folded[start:end]``, which spells a skill, is one among the words that stand around it.

    A "triage" of bugs is no care, "import/export" of files no trade, "Cypress, TX" a town.

    >>> is_skill("triage of patients", 0, 6), is_skill("triage of bugs", 0, 6)
    (True, False)
    """
    known = _skills()
    if known.institutions.search(folded[max(0, start - _AROUND) : start]):
        return False  # "Department of Genetics"
    if known.phrasal.match(folded, end):
        return False  # "picking up new tools"
    name = " ".join(_TOKEN.findall(folded[start:end]))
    only, unless = known.only.get(name), known.unless.get(name)
    if not only and not unless:
        return True
    around = f"{folded[max(0, start - _AROUND) : start]}§{folded[end : end + _AROUND]}"
    return not (unless and unless.search(around)) and (not only or only.search(around) is not None)
