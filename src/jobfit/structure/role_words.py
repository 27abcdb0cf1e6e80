"""Words that end or begin the title of a position (folded, English and French), whatever the taxonomy knows."""

from __future__ import annotations

import re

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
_WORDS = "|".join(sorted({*_ENGLISH.split(), *_FRENCH.split()}, key=len, reverse=True))
ROLE = re.compile(
    rf"(?<!\w)(?:{_WORDS}|head of|vice president|"
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
