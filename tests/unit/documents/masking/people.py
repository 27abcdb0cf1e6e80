"""Names of many origins and shapes, CV layouts, and the function that writes a name into a layout. No real person."""

from __future__ import annotations

import re
import unicodedata

NAMES = """John Smith|Mary Johnson|Jamal Washington|Lakisha Jefferson|Emily Walsh|DeShawn Booker|Nguyen Thi Minh Anh
Tran Van Duc
Le Thi Hoa|Li Wei|Wang Xiuying|Xu Bo|Kim Min-jun|Park Ji-woo|Satoshi Tanaka|Yuki Sato|Priya Sharma|Rajesh Kumar Gupta
Venkata Subramaniam Iyer|Mohammed Al-Rashid|Fatima Zahra El Amrani|Omar bin Khalid|Aisha bint Yusuf|Youssef Ben Ali
Sean O'Brien|Siobhan O'Connor|Ludwig van der Berg|Anna de Vries|Otto von Steinbach|Maria de la Cruz
Juan Carlos Ortega Ruiz
Joao da Silva|José García|Núria Puig i Ferrer|François Lefèvre|Jean-Pierre Dubois|Marie-Claude Lévêque|Éloïse Bélanger
Anne-Sophie de Villiers|Zoë Müller|Jörg Weiß|Søren Kjær|Åsa Öberg|Łukasz Wiśniewski|Zbigniew Brzęczyszczykiewicz
Çağla Yıldız|Ivana Horvát|Dmitri Ivanov|Olga Petrovna Sokolova|Kwame Nkemelu|Chinwe Okonkwo|Oluwaseun Adebayo-Williams
Rose Baker|Grace Page|Will Mason|Mark May|Hope Young|Grant Cook|Jean Boulanger|Pierre Marchand|Tom Jenkins|Jordan Lane
Ruby King|Florence Berger|Paris Hunter|Faith Carter|Дмитрий Соколов|Анна Иванова|محمد الأحمد|فاطمة الزهراء|王小明
陈静|田中 太郎|김민준|प्रिया शर्मा|राजेश कुमार|Γιώργος Παπαδόπουλος|יוסי כהן|สมชาย ใจดี|Bo Li|Al Day|Jo An|Tupac O. Reed"""
NAMES = [name for name in NAMES.replace("\n", "|").split("|") if name]


def write_cv(layout: str, name: str) -> str:
    """Fill the fields of ``layout`` with the forms of ``name``."""
    parts = name.split(" ")
    first, last = parts[0], " ".join(parts[1:]) or parts[0]
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z]+", "-", plain).strip("-") or "my-page"
    return layout.format(
        full=name,
        FULL=name.upper(),
        first=first,
        last=last,
        LAST=last.upper(),
        initial=f"{first[0]}. {last}",
        reversed=f"{last}, {first}" if len(parts) > 1 else name,
        surname_first=f"{last.upper()} {first}" if len(parts) > 1 else name,
        slug=slug,
        dotted=slug.replace("-", "."),
        nfd=unicodedata.normalize("NFD", name),
    )


