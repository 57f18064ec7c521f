"""Markdown of answers and passages in a real browser: tables, formulas, lists, and what documents do not mean."""

from playwright.async_api import Page, expect

from tests.chat_page import ask, ingest
from tests.conftest import MakeServer
from tests.fake_upstream import FakeUpstream
from tests.serving import LiveServer

_SHOW = """async (source) => {
  const { showMarkdown } = await import("/static/js/markdown.js");
  const marker = (n) => n < 3 ? Object.assign(document.createElement("sup"), { textContent: n }) : null;
  const shown = document.createElement("div");
  showMarkdown(shown, source, marker);
  document.querySelector("#turns").replaceChildren(shown);
  return shown.innerHTML;
}"""


async def _html(page: Page, server: LiveServer, source: str) -> str:
    if page.url == "about:blank":
        await page.goto(server.url)
    shown: str = await page.evaluate(_SHOW, source)
    return shown


async def test_tables_are_aligned(page: Page, live_server: LiveServer) -> None:
    """As their second line says, and from right to left where their text is."""
    html = await _html(page, live_server, "| Item | Price |\n|:-:|--:|\n| Tea [1] | 3 \\| 4 |\n")

    assert '<table dir="ltr">' in html
    assert (
        '<th dir="auto" class="align-center">Item</th><th dir="auto" class="align-right">Price</th>' in html
    )
    assert '<td dir="auto" class="align-center">Tea<sup>1</sup></td>' in html
    assert '<td class="align-right">3 | 4</td>' in html
    align = await page.evaluate("getComputedStyle(document.querySelector('td.align-right')).textAlign")
    assert align == "right"
    html = await _html(page, live_server, "| פריט | מחיר |\n|---|---|\n| תה | 3 |\n")
    assert '<table dir="rtl">' in html
    assert "<td>3</td>" in html
    at_right = """() => {
      const table = document.querySelector('table[dir="rtl"]');
      return table.getBoundingClientRect().right === table.parentElement.getBoundingClientRect().right;
    }"""
    assert await page.evaluate(at_right)


async def test_lists_are_read_from_the_side_on_which_they_begin(page: Page, live_server: LiveServer) -> None:
    """Their bullets stand on that side, within the list."""
    assert '<ul dir="ltr"><li dir="auto">Tea</li>' in await _html(page, live_server, "- Tea\n- Milk\n")
    assert '<ul dir="rtl"><li dir="auto">תה</li>' in await _html(page, live_server, "- תה\n- חלב\n")


async def test_formulas_are_told_from_prices(page: Page, live_server: LiveServer) -> None:
    """In a line and in lines of their own; prices are no formulas, and neither is text in escaped brackets."""
    formulas = {
        "so $a_1 * b_2 * c$ holds [1]": '<p dir="auto">so <code class="formula" dir="ltr">a_1 * b_2 * c</code> holds<sup>1</sup></p>',
        "by \\(x^2_a + x^2_b\\).": '<p dir="auto">by <code class="formula" dir="ltr">x^2_a + x^2_b</code>.</p>',
        "costs $5 and $6 [2]": '<p dir="auto">costs $5 and $6<sup>2</sup></p>',
        "\\[a note\\] stays": '<p dir="auto">[a note] stays</p>',
    }
    for source, expected in formulas.items():
        assert await _html(page, live_server, source) == expected
    html = await _html(page, live_server, "Then\n\n$$\n\\frac{a}{b} * \\sum_{i} c_i\n$$\n\nends.")
    assert (
        '<div class="formula"><code dir="ltr" tabindex="0">\\frac{a}{b} * \\sum_{i} c_i</code></div>' in html
    )
    assert html.endswith('<p dir="auto">ends.</p>')


async def test_formulas_of_an_answer_are_drawn(
    page: Page, make_server: MakeServer, upstream: FakeUpstream, upstream_url: str
) -> None:
    """As MathML, in a line and in lines of their own, while the answer grows. What is no TeX stays as it was written."""
    upstream.answer = (
        "Energy is $E = mc^2$ and $\\nosuch{x}$.\n\n$$\n\\frac{a}{b} + \\sum_{i=1}^n c_i\n$$\n\nThat is all."
    )
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url)
    ingest(server, "energy.txt", b"Energy is mass.")
    await page.goto(server.url)

    await ask(page, "What is energy?")

    await expect(page.locator(".answer-text p math")).to_have_text("E=mc2")
    await expect(page.locator(".answer-text div.formula math mfrac")).to_have_count(1)
    await expect(page.locator(".answer-text code.formula")).to_have_text("\\nosuch{x}")
    await expect(page.locator(".answer-text")).to_contain_text("That is all.")


async def test_headings_leave_no_level_out(page: Page, live_server: LiveServer) -> None:
    """Whatever level a text begins with."""
    html = await _html(page, live_server, "### Deep\n\n# Top\n\n### Deep again\n")

    assert [tag for tag in ("h3", "h4", "h5") if f"<{tag} " in html] == ["h3", "h4"]


async def test_what_documents_do_not_mean_stays_text(page: Page, live_server: LiveServer) -> None:
    """HTML, indentation, and definitions of links, which would take the markers away."""
    html = await _html(
        page, live_server, "[1]: https://example.org\n\nSee [1]. <b>No</b>\n\n    indented *text*\n"
    )

    assert 'See<span class="marked"><sup>1</sup>.</span> &lt;b&gt;No&lt;/b&gt;' in html
    assert "<pre" not in html
    assert "indented <em>text</em>" in html


async def test_lists_nest_and_have_boxes(page: Page, live_server: LiveServer) -> None:
    """Numbers begin where they are told to."""
    html = await _html(page, live_server, "3. three\n4. four\n   - inner\n\n- [x] done\n- [ ] not\n")

    assert '<ol dir="ltr" start="3">' in html
    assert '<ul dir="ltr"><li dir="auto">inner</li></ul>' in html
    assert 'class="task"><input type="checkbox" disabled="" checked="" aria-label="Done">done</li>' in html


async def test_hostile_depths_are_shown(page: Page, live_server: LiveServer) -> None:
    """What no lexer bears is text, at once."""
    for source in (">" * 6000 + " end", "- " * 3000 + "end", "[" * 30_000 + "end", "*a " * 30_000 + "end"):
        assert (await _html(page, live_server, source)).count("end") == 1
