"""Small word lists, folded (lower case, no accents): what tells a person's name from other capitalised words."""

from __future__ import annotations


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
