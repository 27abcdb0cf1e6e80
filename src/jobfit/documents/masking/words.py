"""Words of a text and their folded form; which words are ordinary words rather than names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from jobfit.folding import plain
from jobfit.taxonomy.compact import load_compact


def word_set(words: str) -> frozenset[str]:
    """Return the words of a list that is written as text."""
    return frozenset(words.split())


HEADINGS = word_set(
    """summary profile profil objective objectif objectifs experience experiences employment career parcours work
    professional professionnelle professionnelles professionnel education formation formations training studies etudes
    skills competences expertise languages langues interests hobbies loisirs interets projects projets certifications
    certification references publications awards achievements qualifications technologies tools outils about apropos
    personal details information informations personnelles personal contact contacts coordonnees divers requirements
    responsibilities missions description accomplishments additional volunteering history background technical
    presentation diplomas diplomes licences internships stages"""
)

JOB_HEADS = word_set(
    """dev devs developer developers engineer analyst manager designer consultant administrator assistant technician
    nurse teacher
    accountant specialist director officer coordinator scientist architect programmer tester lead leader executive
    advisor adviser representative receptionist secretary operator supervisor cleaner caregiver physician doctor lawyer
    pharmacist therapist electrician plumber mechanic welder waiter waitress server salesperson seller cashier clerk
    recruiter trainer instructor researcher professor student intern apprentice trainee worker labourer driver
    developpeur developpeuse ingenieur ingenieure analyste responsable directeur directrice technicien technicienne
    infirmier infirmiere enseignant enseignante comptable assistante administrateur administratrice chef cheffe charge
    chargee conseiller conseillere vendeur vendeuse serveur serveuse caissier caissiere cuisinier cuisiniere ouvrier
    ouvriere conducteur conductrice aide soignant soignante agent agente employe employee gestionnaire redacteur
    redactrice professeur formateur formatrice secretaire juriste avocat avocate medecin psychologue etudiant etudiante
    stagiaire apprenti apprentie electricien electricienne plombier soudeur mecanicien magasinier chauffeur commercial
    commerciale graphiste concepteur conceptrice architecte coiffeur coiffeuse estheticienne animateur animatrice
    educateur educatrice auxiliaire hote hotesse receptionniste preparateur preparatrice cariste logisticien"""
)

ORGANISATIONS = word_set(
    """ltd inc llc corp corporation gmbh sarl sas sa plc company group groupe bank banque university universite college
    school ecole institute institut academy academie hospital hopital clinic clinique society societe association
    services solutions systems technologies consulting restaurant hotel lycee faculty faculte ministry agence agency"""
)

JOB_WORDS = word_set(
    """baker cook carpenter mason miller tailor butcher barber porter gardener painter farmer potter boulanger boucher
    charpentier macon marchand meunier berger menuisier patissier pastry senior junior head full stack front end back
    frontend backend fullstack web mobile software hardware data machine learning deep science business system network
    security cloud devops quality assurance product project sales marketing finance human resources customer support
    office administrative general medical dental legal social primary secondary freelance remote part time permanent
    java javascript typescript python ruby rails django flask spring boot angular react vue node docker kubernetes
    jenkins linux windows sql mysql postgresql mongodb oracle php html css git scala kotlin swift go rust perl excel
    word powerpoint photoshop sap salesforce aws azure terraform ansible kafka spark hadoop tableau power bi jira
    english french german spanish italian russian hebrew arabic chinese anglais francais allemand espagnol native
    communication teamwork leadership management planning design development testing administration accounting logistics
    home mob telegram linkedin whatsapp viber github gitlab skype google microsoft apache adobe scrum agile redux vault
    heroku haskell fluent upper intermediate advanced basic business analytics set ukrainian belarusian polish
    cv curriculum vitae resume available disponible immediately confidential page the and of for with in on at to et en
    de du des la le les un une permis driving licence license b"""
)

COUNTRIES = word_set(
    """france england scotland wales ireland uk usa us states canada germany spain italy switzerland belgium belgique
    netherlands israel russia ukraine poland india china japan morocco maroc tunisia tunisie algeria algerie"""
)

PLACES = word_set(
    """france paris lyon marseille toulouse lille nantes bordeaux nice strasbourg rennes london manchester birmingham
    england scotland wales ireland dublin uk usa us states america york boston chicago austin seattle canada toronto
    montreal quebec germany berlin munich spain madrid barcelona italy rome milan switzerland geneva geneve zurich
    belgium belgique bruxelles brussels netherlands amsterdam israel haifa jerusalem tel aviv netanya rehovot ashdod
    ashkelon beer sheva sheba herzliya holon nahariya kiryat bialik petah tikva ramat gan rishon lezion zion yam
    russia moscow ukraine kyiv poland
    warsaw india delhi mumbai china beijing japan tokyo morocco maroc tunisia tunisie algeria algerie europe area
    region"""
)

# Words and names of months, places and tools that are also first or family names: alone they prove nothing.
NAME_WORDS = word_set(
    """will rose page grace mark may hope faith art bill grant chase drew dean rich frank young long king bishop taylor
    smith park field lane hill brown white green black gray grey day summer autumn winter april june august jan mai
    avril juin juillet janvier mars julia ada pascal jade crystal amber travis chef jasmine ember karma max victor major
    chance joy dawn eve ivy lily daisy violet pearl olive ray rob sue pat bob nick jack rusty sandy misty stormy sunny
    star sky river brook glen cliff forest wood woods stone rock banks bush church cross ford marsh moore pool price
    power rice sharp short small swift wise wolf fox bird fish lamb love best good english french german welsh holland
    jordan chad georgia virginia carolina dakota florence nancy sydney austin houston dallas chelsea brooklyn india asia
    petit grand blanc noir brun roux leblanc lebrun legrand lefort rousseau fontaine dubois dupont lambert benoit pierre
    rosier olivier laurent clement constant prudent modeste aime desire parfait france lorraine martin louis charles
    michel marie sainte saint legal general prince duke noble knight earl abbott fuller parker walker hunter fisher
    cooper carter turner archer harper sawyer tyler tanner weaver spencer chandler marshall sterling case mercedes
    orange total apple oracle delta phoenix trinity harmony melody destiny justice honor liberty angel christian
    muse angelus sincere said sage real prosper loyal lucky ange fleur reine roi rue port pont mer mont val do so an
    my la le al be he in it to us me no on or as at by of up we am is if go ma ta sa un en et au du de ne ni ou on
    ses"""
)

PARTICLES = word_set(
    "de la le les du des da do dos das di del della van der den von zu zum bin ben ibn bint al el abu y e af av "
    "ter ten te "
    "st mac mc o d l san dit"
)

# Combining marks are no letters for ``\w``, but a name in Devanagari, Thai, Hebrew or decomposed Latin holds them.
MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u0900-\u0903\u093a-\u094f"
    "\u0951-\u0957\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a4d\u0a81-\u0acd\u0b01-\u0b57\u0b82-\u0bcd\u0c00-\u0c56"
    "\u0c81-\u0cd6\u0d00-\u0d4d\u0d81-\u0ddf\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u102b-\u103e\u200c\u200d"
)
WORD = re.compile(rf"(?:[^\W\d_][{MARKS}]{{0,8}})+")


# Cyrillic and Greek letters that look like Latin ones; one inside a Latin word is a disguise or a slip of the keyboard.
_LOOKALIKES = str.maketrans("аеорсухіѕјАВЕКМНОРСТХІЅЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "aeopcyxisjABEKMHOPCTXISJABEZHIKMNOPTYXo")


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """Return ``word`` in lower case without accents, marks or joiners: equal for every way to write one name."""
    if not word.isascii() and any(c.isascii() for c in word):
        word = word.translate(_LOOKALIKES)
    return plain(word)


@lru_cache(maxsize=1)
def skill_words() -> frozenset[str]:
    """Return the folded words of all skill labels: on a line of their own they are skills rather than a name."""
    labels = (label for skill in load_compact().skills.values() for group in skill.labels.values() for label in group)
    return frozenset(token for label in labels for token in tokens(label))


def lowered(text: str) -> str:
    """Return ``text`` in lower case and of the same length: only the dotted capital I would become two characters."""
    return text.replace("İ", "i").lower()


def mentions(text: str, *hints: str) -> bool:
    """Whether ``text`` (in lower case) holds one of ``hints``: a cheap test before a dear pattern."""
    return any(hint in text for hint in hints)


def near(pattern: re.Pattern[str], hint: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of a dear ``pattern`` in the lines that hold the cheap ``hint``; none may cross a line."""
    found = hint.search(text)
    while found:
        start, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
        end = len(text) if end < 0 else end
        yield from pattern.finditer(text, start, end)
        found = hint.search(text, end)


