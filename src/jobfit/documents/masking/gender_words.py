"""The gendered words of English and French that no suffix rule covers."""

from __future__ import annotations

from jobfit.documents.masking.lexicon import word_set


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
