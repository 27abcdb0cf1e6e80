"""The headings of CVs and vacancies, English and French, folded, by the kind of section that they open."""

from __future__ import annotations

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