def near_words(pattern: re.Pattern[str], hints: tuple[str, ...], text: str, low: str) -> Iterator[re.Match[str]]:
    """As :func:`near`, for ``hints`` that are plain words; ``low`` is :func:`lowered` ``text``."""
    lines: set[tuple[int, int]] = set()
    for hint in hints:
        place = low.find(hint)
        while place >= 0:
            start, end = low.rfind("\n", 0, place) + 1, low.find("\n", place)
            end = len(low) if end < 0 else end
            lines.add((start, end))
            place = low.find(hint, end)
    for start, end in sorted(lines):
        yield from pattern.finditer(text, start, end)


def tokens(text: str) -> tuple[str, ...]:
    """Return the folded words of ``text``, in order."""
    return tuple(fold(match.group()) for match in WORD.finditer(text))


def is_capitalised(word: str) -> bool:
    """Whether ``word`` starts as a name does: with a capital, or in a script that has none."""
    return not word[0].islower()


def is_ordinary(token: str) -> bool:
    """Whether a folded token is also a word, a place or a tool, so that alone it does not show a name."""
    return (
        (len(token) < 3 and token.isascii())
        or token in NAME_WORDS
        or token in JOB_WORDS
        or token in JOB_HEADS
        or token in PLACES
        or token in HEADINGS
        or token in ORGANISATIONS
        or token in skill_words()
    )
