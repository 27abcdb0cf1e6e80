"""Cutting a CV or a vacancy into its sections by the headings that it writes.

A heading is a known phrase (:mod:`jobfit.structure.sections`) that stands alone in its line, or opens its line and is
set off by a colon, a wide gap or capitals, or follows the end of a sentence and has a colon (texts in one paragraph).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

from jobfit.folding import fold
from jobfit.records import Kind, Section

_CANDIDATE = {
    "summary": "summary; professional summary; career summary; profile; profile summary; professional profile; "
    "personal profile; about me; "
    "about; objective; career objective; experience summary; relevant experience summary; personal statement; "
    "profil; profil professionnel; "
    "a propos; a propos de moi; resume; objectif; objectif professionnel; presentation; en bref; accroche",
    "experience": "experience; experiences; work experience; working experience; professional experience; work "
    "experiences; professional experiences; "
    "employment history; employment; work history; career history; relevant experience; career; professional "
    "background; "
    "experience and participated projects; job experience; experience professionnelle; experiences "
    "professionnelles; parcours professionnel; "
    "parcours; emplois occupes; work experience & projects; experience highlights; stages et emplois",
    "education": "education; education and training; education & training; training and education; education and "
    "courses; education & courses; "
    "academic background; academic qualifications; qualifications; academic education; studies; educational "
    "background; formation; formations; "
    "formation academique; diplomes; diplomes et formations; formation et diplomes; formations et diplomes; "
    "etudes; cursus; cursus scolaire; "
    "parcours academique; scolarite; education and certifications; formation initiale; education and qualifications",
    "skills": "skills; key skills; technical skills; core skills; professional skills; hard skills; soft skills; "
    "skills summary; skills and expertise; "
    "skills & expertise; top skills; it skills; computer skills; core competencies; competencies; competences; "
    "expertise; "
    "areas of expertise; technologies; technology stack; tech stack; technical stack; tools and technologies; "
    "programming languages; competences cles; "
    "competences techniques; competences professionnelles; competences informatiques; savoir-faire; savoir-etre; "
    "informatique; "
    "outils; logiciels; outils informatiques; skills accomplishments; skills and tools; technical expertise; "
    "technical summary; "
    "outils et logiciels; domaines de competences; atouts; qualites",
    "languages": "languages; language skills; language; spoken languages; foreign languages; langues; langue; "
    "langues etrangeres; langues parlees; "
    "competences linguistiques; niveau de langues",
    "certifications": "certifications; certificates; certification; courses; trainings; training; courses and "
    "certifications; "
    "certificates and courses; licences; licenses; licences and certificates; licenses & certifications; "
    "habilitations; certificats; permis; "
    "formations complementaires; additional education; professional development; courses and trainings; permis et "
    "habilitations",
    "projects": "projects; personal projects; key projects; selected projects; pet projects; portfolio; projets; "
    "projets personnels; realisations",
    "interests": "interests; hobbies; hobbies and interests; interests and hobbies; centres d'interet; centre "
    "d'interet; loisirs; "
    "activities; activites; activites extra-professionnelles; extracurricular activities",
    "references": "references; recommendations; references professionnelles",
    "personal": "personal information; personal details; personal data; contact; contacts; contact information; "
    "contact details; contact me; coordonnees; "
    "informations personnelles; etat civil; informations",
    "preferences": "preferences; availability; mobility; mobilite; disponibilite; disponibilites; wishes; job "
    "preferences; preferred locations; "
    "souhaits; recherche; poste recherche; situation; wished conditions; desired position",
    "volunteering": "volunteering; volunteer experience; volunteer work; benevolat; engagements associatifs; "
    "engagement; military service",
    "publications": "publications; awards; honors; honors and awards; achievements; key achievements; "
    "distinctions; prix; patents",
    "other": "other; additional information; more information; autre; autres; divers; informations "
    "complementaires; miscellaneous",
}
_VACANCY = {
    "company": "about us; about the company; who we are; our company; company description; the company; about the "
    "team; qui sommes-nous; "
    "qui sommes nous; l'entreprise; a propos de nous; notre entreprise; notre societe; presentation de "
    "l'entreprise; contexte; context; le contexte; "
    "company overview; description de l'entreprise; a propos de l'entreprise; about our company; la societe",
    "description": "job description; description; the role; role; about the role; about the job; the job; "
    "position summary; job summary; overview; "
    "role overview; position overview; primary purpose; the position; the opportunity; descriptif du poste; "
    "description du poste; le poste; poste; "
    "presentation du poste; votre poste; intitule du poste; your role; about the position; purpose; general "
    "description",
    "responsibilities": "responsibilities; key responsibilities; main responsibilities; duties; duties and "
    "responsibilities; main duties; tasks; "
    "essential duties and responsibilities; your responsibilities; your mission; your missions; what you will do; "
    "what you'll do; what you will be doing; "
    "what you'll be doing; your tasks; your day; job responsibilities; roles and responsibilities; role and "
    "responsibilities; missions; mission; "
    "vos missions; les missions; missions principales; vos responsabilites; responsabilites; taches; activites "
    "principales; votre mission; la mission; "
    "missions et responsabilites; ce que vous ferez; essential functions; primary responsibilities; "
    "responsibilities include; vos activites; "
    "what you will be responsible for",
    "requirements": "requirements; must have; must haves; must-have; must-haves; minimum requirements; required "
    "skills; required qualifications; "
    "basic qualifications; minimum qualifications; minimum skills and competencies; skills required; job "
    "requirements; requirements and skills; "
    "required experience; required; what you need; what you'll need; what you will need; what we require; "
    "essential; essential skills; essential criteria; "
    "qualifications required; you have; you must have; mandatory skills; mandatory; skills and qualifications; "
    "qualifications and skills; "
    "skills & qualifications; requirements & qualifications; knowledge, skills and abilities; exigences; "
    "prerequis; pre-requis; conditions requises; "
    "competences requises; competences exigees; indispensable; indispensables; criteres; imperatif; key "
    "requirements; candidate requirements; "
    "experience and skills; skills and experience; experience required; education and experience; qualifications "
    "requises; competences attendues; "
    "desired skills and experience",
    "nice_to_have": "nice to have; nice to haves; nice-to-have; nice-to-haves; preferred; preferred "
    "qualifications; preferred skills; desired skills; "
    "desirable; desirable skills; bonus; bonus points; bonus skills; a plus; pluses; advantages; would be a plus; "
    "it's a plus; plus; optional; desired; "
    "good to have; preferred experience; additional skills; desirable criteria; advantage; an advantage; les "
    "plus; les plus de votre profil; "
    "souhaite; souhaites; atouts; apprecie; serait un plus; un plus; competences souhaitees; competences "
    "appreciees; desired qualifications; "
    "preferred requirements; les petits plus; ce serait un plus; would be nice",
    "profile": "your profile; candidate profile; who you are; about you; ideal candidate; the ideal candidate; "
    "what we are looking for; "
    "what we're looking for; we are looking for; what you bring; what you'll bring; profil recherche; votre "
    "profil; le profil; "
    "profil souhaite; profil du candidat; qui etes-vous; vous etes; you are; profil attendu; who we are looking "
    "for; what you will bring",
    "offer": "benefits; what we offer; we offer; our offer; perks; perks and benefits; compensation; salary; why "
    "join us; conditions; "
    "working conditions; avantages; ce que nous offrons; nous offrons; nous vous offrons; remuneration; salaire; "
    "conditions de travail; "
    "ce que nous proposons; nous proposons; pourquoi nous rejoindre; contract; contrat; type de contrat; contract "
    "type; employment type; "
    "job type; what's in it for you; informations pratiques; conditions d'emploi; location; lieu; lieu de "
    "travail; work location; horaires",
    "application": "how to apply; application process; to apply; apply; recruitment process; hiring process; pour "
    "postuler; postuler; candidature; "
    "processus de recrutement; comment postuler; equal opportunity; contact us; modalites de candidature",
}

# "competences" and "atouts" open a skills section in a CV; a vacancy that means a wish says "souhaite" or "un plus".
CANDIDATE_KINDS = frozenset(_CANDIDATE)
VACANCY_KINDS = frozenset(_VACANCY)


def _phrases(*tables: dict[str, str]) -> dict[str, str]:
    result: dict[str, str] = {}
    for table in tables:
        for kind, phrases in table.items():
            for phrase in phrases.split(";"):
                result.setdefault(phrase.strip(), kind)
    return result


HEADINGS = _phrases(_CANDIDATE, _VACANCY)

_LONGEST = max(map(len, HEADINGS))
_LONG_LINE = 300
# A candidate for a heading in a line: bullets or a number, words, then what sets it off.
_LINE = re.compile(r"[ \t]{0,40}(?:[^\w\s]{1,3} {0,3}|\d{1,2}[.)] ?){0,2}(?P<words>[a-z][a-z'&,/ -]{1,60})")
_ALONE = re.compile(r"[\s:.\-_=*#|?!•·▪●]{0,200}(?:\n|\Z)")
_COLON = re.compile(r" {0,2}(?:\([^()\n]{0,30}\) {0,2})?: {0,3}| {1,2}-{1,2} | {2,}|\t| (?=\d)")
_INLINE = re.compile(r"(?:(?<=[.;!?)] )|(?<=  )|(?<=\n))(?=[^\W\d_])")
_ANYWHERE = re.compile(r"(?<![^\W_])(?=[^\W\d_])")
_INLINE_WORDS = re.compile(r"(?P<words>[a-z][a-z'&, -]{1,60}?) ?(?:\([^()\n]{0,30}\) ?)?: {0,3}")

# Labels that stand under each position of a CV: they do not end the experience section.
_UNDER_POSITIONS = frozenset(
    {"technologies", "projects", "achievements", "key achievements", "outils", "logiciels", "realisations", "projets"}
)

_Heading = tuple[int, int, str]  # start, where the body starts, phrase


def split_sections(text: str, language: str | None = None, kind: Kind | None = None) -> tuple[Section, ...]:
    """Return the sections of ``text``: they touch, and cover it from the first to the last character.

    What comes before the first heading is the section ``header`` (left out when blank). Without any heading the whole
    text is the header; an empty text has no section. ``kind`` leaves out the headings of the other side, where it is
    known ("Responsibilities" under each position of a CV opens nothing). ``language`` is a hint that no
    rule needs today.

    Kinds for a CV: summary, experience, education, skills, languages, certifications, projects, interests, references,
    personal, preferences, volunteering, publications, other. More for a vacancy: company, description,
    responsibilities, requirements, nice_to_have, profile, offer, application.

    >>> [(s.kind, s.start, s.body, s.end) for s in split_sections("Ann\\nSkills: Java\\nEDUCATION\\nBSc")]
    [('header', 0, 0, 4), ('skills', 4, 12, 17), ('education', 17, 27, 30)]
    """
    folded = fold(text)
    headings = _chosen(sorted({*_line_headings(text, folded), *_inline_headings(text, folded)}), kind)
    first = headings[0][0] if headings else len(text)
    sections = [Section("header", 0, 0, first)] if text[:first].strip() else []
    if headings and not sections:
        headings[0] = (0, *headings[0][1:])
    for i, (start, body, phrase) in enumerate(headings):
        end = headings[i + 1][0] if i + 1 < len(headings) else len(text)
        sections.append(Section(HEADINGS[phrase], start, body, end))
    return tuple(sections)


def heading_lines(text: str, kind: Kind | None = None) -> tuple[tuple[int, str], ...]:
    """Return where each line of ``text`` that is shaped like a heading begins to be one, and the kind it would open.

    Every decision is about one line alone: unlike in :func:`split_sections`, nothing elsewhere in the text changes it.

    >>> heading_lines("Nurse\\nSkills: care\\nCook\\nSkills: soup", Kind.CANDIDATE)
    ((6, 'skills'), (24, 'skills'))
    """
    wanted = CANDIDATE_KINDS if kind is Kind.CANDIDATE else CANDIDATE_KINDS | VACANCY_KINDS
    found = ((start, HEADINGS[phrase]) for start, _, phrase in _line_headings(text, fold(text)))
    return tuple((start, opened) for start, opened in found if opened in wanted)


def _chosen(found: list[_Heading], kind: Kind | None) -> list[_Heading]:
    """Return the headings that open a section: of this side, not overlapping, not a label under each position."""
    wanted = CANDIDATE_KINDS if kind is Kind.CANDIDATE else CANDIDATE_KINDS | VACANCY_KINDS
    times = Counter(phrase for _, _, phrase in found)
    chosen: list[_Heading] = []
    for heading in found:
        phrase = heading[2]
        if HEADINGS[phrase] not in wanted or (chosen and heading[0] < chosen[-1][1]):
            continue
        in_experience = bool(chosen) and HEADINGS[chosen[-1][2]] == "experience"
        if in_experience and (phrase in _UNDER_POSITIONS or (times[phrase] > 1 and HEADINGS[phrase] != "education")):
            continue
        chosen.append(heading)
    return chosen


def section_at(sections: tuple[Section, ...], position: int) -> str | None:
    """Return the kind of the section in which ``position`` stands; ``None`` outside of all."""
    index = bisect_right(sections, position, key=lambda section: section.start) - 1
    return sections[index].kind if index >= 0 and position < sections[index].end else None


def _line_headings(text: str, folded: str) -> Iterator[_Heading]:
    start = 0
    while start < len(folded):
        end = folded.find("\n", start)
        end = len(folded) if end < 0 else end
        match = _LINE.match(folded, start, end)
        if match and (heading := _heading_in_line(text, folded, match, end)):
            yield heading
        start = end + 1


def _heading_in_line(text: str, folded: str, match: re.Match[str], end: int) -> _Heading | None:
    begin, limit = match.span("words")
    words = folded[begin:limit]
    for cut in _cuts(words):
        phrase = _phrase(words[:cut])
        if phrase is None or folded[begin + cut : begin + cut + 1].isalnum():
            continue
        after = begin + cut
        if alone := _ALONE.match(folded, after, end + 1):
            if text[begin].isupper() or ":" in alone.group() or match.start("words") == match.start():
                return begin, alone.end(), phrase
        elif not text[begin].isupper():
            return None
        elif colon := _COLON.match(folded, after, end):
            return begin, colon.end(), phrase
        elif text[begin:after].isupper() and not text[after : after + 12].isupper():
            return begin, after, phrase
        return None
    return None


def _phrase(words: str) -> str | None:
    """Return the known phrase that ``words`` spell, "my" left out."""
    phrase = " ".join(words.split()).removeprefix("my ")
    return phrase if phrase in HEADINGS else None


def _cuts(words: str) -> list[int]:
    """Return the lengths at which ``words`` may end, longest first."""
    return [m.end() for m in re.finditer(r"[a-z](?![a-z])", words)][::-1]


def _inline_headings(text: str, folded: str) -> Iterator[_Heading]:
    """Yield headings inside a line: capital, colon, after a sentence; anywhere in a very long line."""
    for opener in _openers(folded):
        if not text[opener].isupper():
            continue
        match = _INLINE_WORDS.match(folded, opener, min(len(folded), opener + _LONGEST + 40))
        if match and (phrase := _phrase(match["words"])):
            yield opener, match.end(), phrase


def _openers(folded: str) -> Iterator[int]:
    start = 0
    while start < len(folded):
        end = folded.find("\n", start)
        end = len(folded) if end < 0 else end
        pattern = _ANYWHERE if end - start > _LONG_LINE else _INLINE
        for match in pattern.finditer(folded, start, end):
            yield match.start()
        start = end + 1


# Headings with words around the known phrase, or without a colon; capitals keep them apart from prose.
_PHRASES = {
    "nice_to_have": r"Nice[ -][Tt]o[ -][Hh]aves?(?=\s*[-:\n]| [A-Z])|Optional \([Nn]ot [Rr]equired\):?|"
    r"(?:Additional|Other|Desired|Preferred|Optional)(?: [A-Z]\w{1,20}){1,3}(?: \([^()\n]{1,30}\))?:|"
    r"Preferred Qualifications|"
    r"(?:Les |Vos )?[Pp]etits? plus(?=\s*[:\n])|(?:Les )?[Pp]lus appr[ée]ci[ée]s(?=\s*[:\n])|"
    r"Bonus [Pp]oints(?: [Ii]f)?:?",
    "requirements": r"(?:Experience|Education|Skills?) [Rr]equirements(?=\s*[:\n])|"
    r"Minimum Required Skills:?|(?:Basic|Minimum|Required) (?:Qualifications|"
    r"Skills(?: and Competencies)?|Experience):|"
    r"What [Yy]ou(?:'ll| [Ww]ill)? [Nn]eed(?: (?:for this [Pp]osition|to [A-Z]\w{2,12}))?(?=\s*[-:\n]| [A-Z])|"
    r"(?:MUST|Must)[ -](?:HAVE|[Hh]ave)s?(?=\s*(?:[-:\n]))|Skills [Rr]equired(?: for (?:the|this) [Pp]osition)?:|"
    r"Profil (?:recherch[ée]|souhait[ée]|attendu)(?=\s*[:\n]| [A-Z])|(?:Votre|Le) [Pp]rofil ?[:\n]",
    "responsibilities": r"What [Yy]ou(?:'ll| [Ww]ill) (?:[Bb]e [Dd]oing|[Dd]o)(?=\s*[-:\n]| [A-Z])|(?:Vos|Les|"
    r"Tes) [Mm]issions(?=\s*[:\n]| [A-Z])|"
    r"Detailed Info:|Essential Duties and Responsibilities:",
    "offer": r"What's [Ii]n [Ii]t for [Yy]ou|Top Reasons to Work with Us|(?:Nous (?:vous )?offrons|"
    r"Ce que nous (?:offrons|proposons)) ?[:\n]",
    "company": r"About (?:[A-Z][\w&.'-]{0,20} ?){1,5}:|Companies and Partners",
    "description": r"Job Description:|Department:",
    "application": r"Your Right to Work|Applicants must be|is (?:proud to be )?an Equal Opportunity|"
    r"Looking forward to receiving",
}
_PATTERN = re.compile("|".join(rf"(?P<{kind}>(?<![\w-])(?:{phrase}))" for kind, phrase in _PHRASES.items()))


def vacancy_sections(text: str, language: str | None) -> tuple[Section, ...]:
    """Return the sections of a vacancy as :func:`jobfit.structure.sections.split_sections` does, with more headings."""
    general = [(s.start, s.body, _kind(text, s), False) for s in split_sections(text, language, Kind.VACANCY)]
    own = [(m.start(), m.end(), str(m.lastgroup), True) for m in _PATTERN.finditer(text)]
    kept: list[tuple[int, int, str, bool]] = []
    for cut in sorted([*general, *own], key=lambda c: (c[0], not c[3])):
        if kept and cut[0] < kept[-1][1]:  # where two overlap, the heading of this module prevails
            if not cut[3] or kept[-1][3]:
                continue
            kept.pop()
        kept.append(cut)
    if kept and text[: kept[0][0]].strip():
        kept.insert(0, (0, 0, "header", False))
    ends = [cut[0] for cut in kept[1:]] + [len(text)]
    return tuple(
        Section(kind, start, min(body, end), end) for (start, body, kind, _), end in zip(kept, ends) if end > start
    )


def _kind(text: str, section: Section) -> str:
    """Return the kind of a section; "Profil" and "Atouts" say in a vacancy something else than in a CV."""
    heading = text[section.start : section.body].lstrip(" \n\t-•*").lower()
    if section.kind == "summary" and heading.startswith("profil"):
        return "profile"
    return "nice_to_have" if heading.startswith("atout") else section.kind


_STOP = re.compile(
    r"\n|[.!?](?=\s+[^a-z\s])(?<!e\.g\.)(?<!i\.e\.)(?<!etc\.)(?<!\bMin\.)(?<!\bmin\.)|;|(?<=\s)[-•*·▪●–](?=\s)|"
    r"(?:\s\d{1,2}\.)(?=\s[A-ZÀ-Þ])"
)
# In a paragraph without breaks a new demand begins with one of these, in capitals, after a word.
_START = re.compile(
    r"(?<=[\w)+#] )(?=(?:Experience|Expert|Proficien|Strong|Solid|Knowledge|Ability|Familiarity|Good|Excellent|"
    r"Hands|Must|"
    r"Bachelor|Master's|High school|Minimum|At least|Understand|Demonstrated|Effective|Proof|Secret|Willing|"
    r"Operating Systems|Languages|Software development experience|Exp[ée]rience|Ma[îi]trise|Connaissance|"
    r"Dipl[ôo]me|Permis|\d{1,2}\+? (?:years|ans)\b))"
)
_LONG = 300


def split_sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of ``text[start:end]``, in order, without those that are blank."""
    for begin, stop in _pieces(text, _STOP, start, end):
        parts = (
            _pieces(text, _START, begin, stop) if stop - begin > _LONG // 3 and end - start > _LONG else [(begin, stop)]
        )
        for first, last in parts:
            if text[first:last].strip():
                yield first, last


def _pieces(text: str, pattern: re.Pattern[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    position = start
    for match in pattern.finditer(text, start, end):
        yield position, match.start()
        position = match.end()
    yield position, end
