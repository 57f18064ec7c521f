"""Pages: their title, their content, and only then what surrounds it."""

from tests.reading.sources import text_of

PAGE = """<!doctype html><html><head><title>Opening hours of the hall</title></head><body>
<div class="cookie-banner"><h2>We use cookies</h2>Accept all</div>
<nav><ul><li><a href="/">Home</a></li><li><a href="/fees">Fees</a></li></ul></nav>
{content}
<footer>Northway Ltd, all rights reserved</footer></body></html>"""
CONTENT = (
    "<h2>Fees</h2><p>A badge costs seven crowns and is valid for one season in the hall of the town.</p>" * 2
)


def test_the_title_comes_first_and_boilerplate_last() -> None:
    """No banner stands above the content, nor as its heading."""
    for content in (f"<main>{CONTENT}</main>", CONTENT, f"<article>{CONTENT}</article>"):
        text = text_of("a.html", PAGE.format(content=content).encode())

        assert text.startswith("# Opening hours of the hall\n\n## Fees\n\nA badge costs seven crowns")
        assert text.index("badge") < text.index("cookies")
        assert text.index("badge") < text.index("Northway")
        assert "## We use cookies" not in text


def test_scripts_and_hidden_parts_are_not_text() -> None:
    """Only what a reader sees counts."""
    page = "<p>seen</p><script>var a</script><style>p{}</style><p hidden>secret</p><p style='display:none'>gone</p>"

    assert text_of("a.html", f"<html><body>{page}</body></html>".encode()).strip() == "seen"


def test_tables_keep_cells_that_span_others() -> None:
    """A cell over two rows counts for both; a bar in a cell stays one."""
    table = (
        "<table><tr><th>Team<th>Day</tr><tr><td rowspan=2>Blue<td>Monday</tr><tr><td>Tue | day</tr></table>"
    )

    text = text_of("a.html", f"<html><body><p>Before</p>{table}<p>After</p></body></html>".encode())

    assert (
        text == "Before\n\n| Team | Day |\n| --- | --- |\n| Blue | Monday |\n| Blue | Tue \\| day |\n\nAfter"
    )


def test_a_page_that_is_all_navigation_is_still_text() -> None:
    """Nothing is lost, whatever a part is called."""
    assert "The only text" in text_of(
        "a.html", b"<html><body><nav>The only text there is</nav></body></html>"
    )


def page_text(body: str) -> str:
    return text_of("a.html", f"<html><body>{body}</body></html>".encode())


def test_a_table_inside_of_a_layout_is_a_table() -> None:
    """The outer one only places it; a table with lists in its cells is one as well."""
    inner = "<table><tr><th>Port<th>Rules</tr><tr><td>Vale<td><ul><li>No dogs</li><li>No cats</li></ul></tr></table>"

    text = page_text(f"<table><tr><td>Menu<td>{inner}</tr></table>")

    assert text == "Menu\n\n| Port | Rules |\n| --- | --- |\n| Vale | No dogs No cats |"


def test_tables_of_roles_are_tables() -> None:
    """Their cells are no run of words."""
    cells = "<div role=row><span role=columnheader>Port</span><span role=columnheader>Fare</span></div>"
    cells += "<div role=row><span role=cell>Vale</span><span role=cell>3</span></div>"

    assert page_text(f"<div role=table>{cells}</div>") == "| Port | Fare |\n| --- | --- |\n| Vale | 3 |"


def test_what_is_filled_into_a_form_is_text() -> None:
    """Of a list only the chosen entry is."""
    form = (
        "<form><label>Name</label><input value=Mira><input type=hidden value=x>"
        "<select><option>Vale<option selected>Dale</select><textarea>Two dogs</textarea></form>"
    )

    assert page_text(form).split() == ["Name", "Mira", "Dale", "Two", "dogs"]


def test_what_is_chosen_in_a_form_is_ticked() -> None:
    """Of several boxes, and of one of several buttons."""
    boxes = "<input type=checkbox checked> Meals <input type=checkbox> Parking"
    buttons = "<input type=radio name=a> Cash <input type=RADIO name=a checked> Card"

    assert (
        page_text(f"<p>With {boxes}</p><p>By {buttons}</p>")
        == "With [x] Meals [ ] Parking\n\nBy [ ] Cash [x] Card"
    )


