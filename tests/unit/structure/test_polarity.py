import pytest

from jobfit.records import Polarity
from jobfit.structure.polarity import claims, find_scopes
from jobfit.structure.terms import SkillFinder
from jobfit.taxonomy.compact import load_compact

SIGNS = {Polarity.HAS_NOT: "-", Polarity.WANTS: "~"}


def said(text: str) -> set[str]:
    """ "+java" where the text claims it, "-java" where it denies it, "~java" where it wants it."""
    claimed, others = claims(text, SkillFinder(load_compact()).mentions(text))
    return {f"+{item.value}" for item in claimed} | {f"{SIGNS[item.polarity]}{item.value}" for item in others}


DENIED = """
I have never used Kubernetes. | -kubernetes
Not familiar with SAP. | -sap
I don't know PHP but I am keen to learn Rust. | -php ~rust
No experience with Docker. | -docker
Never used Docker, Kubernetes or Terraform. | -docker -kubernetes -terraform
I have never used PHP, but I know Java. | -php +java
I have used Java but not PHP. | +java -php
No SAP or Oracle experience. | -sap -oracle-database
No Kubernetes experience, strong Java skills. | -kubernetes +java
Kubernetes: none | -kubernetes
PHP and Perl I have never used. | -php -perl
SAP, which I have never used, was run by others. | -sap
I know neither PHP nor Perl. | -php -perl
Haven't worked with Angular yet. | -angular
I’ve not used Angular. | -angular
I lack experience with Docker. | -docker
I cannot program in Java. | -java
Although I have never used Docker, I know Kubernetes. | -docker +kubernetes
Unfamiliar with Docker. | -docker
Never been trained in SAP. | -sap
I have never worked professionally with Docker and I have 5 years of Java. | -docker +java
As a student I have never used Java. | -java
Java (no Docker), Python | +java -docker +python
Java, not JavaScript | +java -javascript
I have not yet had the opportunity to use Docker. | -docker
Kubernetes (never used), Docker (expert) | -kubernetes +docker
I have zero experience in Docker | -docker
Je ne connais pas Docker. | -docker
Jamais utilisé Kubernetes. | -kubernetes
Aucune expérience en Java. | -java
Je ne connais ni PHP ni Perl. | -php -perl
Docker : aucune expérience | -docker
Kubernetes, que je ne connais pas encore. | -kubernetes
Je n’ai jamais travaillé avec Docker ni Kubernetes, mais je maîtrise Java. | -docker -kubernetes +java
Je n'ai pas d'expérience en PHP, je connais Java. | -php +java
Pas encore utilisé Terraform. | -terraform
Sans expérience de Docker. | -docker
N'ayant jamais utilisé Docker. | -docker
Je ne maîtrise pas encore Kubernetes. | -kubernetes
Je ne sais pas utiliser Docker. | -docker
Je ne suis pas à l'aise avec Docker, bonne maîtrise de Java. | -docker +java
Je n'ai aucune connaissance de Docker | -docker
Kubernetes : notions, Docker : pas encore | +kubernetes -docker"""
WANTED = """
Currently learning Scala. | ~scala
Would like to learn Kotlin. | ~kotlin
Scala is something I'd like to learn. | ~scala
I'm interested in learning Docker and Rust. | ~docker ~rust
Hoping to work with Kubernetes one day. | ~kubernetes
I have been using Java for years and want to learn Kotlin. | +java ~kotlin
Plan to learn Docker and Kubernetes next year. | ~docker ~kubernetes
I'm currently taking a course on Docker. | ~docker
Python (currently learning), Java | ~python +java
Kotlin – learning; Java – 5 years | ~kotlin +java
Learning Rust in my free time. | ~rust
Keen to learn new technologies such as Docker. | ~docker
Je souhaite apprendre Python. | ~python
Scala en cours d'apprentissage | ~scala
En cours d'apprentissage de Scala. | ~scala
Je souhaite me former à Kubernetes et Docker. | ~kubernetes ~docker
J'apprends actuellement Rust. | ~rust
Envie d'apprendre Kotlin. | ~kotlin
Désireux de me former à Angular. | ~angular
En train d'apprendre React. | ~react
Apprentissage en cours : Docker | ~docker"""
CLAIMED = """
Basic knowledge of Java. | +java
Limited knowledge of Java | +java
I know not only Java but also Python. | +java +python
No one knew Java better than me. | +java
I use nothing but Python. | +python
I am not unfamiliar with Java. | +java
I do not lack experience with Java. | +java
I have never used any language other than Python. | +python
Trained users who had never used Excel before. | +excel
Looking to use my Java skills. | +java
I want to deepen my Java knowledge. | +java
Machine learning with Python. | +machine-learning +python
I never missed a deadline in my Java projects. | +java
I don't hesitate to use Python. I don't mind working with COBOL. | +python +cobol
I never stopped learning: Java, Python, SQL. | +java +python +sql
There is no task I cannot do with Java | +java
Eager to learn new technologies AWS, Docker | +aws +docker
Reduced errors in Java with no downtime, using Docker. | +java +docker
Je ne connais que Python. | +python
Je ne connais pas d'autre langage que Java. | +java
Maîtrise non seulement de Java mais aussi de Python. | +java +python
Personne ne connaissait mieux Java. | +java
Je débute en Python. Notions de Java. | +python +java
Formé des utilisateurs n'ayant jamais utilisé Excel. | +excel
Je n'ai pas seulement utilisé Java mais aussi Python. | +java +python"""
OPEN = """
Built the site without jQuery. |
Migrated to PostgreSQL instead of Oracle. | +postgresql
Not an expert in Java. |
I do not want to work with PHP anymore. |
Développé sans jQuery, au lieu de Java. |
Not certified in AWS |"""


