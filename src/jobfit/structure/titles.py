"""The title of a position in the lines around its dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jobfit.folding import fold
from jobfit.records import Section, Stated
from jobfit.structure.sections import HEADINGS
from jobfit.structure.spans import stated
from jobfit.structure.terms import OccupationFinder
from jobfit.taxonomy.model import Taxonomy

_BULLET = re.compile(r"(?:[\s\-•·*▪●○◦‣>+|,;:(\[—–\u0080-\u009f\uf000-\uf8ff]|\.(?=\s)){0,20}")
_TAIL = re.compile(r"[\s\-|,;:.(\[)\]—–/]{1,20}\Z")
_SPLIT = re.compile(
    r"\s*(?:[,;|•·@()\[\]]|:(?=\s|\Z)|\s[-–—]{1,2}\s|\s{2,}|\t|(?<=\w)\s(?:at|chez|for|"
    r"pour)\s(?=[A-ZÀ-Þ])|\s(?i:with|avec)\s|\s(?=\d))\s*"
)
_PROSE = re.compile(
    r"[.!?]\s+[A-Z]|[.;]\s*\Z|\b(?:i|my|we|was|were|is|are|using|which|that|je|nous|etait|pour le|"
    r"avec)\b"
)
_MAXIMUM = 90
_WORDS = 10

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Title:
    """The span of a title, its occupation in the taxonomy if known, and whether its words name a role."""

    start: int
    end: int
    occupation: str | None
    certain: bool


def trimmed(text: str, start: int, end: int) -> Span:
    """Return the span without bullets, separators and blanks at its edges; may be empty."""
    if match := _BULLET.match(text, start, end):
        start = match.end()
    if match := _TAIL.search(text, start, end):
        end = match.start() + (1 if text[match.start()] == ")" and "(" in text[start : match.start()] else 0)
    return start, max(start, end)


def find_title(text: str, start: int, end: int, occupations: OccupationFinder | None) -> Title | None:
    """Return the title in a line or part of it: the first piece that names a role or a known occupation.

    Without one it is the first piece, marked as not ``certain``; ``None`` where there are no letters. The heading of a
    section is no title, also where the first position has none below it.
    """
    pieces = [(begin, stop) for begin, stop in _pieces(text, start, end) if fold(text[begin:stop]) not in HEADINGS]
    for piece_start, piece_end in pieces:
        piece = text[piece_start:piece_end]
        occupation = _occupation(piece, occupations)
        if (occupation or names_role(fold(piece))) and len(piece.split()) <= _WORDS:
            return Title(piece_start, piece_end, occupation, True)
    first = next((p for p in pieces if p[1] - p[0] <= _MAXIMUM), None)
    return Title(*first, None, False) if first else None


def is_title_line(text: str, start: int, end: int, occupations: OccupationFinder | None) -> bool:
    """Tell whether a line is a title and little else: short, capitalised, no bullet, no sentence, names a role."""
    begin, stop = trimmed(text, start, end)
    line = text[begin:stop]
    if not 3 <= len(line) <= _MAXIMUM or not line.lstrip(".")[:1].isupper() or begin - start > 1:
        return False
    title = find_title(text, begin, stop, occupations)
    if title is None or not title.certain or len(line.split()) > _WORDS or _PROSE.search(fold(text[start:end])):
        return False
    piece = text[title.start : title.end]
    if not piece.lstrip(".")[0].isupper():
        return False
    return title.occupation is not None or any(_at_edge(piece, *match.span()) for match in ROLE.finditer(fold(piece)))


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    position = start
    for match in _SPLIT.finditer(text, start, end):
        yield from _piece(text, position, match.start())
        position = match.end()
    yield from _piece(text, position, end)


def _piece(text: str, start: int, end: int) -> Iterator[Span]:
    begin, stop = trimmed(text, start, end)
    if sum(character.isalpha() for character in text[begin:stop][:_MAXIMUM]) >= 2:
        yield begin, stop


def _occupation(piece: str, occupations: OccupationFinder | None) -> str | None:
    """Return the occupation whose name begins or ends the piece; the longest name of several."""
    found = [
        o for o in (occupations.find(piece) if occupations else ()) if _at_edge(piece, o.evidence.start, o.evidence.end)
    ]
    return max(found, key=lambda o: o.evidence.end - o.evidence.start).value if found else None


def _at_edge(piece: str, start: int, end: int) -> bool:
    return start == 0 or end == len(piece)


_ENGLISH = """accountant administrator adviser advisor analyst apprentice architect assistant associate attendant
auditor baker barista bartender bricklayer builder butcher buyer carer caregiver carpenter cashier chef
cleaner clerk coach consultant cook coordinator counsellor ceo cfo cto dentist designer developer
devops director dispatcher doctor driver economist editor electrician engineer estimator fitter
founder freelancer hairdresser housekeeper instructor intern interpreter inspector journalist
laborer labourer lawyer leader lecturer librarian machinist manager mechanic mentor midwife
merchandiser nurse officer operative operator owner packer painter paralegal paramedic pharmacist
physiotherapist picker planner plumber porter programmer professor psychologist receptionist
recruiter representative researcher salesman salesperson scientist secretary seller specialist
steward storekeeper superintendent supervisor surveyor teacher technician technologist teller tester
therapist trainee trainer translator tutor underwriter veterinarian waiter waitress warehouseman
welder writer"""
_FRENCH = """acheteur acheteuse adjoint adjointe administrateur administratrice agente aide-soignant
aide-soignante alternant alternante analyste animateur animatrice apprenti apprentie architecte
assistante auxiliaire avocat avocate boucher boulanger boulangere caissier caissiere cariste
chauffeur chef cheffe chercheur chercheuse coiffeur coiffeuse comptable concepteur conceptrice
conducteur conductrice conseiller conseillere consultante coordinateur coordinatrice couvreur
cuisinier cuisiniere developpeur developpeuse directeur directrice educateur educatrice electricien
electricienne employe employee enseignant enseignante formateur formatrice gardien gerant gerante
gestionnaire graphiste hote hotesse infirmier infirmiere informaticien ingenieur ingenieure
jardinier juriste livreur macon magasinier manutentionnaire mecanicien menuisier monteur operateur
operatrice ouvrier ouvriere patissier peintre pharmacien plombier preparateur preparatrice
professeur professeure programmeur receptionniste redacteur redactrice responsable secretaire
serveur serveuse soudeur stagiaire surveillant technicien technicienne traducteur traductrice
vendeur vendeuse veterinaire"""
_ROLES = "|".join(sorted({*_ENGLISH.split(), *_FRENCH.split()}, key=len, reverse=True))
ROLE = re.compile(
    rf"(?<!\w)(?:{_ROLES}|head of|vice president|"
    r"(?:team|tech|technical|group|project|qa|front-?end|back-?end) lead|(?:financial|management|cost|"
    r"business) controller|"
    r"(?:security|life) guard|(?:social|care|factory|farm|construction|support) worker|"
    r"(?:sales|support|security|travel|estate) agent|agent (?:de|d'|commercial|immobilier)|chargee? d(?:e|')|"
    r"aide (?:a domicile|menagere|de cuisine)|(?:attachee?|technico-?|assistante?) ?commerciale?|"
    r"commerciale? (?:b2b|terrain|sedentaire|itinerante?|export)|"
    r"(?:soft|front|back|data|qa|hr|it|js|java)[\w ]{0,12} dev|qa)(?!\w)"
)


def names_role(folded: str) -> bool:
    """Tell whether a folded piece of text holds a word for a position, such as "engineer" or "vendeuse".

    >>> names_role("senior java developer"), names_role("developed in java")
    (True, False)
    """
    return ROLE.search(folded) is not None


_LABEL = re.compile(
    r"(?:^|\n)[ \t]{0,20}(?:job title|position title|title|position|job|role|intitule(?: du poste)?|"
    r"poste(?: a pourvoir)?|titre) ?[:\-] ?(?P<title>[^\n]{3,100})"
)
_PHRASE = re.compile(
    r"\b(?:(?:we are |is |are |currently )?(?:seeking|looking for|hiring|recruiting)|recherch(?:e|ons)|"
    r"recrut(?:e|ons)|as an?|you are an?|if you are an?) "
    r"(?:an? |une? |des |son |sa |notre |our |the |experienced )?(?P<title>[^\n.,;:(!?]{3,60}?)(?= \(|"
    r"[\n.,;:(!?]| to | with | who | for | in | position| pour | en | dans | a | h/f| f/h|$)"
)
_GENDERED = re.compile(
    r" ?\([^()\n]{1,8}\)|[·.](?:e|se|ne|rice|trice|ere|euse)s?\b|/(?:se|rice|trice|ere|euse|ne|e)\b|"
    r"\b[hmf]/[hmfxd](?:/[xd])?\b"
)
_LONGEST = 100
_BEGINNING = 3000


def find_vacancy_title(text: str, sections: tuple[Section, ...]) -> Stated[str] | None:
    """Return the labelled title, the first line where it is short, or what a phrase like "We seek a ..." names."""
    folded = fold(text)
    if labelled := _LABEL.search(folded, 0, _BEGINNING):
        return _titled(text, *labelled.span("title"))
    line_end = text.find("\n", len(text) - len(text.lstrip()))
    first = text[: line_end if line_end >= 0 else len(text)]
    is_heading = any(s.kind != "header" and s.start < len(first) for s in sections)
    if (
        line_end >= 0
        and 2 < len(first.strip()) <= _LONGEST
        and not is_heading
        and not first.rstrip().endswith((".", "!", "?", ":"))
    ):
        return _titled(text, 0, len(first))
    if phrase := _PHRASE.search(folded, 0, _BEGINNING):
        return _titled(text, *phrase.span("title"))
    return None


def find_occupation(title: Stated[str] | None, taxonomy: Taxonomy) -> str | None:
    """Return the id of the first occupation that ``title`` names; "Infirmier(ère) H/F" reads as "Infirmier"."""
    if title is None:
        return None
    finder = OccupationFinder(taxonomy)
    found = finder.find(title.value) or finder.find(_GENDERED.sub(" ", fold(title.value)))
    return found[0].value if found else None


def _titled(text: str, start: int, end: int) -> Stated[str]:
    found = stated("", text, start, end)
    return stated(found.evidence.text, text, start, end)
