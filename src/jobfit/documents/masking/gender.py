"""Gendered words: dropped where they say nothing about the work, else mapped to one form for every gender.

English occupations become the neutral word; French ones, whose grammar has two forms, become one spelling for both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from jobfit.documents.masking.spans import Edit
from jobfit.documents.masking.words import WORD, near, word_set


def _pairs(text: str) -> dict[str, str]:
    """Read ``form form = shared`` clauses separated by semicolons; an underscore stands for a space."""
    result: dict[str, str] = {}
    for clause in text.split(";"):
        forms, _, shared = clause.partition("=")
        result |= {form: shared.strip().replace("_", " ") for form in forms.split()}
    return result


DROP = word_set("he she his her hers him himself herself il elle ils elles")

ENGLISH = _pairs(
    """waiter waitress = server; waiters waitresses = servers; chairman chairwoman = chairperson; salesman saleswoman
    saleslady = salesperson; salesmen saleswomen = salespeople; businessman businesswoman = businessperson; fireman
    firewoman = firefighter; policeman policewoman = police_officer; steward stewardess = flight_attendant; actress =
    actor; foreman forewoman = supervisor; craftsman craftswoman = craftsperson; handyman = maintenance_worker;
    tradesman tradeswoman = tradesperson; cameraman camerawoman = camera_operator; sportsman sportswoman = athlete;
    spokesman spokeswoman = spokesperson; barman barmaid = bartender; housewife househusband = homemaker; hostess =
    host;
    seamstress = tailor; midwife = midwife; headmaster headmistress = head_teacher;
    manageress = manager; serviceman servicewoman = service_member; repairman = repairer; workman = worker;
    cleaning_lady
    = cleaner; mother father mum mom dad = parent; mothers fathers = parents; wife husband = spouse; daughter = child;
    brother sister = sibling; man woman lady gentleman = person; men women ladies gentlemen = people; boy girl = child;
    boys girls = children; boyfriend girlfriend = partner; maternity paternity = parental; maternité paternité =
    parental; mère père = parent; femme homme = personne; femmes hommes = personnes; épouse époux = conjoint; masseuse
    masseur = massage_therapist; heroine = hero; alumna alumnus = graduate"""
)

_FEMININE_E = (
    "ingénieur consultant assistant étudiant gérant adjoint avocat agent apprenti président commercial professeur "
    "auteur "
    "expert chargé responsabilisé employé salarié diplômé motivé expérimenté passionné spécialisé certifié "
    "qualifié confirmé "
    "organisé impliqué délégué retraité engagé déterminé autodidacte attaché surveillant enseignant remplaçant "
    "intervenant "
    "exploitant soignant dirigeant représentant correspondant gestionnair débutant exigeant polyvalent performant "
    "patient "
    "souriant intéressé investi appliqué habitué formé titularisé promu né marié divorcé titulaire recruté "
    "embauché nommé "
    "licencié mandaté détaché élu indépendant bilingue trilingue prêt ouvert disponibl accompli inscrit doué "
    "réfléchi posé "
    "adapté convaincu attentionné attiré animé orienté ponctuel chef présent content compétent efficient persévérant "
    "entraîné habilité agréé dévoué assidu endurant dynamisant avenant accueillant bienveillant tolérant vigilant "
    "prudent adroit structuré cultivé concentré réservé équilibré décidé breveté admis disposé lauréat "
    "pacsé séparé âgé véhiculé résidant spontané assermenté chevronné aguerri accrédité naturalisé"
)
FRENCH = {
    **{
        form: word
        for word in _FEMININE_E.split()
        if not word.endswith(("e", "l", "chef"))
        for form in (word, word + "e")
    },
    **_pairs(
        # where the feminine is an English word too ("Active Directory"), it is the shared spelling
        """actif active = active; proactif proactive = proactive; inventif inventive = inventive; attentif attentive =
        attentive; communicatif communicative = communicative; positif positive = positive; imaginatif imaginative =
        imaginative; combatif combative = combative; intuitif intuitive = intuitive; expressif expressive = expressive;
        sportif sportive = sportif; compétitif compétitive = compétitif; sélectif sélective =
        sélectif; émotif émotive = émotif; professionnel professionnelle = professionnel; loyal loyale = loyal;
        matinal matinale = matinal;
        cheffe chef = chef; commercial commerciale = commercial; ponctuel ponctuelle = ponctuel; décisionnel
        décisionnelle = décisionnel;
        fonctionnel fonctionnelle = fonctionnel; social sociale = social; médical médicale = médical; général générale =
        général; docteur docteure = docteur; maçon maçonne = maçon; gouvernant gouvernante = gouvernant; vigneron
        vigneronne
        = vigneron; patron patronne = patron; maître maîtresse =
        maître; hôte hôtesse = hôte; créatif créative = créatif; réactif réactive = réactif;
        sage-femme maïeuticien = sage-femme; doux douce = doux; consciencieux consciencieuse = consciencieux; franc
        franche
        = franc; discret discrète = discret; ambitieux = ambitieux; poète
        poétesse = poète; compagnon compagne = compagnon; serein sereine = serein; sain saine = sain; français
        française =
        français; manager manageuse = manager; couturier couturière = couturier; ménagère = ménager"""
    ),
}
ADJECTIVE_EUX = word_set(
    "rigour rigour série séri curi ambiti nombr souci heur danger précis préci chaleur conscienci minuti courag génér "
    "respectu audaci labori industri ingéni astuci méticul judici gracieu graci harmoni spaci religi amoureu amour "
    "désir "
    "soigneu soign vigoureu vigour rigoureu rigour valeur avantag fructu enthousiast sérieu poin studi malicieu "
    "mystéri "
    "contagi coût délici honteu joy luxu merveill nerv orgueill pluvi prestigi préten vertu"
) | {"rigoure", "rigour"}
KEEP = word_set(
    "reuse première dernière matière carrière filière bière rivière frontière lumière manière cafetière "
    "litière barrière chaudière pépinière croisière "
    "matrice cicatrice vienne sienne julienne etienne béatrice beatrice prière arrière derrière entière poussière "
    "meilleur "
    "heur heure bonheur erreur valeur hauteur largeur longueur couleur chaleur moteur secteur facteur ordinateur "
    "serveur "
    "serveurs rigueur vigueur douleur fleur intérieur extérieur supérieur inférieur fournier premier dernier "
    "métier papier "
    "chantier fichier dossier courrier quartier atelier calendrier clavier cahier janvier février panier bien "
    "combien rien "
    "lien soutien maintien entretien quotidien ancien moyen européen carrier supplier barrier courier frontier "
    "multiplier "
    "earlier easier happier identifier classifier modifier amplifier notifier verifier specifier qualifier premium "
    "tier pier "
    "amateur chauffeur entrepreneur grandeur vecteur compteur indicateur connecteur"
) - {"serveur", "serveurs", "ancien"}

_MARKERS = re.compile(
    r"[(\[]?(?<![\w/])(?:[hf] ?/ ?[hf](?: ?/ ?x)?|[mwf] ?/ ?[mwf] ?/ ?[dx]|[mf] ?/ ?[mf])(?![\w/])[)\]]?"
    r"|\(all genders\)"
    r"|\((?:she|he|they|elle|il|iel) ?/ ?(?:her|him|them|elle|il|lui|iel)(?: ?/ ?\w{3,6})?\)|\bs/he\b|\b(?:fe)?male\b",
    re.I,
)
_ENDING = re.compile(
    r"(?<=[^\W\d_])(?:\((?:e|ne|se|euse|rice|trice|ière|ère|ienne|ve|fe|le)s?\)"
    r"|(?<=[^\W\d_]{4})\.e(?:\.?s)?\b(?![.\w])|[·•](?:e|ne|se|euse|rice|trice|ière|ère|ienne|ve)"
    r"(?:[·•.]?s)?\b(?!\.\w)|(?<=[eéurnt])/-?(?:e|ne|se|euse|rice|trice|ière|ère|ienne|ve)s?\b)"
)
_TITLE = re.compile(
    r"(?<!\.)\bM\. (?!Sc|Eng|Phil|Tech|Com|Arch|Ed|Res)(?=[A-ZÉ][a-zà-ÿ'-]{2})|\b(?:Mrs|Mr|Mx|Mme|Mlle|Monsieur|Madame"
    r"|Mademoiselle|Madam|Miss)\b\.?(?![\w'’])|\bMs\.? (?!Office|SQL|Word|Excel|Access|Dos)"
    r"(?=[A-Z])|\b(?:Dr|Prof)\b\.?(?=\s{0,2}(?:[A-Z]|$))|\b(?:MR|MRS|MME|MLLE)\b\.?(?= [A-Z]{2,}| ?$)",
    re.M,
)
_SLASH = re.compile(r"/|male\b|\(all", re.I)
_JOINED = re.compile(r"[(·•][enrtisvfl]|\.e|/-?[enrtisvè]", re.I)
_ABBREVIATED = re.compile(r"\b(?:M[rsxmlaoirRMmiL.]|Dr|Prof)")
_ADMINISTRATIVE = re.compile(
    r"\b(?:assistante?|agente?|secrétaire|responsable|employée?|gestionnaire|cadre|directrice"
    r"|directeur) administrati(ve|f)\b",
    re.I,
)
_ADMINISTRATION = re.compile(r"administrati(?:ve|f)\b", re.I)
_EITHER = re.compile(r"/| (?:ou|et|or) ", re.I)
_DOUBLE = re.compile(r"\b(?P<one>[^\W\d_]{3,30})(?: ?/ ?| ou | et | or )(?P=one)\b", re.I)
_ARTICLE = re.compile(r"\b(?:le|la|l['’]|un|une|son|sa|mon|ma|notre)[ ]?$", re.I)
_CONTRACTED = re.compile(r"\b(?:(du|de la|de l['’])|(au|à la|à l['’]))[ ]?$", re.I)


def marker_edits(text: str) -> Iterator[Edit]:
    """Yield the removal of titles, ``H/F`` and the like, pronouns in brackets and inclusive endings (``motivé(e)``)."""
    for pattern, hint in ((_MARKERS, _SLASH), (_ENDING, _JOINED), (_TITLE, _ABBREVIATED)):
        for match in near(pattern, hint, text):
            yield Edit(match.start(), match.end(), "gender")
    for match in near(_ADMINISTRATIVE, _ADMINISTRATION, text):  # the English word is not touched
        yield Edit(match.start(1), match.end(1), "gender", "f")


def word_edits(text: str) -> Iterator[Edit]:
    """Yield the removal of pronouns and the one form of each gendered word, without the article that agrees with it."""
    for match in WORD.finditer(text):
        word = match.group()
        low = word.lower()
        if low in DROP:
            if not (word.isupper() and len(word) == 2):  # "IL" and "HE" are codes, not pronouns
                yield Edit(match.start(), match.end(), "gender")
            continue
        neutral = neutral_form(low)
        if neutral is None:
            continue
        before = text[max(0, match.start() - 8) : match.start()]
        article = _CONTRACTED.search(before)
        if article:
            start = match.start() - len(article.group())
            yield Edit(start, match.start(), "gender", "de " if article.group(1) else "à ")
        elif article := _ARTICLE.search(before):
            yield Edit(match.start() - len(article.group()), match.start(), "gender")
        if neutral != low:
            yield Edit(match.start(), match.end(), "gender", _with_case_of(word, neutral))


def double_edits(text: str) -> Iterator[Edit]:
    """Yield the second half of a doublet whose halves have become one (``développeur / développeur``)."""
    for match in near(_DOUBLE, _EITHER, text):
        if neutral_form(match["one"].lower()) is not None:
            yield Edit(match.end("one"), match.end(), "gender")


@lru_cache(maxsize=8192)
def neutral_form(word: str) -> str | None:
    """Return the one form of a gendered ``word`` in lower case (itself when it is that form), ``None`` for others.

    >>> neutral_form("waitress"), neutral_form("développeuse"), neutral_form("développeur"), neutral_form("python")
    ('server', 'développeur', 'développeur', None)
    """
    if word in ENGLISH:
        return ENGLISH[word]
    plural = "s" if word.endswith("s") and len(word) > 5 else ""
    stem = word[: len(word) - len(plural)]
    if stem in KEEP:
        return None
    if stem in FRENCH:
        return FRENCH[stem] + plural
    if stem.endswith("euse"):
        return stem[:-4] + "eux" if stem[:-4] in ADJECTIVE_EUX else stem[:-4] + "eur" + plural
    for feminine, shared in (
        ("trice", "teur"),
        ("ière", "ier"),
        ("ienne", "ien"),
        ("llère", "ller"),
        ("gère", "ger"),
        ("chère", "cher"),
    ):
        if stem.endswith(feminine) and len(stem) > len(feminine) + 1:
            return stem[: -len(feminine)] + shared + plural
    if stem.endswith(("eur", "ier", "ien", "iller", "seiller", "anger")) and len(stem) > 5:
        return word
    return None


def _with_case_of(word: str, neutral: str) -> str:
    if word.isupper():
        return neutral.upper()
    return neutral[0].upper() + neutral[1:] if word[0].isupper() else neutral
