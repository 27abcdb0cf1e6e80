"""Saved web pages: the advert or the CV stays whole; menus, notices and other offers go."""

import plistlib
import time

import pytest

from jobfit.ingest.formats.jobposting import extract_page
from jobfit.ingest.formats.saved_pages import extract_mhtml, extract_webarchive
from jobfit.ingest.parse import html
from jobfit.ingest.raw import RawRejection

AD = """<h1>Data Engineer (m/f/d)</h1><p>Nordwind GmbH · Leipzig · Full-time</p><h2>Your tasks</h2><ul><li>Build
pipelines with Python and Airflow</li><li>Operate PostgreSQL</li></ul><h2>Your profile</h2><ul><li>3+ years of
experience</li><li>SQL</li><li>German B2</li></ul><p>We offer 30 days of holiday and a pension.</p>"""
AD_SAYS = ("Data Engineer", "Nordwind GmbH", "Your tasks", "Operate PostgreSQL", "3+ years", "German B2", "30 days")
OFFRE = """<h1>Infirmier de nuit (H/F)</h1><p>Clinique Saint-Roch, Dijon – CDI</p><h2>Missions</h2><ul><li>Assurer les
soins</li><li>Surveiller les patients</li></ul><h2>Profil</h2><p>Diplôme d'État exigé, deux ans d'expérience
souhaités.</p><ul><li>Permis B</li><li>Anglais A2</li></ul>"""
OFFRE_SAYS = ("Infirmier de nuit", "Saint-Roch", "CDI", "Missions", "Assurer", "Diplôme d'État", "Permis B", "Anglais")
CV = """<h1>Ana Petrov</h1><p>Backend developer</p><p><a href="mailto:ana@example.org">ana@example.org</a> · Utrecht</p>
<h2>Experience</h2><h3>Developer, Kestrel BV</h3><p>2019 – 2024</p><ul><li>Wrote services in Go</li><li>Ran forty
clusters for the payments team</li></ul><h2>Skills</h2><ul><li>Go</li><li>Kafka</li></ul><h2>Languages</h2><p>Dutch
C1</p>"""
CV_SAYS = ("Ana Petrov", "Backend developer", "Utrecht", "Kestrel BV", "2019 – 2024", "services in Go", "Kafka", "C1")
MENU = '<a href="/">Home</a> <a href="/jobs">Browse jobs</a> <a href="/in">Sign in</a> <a href="/faq">Help</a>'
LIST = '<ul><li><a href="1">Java Architect</a> Berlin</li><li><a href="2">PHP Developer</a> Munich</li></ul>'
LONG = """<div><a href="1">Java Architect</a><p>We look for an architect who knows Spring and Oracle.</p></div>
<div><a href="2">PHP Developer</a><p>Our client wants Symfony and five years in agencies.</p></div>"""

# Around the content, and what of it must not be read.
FRAMES = {
    "landmarks": (f"<nav>{MENU}</nav><main>%s</main><aside class='similar-jobs'>{LIST}</aside><footer>© 2026 Board"
                  " <a href=p>Privacy</a></footer>", ("Browse jobs", "Java Architect", "Privacy")),
    "roles": (f"<div role=navigation>{MENU}</div><div role=main>%s</div><div role=contentinfo>© Board</div>",
              ("Browse jobs", "© Board")),
    "classes": (f"<div class='siteNavbar'>{MENU}</div><div>%s</div><div class='relatedJobs'>{LIST}</div>"
                "<div id=cookie-consent><p>We use cookies to improve your visit.</p><button>Accept</button></div>",
                ("Browse jobs", "Java Architect", "cookies")),
    "no names": (f"<div>{MENU}</div><div>%s</div><div><h2>Similar jobs</h2>{LIST}</div>",
                 ("Browse jobs", "Java Architect", "Similar jobs")),
    "heading beside": (f"<div>%s<h2>You may also like</h2>{LONG}</div>", ("Spring", "Symfony", "also like")),
    "bold heading": (f"<div>%s</div><div><p><b>Jobs you might be interested in</b></p>{LONG}</div>",
                     ("Spring", "Symfony")),
    "people viewed": (f"<div>%s</div><section><h3>People also viewed</h3>{LIST}</section>", ("Java Architect",)),
    "more from": (f"<div>%s</div><section><h3>More jobs from Nordwind</h3>{LIST}</section>", ("Java Architect",)),
    "French list": (f"<div>%s</div><div><h3>Offres similaires</h3>{LIST}</div>", ("Java Architect", "similaires")),
    "French other": (f"<div>%s</div><div><h3>Ces offres pourraient vous intéresser</h3>{LONG}</div>", ("Symfony",)),
    "French viewed": (f"<div>%s</div><div><h4>Les candidats ont aussi consulté</h4>{LIST}</div>", ("PHP Developer",)),
    "French links": (f"<div>%s</div><div><h4>Nos autres offres à Dijon</h4>{LIST}</div>", ("PHP Developer",)),
    "crumbs": ("<ol class='breadcrumb'><li><a href=1>Emploi</a></li><li><a href=2>Santé publique</a></li></ol>%s"
               "<div class='share-buttons'><a href=3>Partager sur Facebook</a></div>", ("publique", "Facebook")),
}  # fmt: skip
CONTENT = {"advert": (AD, AD_SAYS), "offre": (OFFRE, OFFRE_SAYS), "cv": (CV, CV_SAYS)}


