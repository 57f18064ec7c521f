"""What a table says: each cell belongs to its row and to its column."""

import pytest

from app.answering.support.judgement import check_support

STAFF = "| Name | Manager | Deputy |\n|---|---|---|\n| Sales | Weber | Braun |\n| Support | Klein | Roth |\n"
DOSES = (
    "| Drug | Adult dose | Child dose |\n|---|---|---|\n| Ibuprofen | 400 mg | 200 mg |\n"
    "| Paracetamol | 500 mg | 250 mg |\n"
)
CITIES = "| City | Staff 2021 | Staff 2022 |\n|---|---|---|\n| Bonn | 120 | 135 |\n| Kiel | 98 | 91 |\n"
PLANS = (
    "| Feature | Basic | Pro |\n|---|---|---|\n| Storage | 10 GB | 100 GB |\n| Support | e-mail | phone |\n"
)
PRICES = "| Plan | Price | Users |\n|---|---|---|\n| Basic | 1,250 euros | 5 |\n| Pro | 2,500 euros | 20 |\n"
SIZES = "| Size | Width (cm) | Height (cm) |\n|---|---|---|\n| S | 40 | 60 |\n| M | 50 | 70 |\n"
PHONES = "| Phone | Name | Office |\n|---|---|---|\n| 4411 | Weber | B12 |\n| 4712 | Braun | C03 |\n"
OFFICES = (
    "| 姓名 | 部门 | 办公地点 |\n|---|---|---|\n| 张伟 | 销售 | 三楼东区 |\n| 李娜 | 财务 | 五楼西区 |\n"
)


@pytest.mark.parametrize(
    ("table", "statement", "is_verified"),
    [
        (STAFF, "The manager of Sales is Weber.", True),
        (STAFF, "The manager of Sales is Braun.", False),
        (STAFF, "The deputy of Support is Roth.", True),
        (STAFF, "The deputy of Support is Klein.", False),
        (STAFF, "The manager of Sales is Weber, the deputy is Braun.", True),
        (DOSES, "The child dose of ibuprofen is 200 mg.", True),
        (DOSES, "The child dose of ibuprofen is 400 mg.", False),
        (DOSES, "The adult dose of paracetamol is 250 mg.", False),
        (CITIES, "The staff of Bonn in 2022 was 135.", True),
        (CITIES, "The staff of Bonn in 2022 was 120.", False),
        (PLANS, "Support for Pro is by phone.", True),
        (PLANS, "Support for Basic is by phone.", False),
        (PLANS, "Storage is 10 GB for Basic and 100 GB for Pro.", True),
        (PRICES, "The price of the Basic plan is 1250 euros for five users.", True),
        (PRICES, "The Basic plan is for five users.", True),
        (SIZES, "Size S has a height of 60 cm.", True),
        (SIZES, "Size S has a height of 40 cm.", False),
        (PHONES, "The office of Weber is B12.", True),
        (PHONES, "The office of Weber is 4411.", False),
        (OFFICES, "李娜 部门: 财务", True),
        (OFFICES, "李娜 部门: 五楼西区", False),
    ],
)
def test_a_cell_is_of_its_column(table: str, statement: str, is_verified: bool) -> None:
    """The name of another column is no name for it; number words, separators and years in the header count."""
    assert check_support(statement, table).verified == is_verified


@pytest.mark.parametrize(
    ("statement", "is_verified"),
    [("Anna Berg hat 30 Tage Urlaub.", True), ("Anna Berg hat 28 Tage Urlaub.", False)],
)
def test_a_sign_behind_a_number_is_not_of_the_next_one(statement: str, is_verified: bool) -> None:
    """The euros of one cell stand in front of the days of the next."""
    table = (
        "| Name | Gehalt | Urlaub |\n|---|---|---|\n"
        "| Anna Berg | 52.000 € | 30 Tage |\n| Tom Lund | 48.500 € | 28 Tage |\n"
    )

    assert check_support(statement, table).verified == is_verified
    assert check_support("You get $ 20 and € 30.", "You get € 30 and $ 20.").verified


@pytest.mark.parametrize(
    ("passage", "statement", "is_verified"),
    [
        ("Region\tQ1\tQ2\tQ3\tQ4\nNorth\t10\t12\t15\t18\nSouth\t7\t9\t8\t11\n", "The North region had 12 in Q2.", True),
        ("Region\tQ1\tQ2\tQ3\tQ4\nNorth\t10\t12\t15\t18\nSouth\t7\t9\t8\t11\n", "The North region had 12 in Q3.", False),
        ("Region\tQ1\tQ2\tQ3\tQ4\nNorth\t10\t12\t15\t18\nSouth\t7\t9\t8\t11\n", "The South region had 12 in Q2.", False),
        ("Region\t2021\t2022\t2023\nNorth\t10\t12\t15\nSouth\t7\t9\t8\n", "North had 12 in 2023.", False),
        ("| Region | Q1 | Q2 |\n|---|---|---|\n| North | 10 | 12 |\n| South | 7 | 9 |\n", "North had 12 in Q1.", False),
    ],
)  # fmt: skip
def test_columns_of_periods(passage: str, statement: str, *, is_verified: bool) -> None:
    """Quarters and years name columns, and a cell belongs to its column."""
    assert check_support(statement, passage).verified is is_verified
