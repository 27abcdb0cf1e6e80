"""The instructions, English and French. They ask for the text's own words, and say what each field is."""

from __future__ import annotations

from jobfit.llm.prompt import Data, Prompt
from jobfit.records import Kind
from jobfit.structure.llm.fields import Field

_ENGLISH = {
    "cv": "You read one section of a CV and copy facts from it.",
    "vacancy": "You read one section of a job vacancy and copy facts from it.",
    "rules": "Answer with a JSON object that has exactly these keys, each with a list (empty where the section states "
    'nothing). Each item has two keys. "quote": the words of the section that state it, copied without any '
    'change, at most one line. "value": the keyword itself, a run of words copied from that quote. Do not '
    "translate, do not shorten a title, do not conclude what is not written, leave out what is denied or only wished "
    "for.",
}
_FRENCH = {
    "cv": "Tu lis une section d'un CV et tu en recopies des faits.",
    "vacancy": "Tu lis une section d'une offre d'emploi et tu en recopies des faits.",
    "rules": "Réponds par un objet JSON qui a exactement ces clés, chacune avec une liste (vide si la section ne dit "
    'rien). Chaque élément a deux clés. "quote" : les mots de la section qui l\'énoncent, recopiés sans aucun '
    'changement, une ligne au plus. "value" : le mot-clé lui-même, une suite de mots recopiée de cette citation. Ne '
    "traduis pas, n'abrège pas un intitulé, ne déduis rien qui ne soit écrit, laisse de côté ce qui est nié ou "
    "seulement souhaité.",
}
_FIELDS_EN: dict[tuple[Kind | None, Field], str] = {
    (Kind.CANDIDATE, Field.TITLE): "the person's present job title",
    (Kind.CANDIDATE, Field.PREVIOUS_TITLES): "job titles held before",
    (Kind.CANDIDATE, Field.SKILLS): "skills, tools, methods and certificates that the person has",
    (Kind.VACANCY, Field.TITLE): "the title of the open position",
    (Kind.VACANCY, Field.SKILLS): "skills, tools and methods that the work needs",
    (None, Field.EDUCATION): "diplomas obtained, with their subject",
    (None, Field.COMPANIES): "employers",
    (None, Field.SECTORS): "sectors of activity of these employers, where the text names them",
    (None, Field.LANGUAGES): 'human languages; a third key "level" holds A1, A2, B1, B2, C1, C2 or native where the '
    "quote states the level, else null",
    (None, Field.MUST): "what is required",
    (None, Field.NICE): "what is welcome but not required",
    (None, Field.CONDITIONS): "conditions of work: contract, hours, place, pay, remote work",
}
_FIELDS_FR: dict[tuple[Kind | None, Field], str] = {
    (Kind.CANDIDATE, Field.TITLE): "l'intitulé du poste actuel de la personne",
    (Kind.CANDIDATE, Field.PREVIOUS_TITLES): "les intitulés des postes précédents",
    (Kind.CANDIDATE, Field.SKILLS): "les compétences, outils, méthodes et certificats que la personne possède",
    (Kind.VACANCY, Field.TITLE): "l'intitulé du poste à pourvoir",
    (Kind.VACANCY, Field.SKILLS): "les compétences, outils et méthodes nécessaires au travail",
    (None, Field.EDUCATION): "les diplômes obtenus, avec leur domaine",
    (None, Field.COMPANIES): "les employeurs",
    (None, Field.SECTORS): "les secteurs d'activité de ces employeurs, si le texte les nomme",
    (None, Field.LANGUAGES): 'les langues ; une troisième clé "level" vaut A1, A2, B1, B2, C1, C2 ou native si la '
    "citation énonce le niveau, sinon null",
    (None, Field.MUST): "ce qui est exigé",
    (None, Field.NICE): "ce qui est apprécié sans être exigé",
    (None, Field.CONDITIONS): "les conditions de travail : contrat, horaires, lieu, salaire, télétravail",
}


def section_prompt(kind: Kind, language: str | None, fields: tuple[Field, ...], text: str) -> Prompt:
    """Return the prompt about one section: French instructions where ``language`` is ``fr``, else English."""
    words, meanings = (_FRENCH, _FIELDS_FR) if language == "fr" else (_ENGLISH, _FIELDS_EN)
    label = "cv" if kind is Kind.CANDIDATE else "vacancy"
    lines = (f'- "{field.value}": {meanings.get((kind, field)) or meanings[None, field]}' for field in fields)
    return Prompt("\n".join((words[label], words["rules"], *lines)), (Data(label, text),))
