"""Words that end or begin the title of a position (folded, English and French), whatever the taxonomy knows."""

from __future__ import annotations

import re

_ENGLISH = """accountant administrator advisor agent analyst apprentice architect assistant associate attendant
auditor baker barista bartender bricklayer builder butcher buyer carer caregiver carpenter cashier
chef cleaner clerk coach consultant controller cook coordinator counsellor ceo cfo cto dentist
designer developer devops director dispatcher doctor driver economist editor electrician engineer
estimator expert fitter founder freelancer guard hairdresser handler helper housekeeper instructor
intern interpreter inspector journalist laborer labourer lawyer lead leader lecturer librarian
machinist manager mechanic mentor midwife merchandiser nurse officer operative operator owner packer
painter paralegal paramedic pharmacist physiotherapist picker planner plumber porter principal
producer programmer professor psychologist receptionist recruiter representative researcher salesman
salesperson scientist secretary seller specialist steward storekeeper superintendent supervisor
surveyor teacher tech technician technologist teller tester therapist trainee trainer translator
tutor underwriter veterinarian waiter waitress warehouseman welder worker writer"""
_FRENCH = """acheteur acheteuse adjoint adjointe administrateur administratrice agente aide aide-soignant
aide-soignante alternant alternante analyste animateur animatrice apprenti apprentie architecte
assistante auxiliaire avocat avocate boucher boulanger boulangere caissier caissiere cariste charge
chargee chauffeur chef cheffe chercheur chercheuse coiffeur coiffeuse commercial commerciale
comptable concepteur conceptrice conducteur conductrice conseiller conseillere consultante
coordinateur coordinatrice couvreur cuisinier cuisiniere developpeur developpeuse directeur
directrice educateur educatrice electricien electricienne employe employee enseignant enseignante
formateur formatrice gardien gerant gerante gestionnaire graphiste hote hotesse infirmier infirmiere
informaticien ingenieur ingenieure jardinier juriste livreur macon magasinier manutentionnaire
mecanicien menuisier monteur operateur operatrice ouvrier ouvriere patissier peintre pharmacien
plombier preparateur preparatrice professeur professeure programmeur receptionniste redacteur
redactrice responsable secretaire serveur serveuse soudeur stagiaire surveillant technicien
technicienne traducteur traductrice vendeur vendeuse veterinaire"""
ROLE = re.compile(
    rf"(?<![\w-])(?:{'|'.join(sorted({*_ENGLISH.split(), *_FRENCH.split()}, key=len, reverse=True))}|head of|"
    rf"vice president|"
    r"(?:soft|front|back|data|qa|hr|it|js|java)[\w ]{0,12} (?:dev|qa)|qa)(?![\w-])"
)


def names_role(folded: str) -> bool:
    """Tell whether a folded piece of text holds a word for a position, such as "engineer" or "vendeuse".

    >>> names_role("senior java developer"), names_role("developed in java")
    (True, False)
    """
    return ROLE.search(folded) is not None