def test_sounds_equations_and_pictures() -> None:
    """How a sign is spoken does not divide words, equations keep their signs, a picture counts by its name."""
    assert (
        page_text("<p><ruby>漢<rt>かん</rt>字<rp>(</rp><rt>じ</rt><rp>)</rp></ruby>を読む</p>")
        == "漢字を読む"
    )
    assert page_text(
        "<p>So <math><mfrac><mi>a</mi><mi>b</mi></mfrac><msup><mi>x</mi><mn>2</mn></msup></math></p>"
    ) == ("So a/bx^2")
    assert page_text(
        "<p>See <img src=a.png><img alt='The map' src='data:image/png;base64,iVBORw0K'> here</p>"
    ) == ("See The map here")
    assert page_text("<dialog>closed</dialog><p>seen</p>") == "seen"


def test_names_at_the_side_of_a_table_go_with_their_values() -> None:
    """No row of it is a header, as in boxes of facts and lists of properties."""
    page = (
        "<h1>Vale</h1><table><tr><th colspan='2'>Port of Vale</th></tr><tr><th>Depth:</th><td>9 m</td></tr>"
        "<tr><th>Keeper</th><td>Mira <b>Tolland</b></td></tr></table><table><tr><th>Port</th><th>Depth</th></tr>"
        "<tr><th>Dale</th><td>7 m</td></tr></table>"
    )

    text = text_of("a.html", page.encode())

    assert "Port of Vale\n\nDepth: 9 m\n\nKeeper: Mira Tolland" in text
    assert "| Port | Depth |\n| --- | --- |\n| Dale | 7 m |" in text


def test_the_title_stands_once() -> None:
    """Also that of a document of Google's, which is neither the page's title nor a heading."""
    assert text_of(
        "a.html", b"<p class='c3 title'><span>Team</span></p><h1>Leave</h1><p>Nine months.</p>"
    ) == ("# Team\n\n# Leave\n\nNine months.")


def test_a_table_in_a_cell_of_a_table_is_text_of_that() -> None:
    """The outer one is a table if it has a header of its own, and a layout otherwise."""
    inner = "<table><tr><td>x<td>y</tr><tr><td>1<td>2</tr></table>"
    outer = f"<table><tr><th>Name<th>Value</tr><tr><td>Size<td>5 m</tr><tr><td>Parts<td>{inner}</tr></table>"

    assert text_of("a.html", outer.encode()) == (
        "| Name | Value |\n| --- | --- |\n| Size | 5 m |\n| Parts | x, y; 1, 2 |"
    )
    assert "| x | y |" in text_of("a.html", f"<table><tr><td>Menu<td>{inner}</tr></table>".encode())


def test_inserted_text_has_no_signs() -> None:
    """It is what the page says now."""
    assert text_of("a.html", b"<p>The fee is <ins>5 EUR</ins> a day.</p>") == "The fee is 5 EUR a day."


def test_raised_numbers() -> None:
    """A power is no part of its number; a link to a note stays a link."""
    page = "<p>10<sup>6</sup> m<sup>2</sup>, CO<sub>2</sub>, the 1<sup>st</sup> note<sup><a href='#n'>1</a></sup></p>"
    styled = "<style>.c1{color:red;vertical-align:super}</style>10<span class='c1'>9</span> <span>m</span><span style='vertical-align:super'>3</span>"

    assert text_of("a.html", page.encode()) == "10⁶ m², CO2, the 1st note[1](#n)"
    assert text_of("a.html", styled.encode()) == "10⁹ m³"


def test_signs_beside_titles_by_which_their_address_is_copied_are_no_text() -> None:
    """Links of a title that say something stay."""
    page = (
        '<h1>Guide</h1><h2>Install <a class="headerlink" href="#install" title="Link here">¶</a></h2><p>Run it.</p>'
        '<h2><a href="#x"></a>Use</h2><p>Use it.</p><h2><a href="#y">Sell</a></h2><p>Sell it <a href="#y">#</a>.</p>'
    )

    assert text_of("a.html", page.encode()).split("\n\n") == [
        *("# Guide", "## Install", "Run it.", "## Use", "Use it.", "## [Sell](#y)", "Sell it [#](#y)."),
    ]


def test_a_listing_beside_the_numbers_of_its_lines_is_a_listing() -> None:
    """Pages put both into a table."""
    page = (
        "<table><tr><td><div><pre>1\n2</pre></div></td>"
        "<td><div><pre><span>if</span> a:\n    b()</pre></div></td></tr></table>"
        "<table><tr><td><pre>1</pre></td><td>x</td></tr><tr><td>2</td><td>y</td></tr></table>"
    )

    assert text_of("a.html", page.encode()) == (
        "```\nif a:\n    b()\n```\n\n| 1 | x |\n| --- | --- |\n| 2 | y |"
    )
