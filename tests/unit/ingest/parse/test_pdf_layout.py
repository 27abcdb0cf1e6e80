"""PDF pages drawn in every order: what belongs together is read together."""

from __future__ import annotations

import io
import random
import time

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from jobfit.ingest.parse import pdf
from jobfit.ingest.parse.pdf_layout import Glyph, join_hyphens, read_pages

Line = tuple[float, float, float, str]  # x, y, size, text

SIDEBAR = ("SKILLS", "Python", "SQL", "Kafka", "", "LANGUAGES", "Dutch", "English C1", "", "INTERESTS", "Rowing")
CAREER = (
    "EXPERIENCE", "Developer, Kestrel BV", "January 2019 - Present", "Wrote payment services in Go for", "forty shops",
    "", "EDUCATION", "Bachelor, Utrecht University", "2014 - 2018", "", "Exchange year in Porto",
)  # fmt: skip
VOLET = ("Compétences", "Soudure TIG", "Lecture de plans", "", "Langues", "Anglais B1", "Italien", "", "Permis B")
PARCOURS = (
    "Expérience professionnelle", "Chaudronnier, Ateliers Deûle", "03/2018 – 10/2023", "Cuves en inox pour l'industrie",
    "", "Formation", "CAP chaudronnerie, 2017", "Lycée de Lille", "Mention bien",
)  # fmt: skip
ORDERS = ("rows", "left first", "right first", "upwards", "shuffled", "halves")


def column(x: float, top: float, texts: tuple[str, ...], step: float = 16, size: float = 10) -> list[Line]:
    return [(x, top - step * number, size, text) for number, text in enumerate(texts) if text]


def arranged(left: list[Line], right: list[Line], order: str) -> list[Line]:
    if order == "rows":
        return sorted([*left, *right], key=lambda line: (-line[1], line[0]))
    if order == "upwards":
        return sorted([*left, *right], key=lambda line: line[1])
    if order == "shuffled":
        return random.Random(3).sample([*left, *right], len(left) + len(right))
    if order == "halves":
        half, other = len(left) // 2, len(right) // 2
        return [*left[:half], *right[:other], *left[half:], *right[other:]]
    return [*left, *right] if order == "left first" else [*right, *left]


def drawn(*pages: list[Line]) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    for lines in pages:
        for x, y, size, text in lines:
            canvas.setFont("Helvetica", size)
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def read(*pages: list[Line]) -> list[str]:
    [document] = pdf.extract(drawn(*pages))
    return [line for line in document.text.split("\n") if line]


def said(texts: tuple[str, ...]) -> list[str]:
    return [text for text in texts if text]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("narrow", "wide"), [(SIDEBAR, CAREER), (VOLET, PARCOURS)], ids=["en", "fr"])
