import pytest

from jobfit.records import Period, Salary
from jobfit.structure.pay import currency_of, find_salary, find_wished_salary, yearly


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Salary: £45k", (45000, 45000, "GBP", "year")),
        ("$120,000-$150,000 per year", (120000, 150000, "USD", "year")),
        ("a generous base salary between $110,000 - $130,000 with benefits", (110000, 130000, "USD", "year")),
        ("What's In It for You$110-130k + Bonus", (110000, 130000, "USD", "year")),
        ("Salary up to £60,000 + benefits", (None, 60000, "GBP", "year")),
        ("from £30,000 per annum", (30000, None, "GBP", "year")),
        ("£25,000 - £28,000 pa", (25000, 28000, "GBP", "year")),
        ("Rate: $60 to $69/hr", (60, 69, "USD", "hour")),
        ("£12.50 per hour", (12.5, 12.5, "GBP", "hour")),
        ("£400 per day, outside IR35", (400, 400, "GBP", "day")),
        ("Rate cannot exceed $65 p/hr", (None, 65, "USD", "hour")),
        ("Compensation: up to $100,000.00 + a 15% bonus", (None, 100000, "USD", "year")),
        ("CHF 95'000 par an", (95000, 95000, "CHF", "year")),
        ("Salary\n£30,000 to £35,000 depending on experience", (30000, 35000, "GBP", "year")),
        ("30-35 K€ brut annuel", (30000, 35000, "EUR", "year")),
        ("Benefits\n£34,000 to £38,000, pension, 25 days off", (34000, 38000, "GBP", "year")),
        ("Leeds - £55k to £65k plus company van", (55000, 65000, "GBP", "year")),
        ("£18.50 - £22.75 p/h", (18.5, 22.75, "GBP", "hour")),
        ("£500 p/d, six months", (500, 500, "GBP", "day")),
        ("Salaire : 30/35 K€", (30000, 35000, "EUR", "year")),
        ("De 28 000 à 32 000 € par an", (28000, 32000, "EUR", "year")),
        ("Rémunération : 2 100 € à 2 400 € brut/mois sur 13 mois", (2100, 2400, "EUR", "month")),
        ("2 300 € brut mensuel", (2300, 2300, "EUR", "month")),
        ("TJM : 450 €", (450, 450, "EUR", "day")),
        ("11,88 €/h", (11.88, 11.88, "EUR", "hour")),
        ("Rémunération jusqu'à 55 k€ selon profil", (None, 55000, "EUR", "year")),
        ("Gratification : 650 € par mois", (650, 650, "EUR", "month")),
    ],
)
def test_salary_offered(text: str, expected: tuple[float | None, float | None, str, str]) -> None:
    found = find_salary(text)
    assert found is not None
    value = found.value
    assert (value.minimum, value.maximum, value.currency, value.period) == expected
    assert text[found.evidence.start : found.evidence.end] == found.evidence.text


@pytest.mark.parametrize(
    "text",
    [
        "a company with a turnover of £5m and good pay",
        "$5M ARR, competitive salary",
        "annual revenues over $120 million",
        "quota of $3- 4.5 Million dollars Competitive Base Salary",
        "tuition reimbursement up to $5,000/year",
        "Managed a budget of $200,000 per year",
        "401k match, 100K+ devices",
        "Salary negotiable; our app for market pay is used by 20k traders",
        "SMIC sur 13 mois",
        "chiffre d'affaires de 45 000 € par an",
        "prime de 1 500 € par an",
        "Salary: competitive, DOE",
        "Salaire selon expérience, 35 heures",
        "Salary: 85K-120K",  # of which currency?
        "Salary: $1",
        "",
    ],
)
def test_other_money_is_no_salary(text: str) -> None:
    assert find_salary(text) is None


def test_currency_of_the_place_where_none_is_written() -> None:
    found = find_salary("Salary: 85K-120K", currency_of("US"))
    assert found is not None
    assert found.value == Salary(85000, 120000, "USD", found.value.period)
    dollars = find_salary("Salary: $85,000", currency_of("CA"))
    assert dollars is not None and dollars.value.currency == "CAD"
    dollars = find_salary("Pay: $31 per hour", currency_of("NZ"))
    assert dollars is not None and dollars.value.currency == "NZD"
    assert currency_of(None) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Salary expectation: £45k", 45000),
        ("Expected salary 60,000 USD per year", 60000),
        ("Prétentions salariales : 38 000 € brut annuel", 38000),
        ("Prétentions : 40 K€", 40000),
        ("Salary: £45k in my last position", None),
        ("Working (salary - 12k)", None),
        ("Raised sales by $30,000 per year", None),
    ],
)
def test_salary_wished(text: str, expected: int | None) -> None:
    found = find_wished_salary(text)
    assert (found.value.minimum if found else None) == expected


@pytest.mark.parametrize(
    ("salary", "expected"),
    [
        (Salary(30_000, 40_000, "EUR", Period.YEAR), 35_000),
        (Salary(None, 2_000, "EUR", Period.MONTH), 24_000),
        (Salary(10, None, "GBP", Period.HOUR), 17_200),
        (Salary(900_000, None, "INR", Period.YEAR), None),
        (None, None),
    ],
)
def test_pay_is_that_of_a_year_and_unknown_in_far_currencies(salary, expected):
    assert yearly(salary) == expected


def test_pay_of_a_year_in_one_currency_is_unknown_in_another():
    pay = Salary(None, 2_000, "EUR", Period.MONTH)
    assert (yearly(pay, "EUR"), yearly(pay, "GBP"), yearly(Salary(1, 1, "INR", Period.YEAR), "INR")) == (
        24_000,
        None,
        1,
    )
