"""Cells say what the program shows."""

from datetime import date, datetime, time, timedelta

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles.numbers import BUILTIN_FORMATS

from app.reading.cell_formats import cell_text


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (0.075, "0.0%", "7.5%"),
        (0.075, "0.0\\ %", "7.5 %"),
        (0.25, "0%", "25%"),
        (0.5, '0"%"', "1%"),
        (-1234.5, BUILTIN_FORMATS[44], "$ (1,234.50)"),
        (0, BUILTIN_FORMATS[44], "$ -"),
        (timedelta(hours=37, minutes=30), "[h]:mm", "37:30"),
        (timedelta(hours=1, seconds=5), "[h]:mm:ss", "1:00:05"),
        (timedelta(minutes=90, seconds=5), "[mm]:ss", "90:05"),
        (timedelta(hours=-1), "[h]:mm", "-1:00"),
        (timedelta(seconds=61.25), "[m]:ss.00", "1:01.25"),
        (time(8, 30), "hh:mm", "08:30"),
        (time(8, 30), "[$-F400]h:mm:ss\\ AM/PM", "08:30"),
        (time(15, 5), "h:mm AM/PM", "3:05 PM"),
        (datetime(2026, 3, 14, 15, 5, 9), "h:mm:ss.0", "15:05:09.0"),
        (datetime(2026, 3, 14), "yyyy-mm-dd", "2026-03-14"),
        (datetime(2026, 3, 14), "yyyy-mm-dd h:mm:ss", "2026-03-14"),
        (datetime(2026, 3, 14, 8, 5, 9), "yyyy-mm-dd h:mm:ss", "2026-03-14 8:05:09"),
        (datetime(2026, 3, 14), "dd.mm.yyyy", "14.03.2026 (2026-03-14)"),
        (datetime(2026, 3, 14), "DD.MM.YYYY", "14.03.2026 (2026-03-14)"),
        (datetime(2026, 3, 14), "d-mmm-yy", "14-Mar-26 (2026-03-14)"),
        (datetime(2026, 3, 14), "[$-407]d. mmmm yyyy", "14. März 2026 (2026-03-14)"),
        (datetime(2026, 3, 14), "[$-en-GB]dddd, d mmmm yyyy", "Saturday, 14 March 2026 (2026-03-14)"),
        (datetime(2026, 3, 14), "mm-dd-yy", "2026-03-14"),
        (datetime(2026, 3, 14), "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "2026-03-14"),
        (datetime(2026, 3, 14, 8, 5), "dd/mm/yyyy hh:mm", "14/03/2026 08:05 (2026-03-14 08:05)"),
        (datetime(2026, 3, 14, 8, 5), "dd/mm/yyyy", "14/03/2026 (2026-03-14)"),
        (datetime(2026, 3, 1), "mmm yyyy", "Mar 2026"),
        (datetime(2026, 3, 14), "ddd", "Sat"),
        (datetime(2026, 3, 14), 'yyyy"年"m"月"d"日"', "2026年3月14日 (2026-03-14)"),
        (date(2026, 3, 14), "General", "2026-03-14"),
        (datetime(1900, 1, 12), "0\\ _d", "12"),
        (471, "00000", "00471"),
        (123456789, "000-00-0000", "123-45-6789"),
        (5551234567, "[<=9999999]###-####;(###) ###-####", "(555) 123-4567"),
        (1234.5, '#,##0.00 "€"', "1,234.50 €"),
        (1234.5, "[$£-809]#,##0.00", "£1,234.50"),
        (1234567, "#,##0", "1,234,567"),
        (-1234.5, '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)', "$ (1,234.50)"),
        (0, '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)', "$ -"),
        (-3, "0;(0)", "(3)"),
        (-5, "0.0", "-5.0"),
        (-0.001, "0.0", "0.0"),
        (2.5, "0.##", "2.5"),
        (2.5, '0.00 "kg"', "2.50 kg"),
        (19, '0"°C"', "19°C"),
        (7, '"Q"0', "Q7"),
        (1500000, '0.0,,"M"', "1.5M"),
        (3, "_-* #,##0.00\\ [$€-407]_-", "3.00 €"),
        (2.5, "# ?/?", "2 1/2"),
        (0.75, "# ?/4", "3/4"),
        (1 / 3, "# ??/??", "1/3"),
        (12345, "0.00E+00", "1.23E+04"),
        (12345, "##0.0E+0", "12.3E+3"),
        (0.00012, "0.0E+00", "1.2E-04"),
        (1e300, "0.00", "1" + "0" * 300 + ".00"),
        (1, '"Yes";"Yes";"No"', "Yes"),
        (0, '"Yes";"Yes";"No"', "No"),
        (12, '[>=10]"many";[<10]"few"', "many"),
        (5, ";;;", ""),
        (0.1 + 0.2, "General", "0.3"),
        (5500, "General", "5500"),
        (12.0, "General", "12"),
        (12, 'General "pcs"', "12 pcs"),
        (4006381333931, "General", "4006381333931"),
        (True, "General", "TRUE"),
        (None, "General", ""),
        ("00471", "@", "00471"),
        ("oak", '0;0;0;"Wood: "@', "Wood: oak"),
    ],
)
def test_values_are_shown_by_their_format(value: object, number_format: str, shown: str) -> None:
    """Each value as its format shows it; a whole date in ISO 8601 as well: the order of day and month differs."""
    assert cell_text(value, number_format) == shown


def test_a_raised_number_of_a_cell_is_raised() -> None:
    """A text may be formatted in part."""
    raised = TextBlock(InlineFont(vertAlign="superscript"), "6")
    bold = TextBlock(InlineFont(b=True), " cells")

    assert cell_text(CellRichText("10", raised, bold), None) == "10⁶ cells"