LAYOUTS = {
    "name and town": """{full}, Lyon
Technicien de maintenance
{dotted}@mail.fr
COMPÉTENCES
Soudure, lecture de plans. {first} sait lire un plan.
""",
    "classic": """{full}
Software Engineer
12 Baker Street, London NW1 6XE
Email: {dotted}@mail.com | Phone: +44 20 7946 0958
linkedin.com/in/{slug}-8a71

SUMMARY
{first} has 5 years of experience with Python and Jenkins. I will move to Paris. {first}'s team shipped a web page.

EXPERIENCE
2015 - 2019 Software engineer, Acme Ltd
Baker and cook at weekends. {FULL} was promoted in March 2017.

Sincerely,
{full}
""",
    "curriculum": """CURRICULUM VITAE - {FULL}
Pastry chef
Tel: 06 12 34 56 78
WORK EXPERIENCE
2018 - now: Head baker, Grand Hotel, Lyon
""",
    "one line": """{full} | Data Analyst | Lyon | {dotted}@mail.fr | github.com/{slug}
EXPERIENCE
Jan 2019 - Mar 2021 Data analyst, Globex. Reports signed {initial} every month.
SKILLS
SQL, Tableau, Ruby on Rails, Django, Jenkins, C#, Node.js
""",
    "surname first": """{surname_first}
Infirmière
Née le 12 mars 1988 à Lyon
EXPÉRIENCE PROFESSIONNELLE
2012 - 2018 Infirmière, Hôpital Nord. Je m'appelle {full} et je parle anglais.
FORMATION
2012 Diplôme d'État
""",
    "labels": """PERSONAL DETAILS
Name: {full}
Date of birth: 3 May 1990
Nationality: Irish
E-mail: {dotted} [at] mail [dot] com
EXPERIENCE
Nurse at Saint Hospital from 2010 to 2015
""",
    "french labels": """Nom et prénom : {reversed}
Adresse : 3 bis rue Victor Hugo, 69003 Lyon
Tél. : +33 (0)6 12 34 56 78
COMPÉTENCES
Gestion de projet, Excel, SAP
EXPÉRIENCES
Chef de projet chez Marchand SA, 2016-2020. M. {last} a dirigé une équipe de 12 personnes.
""",
    "title above": """SENIOR ACCOUNTANT
{full}
Manchester, United Kingdom
Mrs {last} has 12 years of experience.
EDUCATION
BSc Accounting, 2008
""",
    "degree": """{full}, PhD
Research Scientist
My name is {full} and I work on batteries.
PUBLICATIONS
{reversed} (2019) Electrolytes. {initial} (2020) Cathodes.
""",
    "sentences": """Résumé of {full}
PROFILE
Dear Sir, {full} is a carpenter. Dr {last} wrote the report. Ask {full} for it. {nfd} speaks French.
SKILLS
Carpentry, masonry, page layout
""",
    "letter": """{first} {last}
{dotted}@mail.org
To whom it may concern,
I am a waitress with 3 years of experience. Mark-up of drawings may take a day.
Best regards,
{full}
""",
    "pages": """CV {full}
Comptable
Paris
EXPÉRIENCE
2010-2014 Comptable, Dupont et Fils. Page 1 of 2
{full}
FORMATION
DCG 2009
Cordialement,
{full}
""",
    "references": """{full}
Driver
EXPERIENCE
2001-2009 Bus driver, City Transport
REFERENCES
{full}, manager of nobody, {dotted}@mail.com, +1 (415) 555-0132
""",
    "second column": """SKILLS
Python, SQL, Tableau
LANGUAGES
English, French

{full}
DATA ANALYST
PROFILE
Detail-oriented. {full} has 4 years of experience with cohorts.
WORK EXPERIENCE
Globex
Data analyst
2019 - 2021: reports for the whole company
""",
    "second column, spaced title": """C O N T A C T
L A N G U A G E S

{FULL}
D A T A\tA N A L Y S T
P R O F I L E
Python and SQL.
""",
    "profile link": """Full stack developer
Phone:\tBirth year: 1991
LinkedIn: {full} Languages: English, Hebrew
SKILLS
Java
""",
    "torn contacts": """{full}, 36, Lyon
Game developer with 5 years of experience. mail.com
Knows Unity and C# and the whole cycle {slug}-
Development.
EXPERIENCE
2015 - 2019: Developer, Acme
""",
    "torn birth": """{full}
Nurse
Date / Place of birth
Caring and precise
16/03/1992
Russia
Nationality Russian, new in France
27 y .o., Lyon
EXPERIENCE
2015 - 2019: Nurse, Hospital North
""",
    "recommendations": """{full}
Driver
EXPERIENCE
2001-2009 Bus driver, City Transport
Recommendations:
City Transport - Lyon, France
{full}
Languages known:
- English
""",
}