@pytest.mark.parametrize("shift", [0, 5], ids=["one grid", "own heights"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_sidebar_and_career_are_each_read_as_a_whole(narrow, wide, order, shift, side):
    x, other = (40, 220) if side == "left" else (420, 60)
    sidebar, career = column(x, 700, narrow, size=9), column(other, 700 - shift, wide)
    left, right = (sidebar, career) if side == "left" else (career, sidebar)
    head = [(40, 780, 22, "Ana Petrov"), (40, 755, 12, "A line that goes across both of the columns of the page here")]
    first, second = (narrow, wide) if side == "left" else (wide, narrow)
    lines = read([*head, *arranged(left, right, order)])
    assert lines == ["Ana Petrov", head[1][3], *said(first), *said(second)]


@pytest.mark.parametrize("order", ORDERS)
def test_column_with_the_name_comes_first(order):
    career = [(220, 780, 24, "Ana Petrov"), (220, 755, 12, "Backend developer"), *column(220, 720, CAREER)]
    lines = read(arranged(column(40, 780, SIDEBAR), career, order))
    assert lines == ["Ana Petrov", "Backend developer", *said(CAREER), *said(SIDEBAR)]


@pytest.mark.parametrize("order", ORDERS)
def test_headings_that_nobody_knows_are_known_by_their_size(order):
    sidebar = [(40, 720, 14, "Toolbox"), *column(40, 704, ("Python", "SQL", "Kafka")), (40, 640, 14, "Spoken")]
    career = [(220, 720, 14, "So far"), *column(220, 704, CAREER[1:5]), (220, 640, 14, "Before that")]
    left, right = [*sidebar, *column(40, 624, ("Dutch", "Greek"))], [*career, *column(220, 624, ("Tutor", "Porto"))]
    assert read(arranged(left, right, order)) == [line[3] for line in [*left, *right]]


@pytest.mark.parametrize("order", ORDERS)
def test_career_that_goes_on_over_the_page_is_not_interrupted(order):
    first = arranged(column(40, 780, SIDEBAR), [(220, 790, 24, "Ana Petrov"), *column(220, 750, CAREER)], order)
    rest = column(220, 780, ("Tutor, Porto", "2012 - 2014", "Taught mathematics to ten pupils"))
    assert read(first, rest) == ["Ana Petrov", *said(CAREER), *[line[3] for line in rest], *said(SIDEBAR)]


ROWS = {
    "dates on the right": (
        ("Developer, Kestrel BV", "Tester, Otter Labs", "Clerk, Heron Ltd", "Tutor, Finch School", "Waiter, Inn"),
        ("2019 - 2024", "2017 - 2019", "2015 - 2017", "03/2013 - 2015", "2012"), 60, 430),
    "dates on the left": (
        ("2019 - 2024", "2017 - 2019", "2015 - 2017", "2013 - 2015", "2012"),
        ("Developer, Kestrel BV", "Tester, Otter Labs", "Clerk, Heron Ltd", "Tutor, Finch School", "Inn"), 60, 180),
    "levels": (("Dutch", "English", "German", "French", "Greek"), ("native", "C1", "B2", "A2", "A1"), 60, 180),
    "labels": (
        ("Compétences", "Langues", "Diplôme", "Permis", "Mobilité"),
        ("Soudure TIG et lecture de plans", "Anglais B1", "CAP en chaudronnerie", "B", "Hauts-de-France"), 60, 180),
    "grid of skills": (("Python", "SQL", "Kafka", "Go", "Rust"), ("Docker", "Linux", "Git", "Bash", "Helm"), 60, 250),
}  # fmt: skip


@pytest.mark.parametrize("kind", ROWS)
def test_rows_that_belong_together_stay_together(kind):
    left, right, x, other = ROWS[kind]
    lines = read(arranged(column(x, 700, left), column(other, 700, right), "rows"))
    assert lines == [f"{one} {two}" for one, two in zip(left, right, strict=True)]


def test_headers_footers_and_page_numbers_are_read_once_or_never():
    def page(number: int, text: str) -> list[Line]:
        head = [(60, 800, 9, "Ana Petrov - curriculum vitae"), (400, 800, 9, "ana@example.org")]
        return [*head, *column(60, 700, (text, f"Worked at place {number}")), (300, 20, 9, f"Page {number} of 3")]

    lines = read(page(1, "First"), page(2, "Second"), page(3, "Third"))
    head = "Ana Petrov - curriculum vitae ana@example.org"
    assert lines == [head, "First", "Worked at place 1", "Second", "Worked at place 2", "Third", "Worked at place 3"]


@pytest.mark.parametrize(
    ("top", "bottom"),
    [
        ([(30, "11/29/26, 1:13 AM"), (280, "My CV")], [(30, "https://cv.example/ana"), (540, "1/1")]),
        ([(30, "29/11/2026 13:13"), (280, "Mon CV")], [(30, "file:///home/ana/cv.html"), (540, "1/1")]),
        ([(30, "29.11.2026, 13:13"), (280, "Lebenslauf")], [(540, "Page 1 of 1")]),
        ([(30, "29/11/2026 à 13h13")], [(540, "1 sur 1")]),
    ],
)
def test_what_a_browser_prints_around_a_page_is_not_read(top, bottom):
    around = [*((x, 820, 8, text) for x, text in top), *((x, 15, 8, text) for x, text in bottom)]
    body = column(60, 760, ("Ana Petrov", "Developer", "Since 09:30 shifts at Kestrel", "Python"), size=11)
    assert read([*around, *body]) == [line[3] for line in body]


@pytest.mark.parametrize("apart", [False, True], ids=["in place", "in a block of their own"])
def test_dates_between_long_lines_are_no_column(apart):
    texts: list[Line] = []
    dates: list[Line] = []
    for number in range(8):
        y = 760 - 60 * number
        texts += [(60, y, 10, f"Engineer {number}, Kestrel")]
        texts += [
            (60, y - 15, 10, "Built the system with Python and Kafka for a long list of customers in many countries")
        ]
        texts += [(60, y - 30, 10, "of the union"), (60, y - 45, 14 if number == 4 else 10, "Education")]
        dates += [(430, y, 10, f"0{number + 1}/2011 – 02/2012")]
    lines = read([*dates, *texts] if apart else sorted([*dates, *texts], key=lambda line: (-line[1], line[0])))
    assert [text for text in lines if text.startswith("Engineer")] == [
        f"Engineer {number}, Kestrel 0{number + 1}/2011 – 02/2012" for number in range(8)
    ]


@pytest.mark.parametrize(
    "text", ["2", "- 1 -", "Total 2 of 3", "2014", "1 of 2 sites", "Anglais B1, C1", "1 year 1 month"]
)
def test_line_that_is_no_page_number_is_kept(text):
    assert text in read([*column(60, 700, ("Alpha", "Beta", "Gamma")), (60, 20, 10, text)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kuber-\nnetes and Docker", "Kubernetes\nand Docker"),
        ("expéri-\nmentée en gestion", "expérimentée\nen gestion"),
        ("front-\nend developer", "front-end\ndeveloper"),
        ("un sous-\ntraitant local", "un sous-traitant\nlocal"),
        ("full-\nstack", "full-stack"),
        ("data-\ndriven work", "data-driven\nwork"),
        ("savoir-\nfaire", "savoir-faire"),
        ("Rhône-\nAlpes", "Rhône-Alpes"),
        ("e-\ncommerce", "e-commerce"),
        ("CI-\nbased", "CI-based"),
        ("part-time and part-\ntime", "part-time and part-time"),
        ("Kuber-\nnetes, Go", "Kubernetes,\nGo"),
        ("soft\u2010\nware", "software"),
        ("soft\u00ad\nware", "software"),
        ("web services, web-\nservices and services on the web", "web services, web-services\nand services on the web"),
        ("2019-\n2021", "2019-\n2021"),
        ("Java -\nPython", "Java -\nPython"),
        ("a-\n\nb", "a-\n\nb"),
        ("Developer-\n• item", "Developer-\n• item"),
    ],
)
def test_word_that_a_line_end_cuts_is_joined_and_a_compound_keeps_its_hyphen(text, expected):
    assert join_hyphens(text) == expected


def glyphs(text: str, gap: float = 0.0, blank: str = " ", made: bool = False) -> list[Glyph]:
    line, x = [], 60.0
    for char in text:
        if char == " ":
            line.append(Glyph(blank, 0, 0, 0, 1, True) if made else Glyph(blank, x, x + 3, 700, 10, False))
            x += 3 + gap
        else:
            line.append(Glyph(char, x, x + 6, 700, 10, False))
            x += 6 + gap
    return line


@pytest.mark.parametrize("blank", ["\t", "\r", "\n", "\xa0", "\u202f", "\u2003", " "])
def test_blank_that_the_file_holds_is_a_space_whatever_it_is_called(blank):
    assert read_pages([glyphs("Ana Petrov of Kestrel", blank=blank)]) == "Ana Petrov of Kestrel"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("E X P E R I E N C E", "EXPERIENCE"),
        ("F O R M A T I O N", "FORMATION"),
        ("W O R K", "WORK"),
        ("A B C D", "A B C D"),
        ("S K I L L S & T O O L S", "SKILLS & TOOLS"),
        ("C and R and Go", "C and R and Go"),
    ],
)
def test_spaced_letters_are_one_word(text, expected):
    assert read_pages([glyphs(text)]) == expected