@pytest.mark.parametrize("row", "".join([DENIED, WANTED, CLAIMED, OPEN]).strip().split("\n"))
def test_claims_what_is_denied_or_wanted_is_not_claimed(row: str) -> None:
    text, expected = row.split("|")
    assert said(text.strip()) == set(expected.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Currently learning Docker. Skills: Docker, Java.", {"+docker", "+java"}),
        ("Java: 5 years\nKubernetes: never used\nDocker (learning)", {"+java", "-kubernetes", "~docker"}),
        ("Skills: Java\nTo learn: Rust, Docker\nPython", {"+java", "~rust", "~docker", "+python"}),
        ("I have never used\nKubernetes or\nDocker\nJava", {"-kubernetes", "-docker", "+java"}),
        ("Docker : non\nJava : oui", {"-docker", "+java"}),
        ("", set()),
    ],
)
def test_claims_over_lines(text: str, expected: set[str]) -> None:
    assert said(text) == expected


def test_claims_first_mention_of_that_polarity_with_its_quote() -> None:
    text = "I have never used Docker. No Docker. Not Java. I know JAVA and Java."
    claimed, others = claims(text, SkillFinder(load_compact()).mentions(text))
    assert [(item.value, item.evidence.text, item.evidence.start) for item in claimed] == [("java", "JAVA", 54)]
    assert [(item.value, item.evidence.start, item.polarity) for item in others] == [("docker", 18, Polarity.HAS_NOT)]


def test_find_scopes_are_bounded_whatever_the_text() -> None:
    scopes = list(find_scopes("no experience with " * 2000))
    assert scopes and max(scope.end - scope.start for scope in scopes) <= 200


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The team also covered Python, which was not my part.", set()),
        ("We shipped Java and PHP, which wasn't my job. I wrote Docker files.", {"+docker"}),
        ("The site ran on PHP, which another team maintained.", set()),
        ("Deployment used Kubernetes (handled by my colleagues), tests used Java.", {"+java"}),
        ("There was some SAP, in which I took no part.", set()),
        ("A colleague wrote the Angular, I wrote the Java.", {"+java"}),
        ("L'équipe couvrait aussi Python, ce qui n'était pas mon rôle.", set()),
        ("Le site tournait sous PHP, dont s'occupaient mes collègues. J'ai écrit le Java.", {"+java"}),
        ("Déploiement sous Kubernetes (assuré par une autre équipe), tests en Java.", {"+java"}),
        ("Un collègue s'occupait de Docker, moi de Java.", {"+java"}),
        ("I used Java, which was part of my role.", {"+java"}),
        ("J'ai utilisé Java, ce qui était mon rôle.", {"+java"}),
    ],
)
def test_skill_told_of_others_is_not_claimed(text: str, expected: set[str]) -> None:
    assert said(text) == expected