def read(page: str):
    [document] = extract_page(f"<!doctype html><html><head><title>x</title></head><body>{page}</body></html>".encode())
    return document


@pytest.mark.parametrize("content", CONTENT)
@pytest.mark.parametrize("frame", FRAMES)
def test_content_stays_and_the_frame_goes(frame, content):
    around, unwanted = FRAMES[frame]
    inner, wanted = CONTENT[content]
    text = " ".join(read(around % inner).text.split())
    assert [phrase for phrase in wanted if phrase not in text] == []
    assert [phrase for phrase in unwanted if phrase in text] == []


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        (f"<header>{CV[:60]}</header>{CV[60:]}", "Ana Petrov"),
        (f"{CV}<aside class=sidebar><h2>Certificates</h2><ul><li>CKA</li></ul></aside>", "CKA"),
        (f"{CV}<h2>Other positions</h2><p>Waiter, Café Noord, 2012 – 2014</p>", "Waiter"),
        (f"{CV}<section class='other-positions'><h2>Recent jobs</h2><p>Waiter, Noord</p></section>", "Waiter"),
        (f"{CV}<h2>Other jobs</h2><p>Waiter, <a href=x>Noord</a>, Zwolle, three summers, at the bar</p>", "Waiter"),
        (f"{CV}<h2>Autres postes</h2><p>Serveur, Café Noord, trois étés, au bar et en cuisine</p>", "Serveur"),
        (f"{CV}<h2>Projects</h2><ul><li><a href=1>Tracer</a></li><li><a href=2>Loom</a></li><li><a href=3>Sift</a></li>"
         "</ul>", "Tracer"),
        (f"{CV}<footer>Driving licence B · Zwolle</footer>", "Driving licence"),
        (f"{CV}<footer><h2>References</h2><p>Dr Jansen <a href=x>site</a></p></footer>", "Jansen"),
        (f"<div class=menu>{CV}</div>", "Kestrel"),
        (f"<nav>{CV}</nav>", "Kestrel"),
        ("<p>Cook wanted in our kitchen</p><nav><a href=1>Home</a></nav>", "Cook"),
        (f"{AD}<p>You may also like our canteen and the roof garden.</p>", "canteen"),
        (f"<h2>Skills</h2><ul><li><a href=1>Go</a><li><a href=2>Kafka</a><li><a href=3>SQL</a></ul>{CV}", "SQL"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_frame_is_kept(page, kept):
    assert kept in read(page).text


def test_fragment_of_html_is_read_whole():
    [document] = html.extract(b"<nav><a href=1>Home</a></nav><p>Text of the fragment</p>" + AD.encode())
    assert "Home" in document.text


@pytest.mark.parametrize(
    "page",
    [
        "<h2>Similar jobs</h2>" * 20_000,
        "<div><h2>Similar jobs</h2>" * 20_000,
        "<nav>" * 20_000 + "<a href=1>x</a>",
        "<ul><li><a href=1>x</a></li></ul>" * 20_000 + AD,
        "<p class='" + "nav-" * 50_000 + "'>" + AD,
    ],
)
def test_page_of_nonsense_takes_linear_time(page):
    started = time.process_time()
    list(extract_page(page.encode()))
    assert time.process_time() - started < 5


MHTML = f"""From: <Saved by Blink>
Snapshot-Content-Location: https://jobs.example/1
Subject: Data Engineer
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="----X"

------X
Content-Type: text/html
Content-Transfer-Encoding: quoted-printable

<html><body><nav>{MENU.replace("=", "=3D")}</nav>{AD.replace("=", "=3D")} Caf=C3=A9</body></html>
------X
Content-Type: text/css

p {{}}
------X--
"""


def test_page_that_chrome_saved_in_one_file_is_read_as_a_page():
    [document] = extract_mhtml(MHTML.encode())
    assert "Data Engineer" in document.text and "Caf" in document.text and "Browse" not in document.text


def test_page_that_safari_saved_is_read_as_a_page():
    archive = {"WebMainResource": {"WebResourceData": AD.encode(), "WebResourceMIMEType": "text/html"}}
    [document] = extract_webarchive(plistlib.dumps(archive, fmt=plistlib.FMT_BINARY))
    assert "Data Engineer" in document.text


@pytest.mark.parametrize("data", [b"bplist00", b"bplist00WebMainResource" + bytes(40), plistlib.dumps({"a": [1]})])
def test_broken_web_archive_is_one_rejection(data):
    [result] = extract_webarchive(data)
    assert isinstance(result, RawRejection) and "web archive" in result.reason


@pytest.mark.parametrize("data", [b"", b"MIME-Version: 1.0\nContent-Type: multipart/related", MHTML[:200].encode()])
def test_broken_mhtml_is_one_rejection(data):
    [result] = extract_mhtml(data)
    assert isinstance(result, RawRejection) and "MHTML" in result.reason