def test_blanks_that_were_made_up_between_spaced_letters_go_and_those_of_the_file_stay():
    line = glyphs("S oftware E ngineer", made=True)
    space = Glyph(" ", 0, 0, 700, 10, False)
    at = next(index for index, glyph in enumerate(line) if glyph.char == "E") - 1
    line[at] = space
    assert read_pages([line]) == "Software Engineer"


@pytest.mark.parametrize("count", [3_000, 12_000])
def test_nonsense_takes_linear_time(count):
    chance = random.Random(5)
    page = [
        Glyph(
            chance.choice("ab1 \n•"),
            chance.random() * 600,
            chance.random() * 600,
            chance.random() * 800,
            10,
            n % 9 == 0,
        )
        for n in range(count)
    ]
    started = time.process_time()
    read_pages([page, page])
    join_hyphens("a-\n" * count + "-" * count)
    assert time.process_time() - started < count / 2_000


WRAPPED = (
    ("Mar", "2015–Dec", "2018"), ("Sept. 2019", "– present"), ("2014 –", "2016"), ("janv. 2018 -", "aujourd'hui"),
    ("03/2011", "– 06/2013"),
)  # fmt: skip


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("period", WRAPPED)
def test_period_that_a_narrow_column_wraps_is_one_period_beside_its_position(period, order):
    dates = [*column(40, 700, ("2019–2024",)), *column(40, 668, period, step=12)]
    told = column(110, 700, ("Analyst, Finch Logistics", "Reports of five offices"))
    told += column(110, 668, ("Clerk, Teal Tanks", "Orders, invoices and returns", "Stock twice a year"), step=12)
    lines = "\n".join(read(arranged(dates, told, order)))
    assert " ".join(period) in lines
    if order in ("rows", "left first", "halves"):  # others stay in the order of the file
        assert lines.index(" ".join(period)) < lines.index("Orders, invoices")


@pytest.mark.parametrize(
    "dates", [("2019", "2018", "2017"), ("2019–2021", "2017–2019", "2015–2016"), ("May 2019", "June 2018", "2016")]
)
def test_dates_below_each_other_that_are_no_wrapped_period_stay_on_their_rows(dates):
    told = ("First prize", "Second prize", "Grant")
    lines = read([*column(40, 700, dates, step=12), *column(110, 700, told, step=12)])
    assert [f"{date} {what}" for date, what in zip(dates, told)] == lines
