"""axe finds nothing of any level in any state of the pages, in light and dark, wide and narrow; and small screens, large text and calm."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.chat_page import ask, ingest
from tests.conftest import MakeServer, sdk
from tests.fake_upstream import FakeUpstream
from tests.serving import LiveServer

# What fades in has no colour of its own yet.
_FADED_IN = """Promise.allSettled(document.getAnimations()
  .filter(({ effect }) => effect.getComputedTiming().iterations !== Infinity).map(({ finished }) => finished))"""
_AXE = Path(__file__).parents[1] / "js" / "node_modules" / "axe-core" / "axe.min.js"
LEAVE = """# Leave

## Parental leave

| Part | Length |
|---|---|
| Full pay | 16 weeks |

Parents may take up to 26 weeks of parental leave.
"""
ANSWER = """# Leave

Parents may take up to 26 weeks of parental leave [1]. Parents may take up to 30 weeks of parental leave [1].

- [x] Parental leave of up to 26 weeks may be taken by parents [1]

| Part | Length |
|---|---:|
| Full pay | 16 weeks |

```python
print("leave")
```
"""


async def _violations(page: Page) -> list[str]:
    """Return what axe finds, each with its place."""
    if not _AXE.is_file():
        if os.environ.get("CI"):
            pytest.fail("axe-core is not installed: run `make test`.")
        pytest.skip("axe-core is not installed: run `make check` once.")
    await page.evaluate(_FADED_IN)
    await page.evaluate(_AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{violation['impact']} {violation['id']}: {node['html'][:120]} {node['failureSummary'][:300]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


async def _answered(page: Page) -> None:
    await ask(page, "How long is parental leave?")
    await expect(page.locator(".answer-facts")).to_be_visible()


async def _cited(page: Page) -> None:
    await _answered(page)
    await page.locator(".marker").first.click()
    await expect(page.locator(".card.focused")).to_be_visible()


async def _preview(page: Page) -> None:
    await _cited(page)
    await page.locator(".card.focused .card-open").click()
    await expect(page.locator("#preview .quote").first).to_be_visible()


async def _hovered(page: Page) -> None:
    await _answered(page)
    await page.locator(".marker").first.scroll_into_view_if_needed()
    # Scrolling closes the card.
    await page.wait_for_timeout(300)
    await page.locator(".marker").first.hover()
    await expect(page.locator("#hover-card")).to_be_visible()


async def _changed(page: Page) -> None:
    await _answered(page)
    await page.get_by_role("button", name="Change the question").click()


async def _menu(page: Page) -> None:
    await _answered(page)
    await _drawer(page)
    await page.locator(".recent-more").click()
    await expect(page.locator("#conversation-menu")).to_be_visible()


async def _drawer(page: Page) -> None:
    if await page.locator("#sidebar-open").is_visible():
        await page.locator("#sources").evaluate(
            "panel => panel.hidden || document.getElementById('sources-close').click()"
        )
        await page.locator("#sidebar-open").click()


async def _documents(page: Page) -> None:
    await _drawer(page)
    await page.locator("#open-documents").click()
    await expect(page.locator("#document-list > li")).to_have_count(2)
    await page.get_by_role("button", name="Delete notes.txt").click()
    await page.get_by_role("button", name="Rename").click()


async def _settings(page: Page) -> None:
    await _drawer(page)
    await page.locator("#open-settings").click()


async def _stores(page: Page) -> None:
    await page.locator("#store-button").click()


async def _uploads(page: Page) -> None:
    await page.set_input_files("#file-input", {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""})
    await expect(page.locator(".upload-note")).to_contain_text("No text was found")


async def _nothing(page: Page) -> None:
    await expect(page.locator(".suggestion").first).to_be_visible()


STATES: dict[str, Callable[[Page], Awaitable[None]]] = {
    "welcome": _nothing,
    "answer": _answered,
    "sources": _cited,
    "preview": _preview,
    "hover card": _hovered,
    "changed question": _changed,
    "conversation menu": _menu,
    "documents": _documents,
    "settings": _settings,
    "stores": _stores,
    "uploads": _uploads,
}


@pytest.fixture
def server(make_server: MakeServer, upstream: FakeUpstream, upstream_url: str) -> LiveServer:
    """Footnote with a model that says all that the page can show, and two stores."""
    upstream.answer = ANSWER
    made = make_server(openai_api_key="sk-good", openai_base_url=upstream_url)
    ingest(made, "leave.md", LEAVE.encode())
    ingest(made, "notes.txt", b"Dinner costs up to 40 euros.")
    sdk(made.v1).vector_stores.create(name="Contracts of the year")
    return made


@pytest.fixture(
    # Each theme and each width once: colours do not depend on the width, nor the layout on the theme.
    params=[("light", 1440), ("dark", 390)],
    ids=lambda kind: f"{kind[0]}-{kind[1]}",
)
async def shown(request: pytest.FixtureRequest, page: Page) -> Page:
    """The page in one appearance and width."""
    scheme, width = request.param
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await page.set_viewport_size({"width": width, "height": 800})
    return page


async def test_axe_finds_nothing_in_any_state(shown: Page, server: LiveServer) -> None:
    """Of the chat page, one state after the other, each from a fresh page."""
    found: dict[str, list[str]] = {}
    for name, reach in STATES.items():
        await shown.goto(server.url)
        await shown.evaluate("localStorage.clear(); sessionStorage.clear()")
        await shown.goto(server.url)
        await reach(shown)
        found[name] = await _violations(shown)

    assert {name: each for name, each in found.items() if each} == {}


async def test_axe_finds_nothing_on_the_other_pages(shown: Page, server: LiveServer) -> None:
    """The source, the retrieval, what does not open, an empty store, and the page that asks for a key."""
    await shown.goto(server.url)
    await _cited(shown)
    sources = [await shown.locator(".card-open").first.get_attribute("href")]
    sources.append(await shown.get_by_role("link", name="How it was found").get_attribute("href"))
    found: dict[str, list[str]] = {}
    for address in [*sources, "/sources/file-gone", "/retrievals/ret_gone"]:
        await shown.goto(f"{server.url}{address}" if str(address).startswith("/") else str(address))
        await shown.wait_for_load_state("networkidle")
        found[str(address)] = await _violations(shown)

    assert {name: each for name, each in found.items() if each} == {}


async def test_axe_finds_nothing_before_the_first_document(shown: Page, make_server: MakeServer) -> None:
    """The sample is offered; with keys, the key is asked for, and a notice is left."""
    await shown.goto(make_server().url)
    await expect(shown.locator("#try-sample")).to_be_visible()
    empty = await _violations(shown)
    await shown.goto(make_server(api_keys="secret-key").url)
    await expect(shown.locator("#key-dialog")).to_be_visible()
    asked = await _violations(shown)
    await shown.get_by_role("button", name="Not now").click()

    assert (empty, asked, await _violations(shown)) == ([], [], [])


@pytest.mark.parametrize(("width", "height"), [(320, 568), (720, 450)])
async def test_small_screens_and_large_text_lose_nothing(
    page: Page, server: LiveServer, width: int, height: int
) -> None:
    """At 320 pixels, and at 1440 zoomed to 200 %, nothing is wider than the screen and the field to ask in is seen."""
    await page.set_viewport_size({"width": width, "height": height})
    wide: dict[str, int] = {}
    for name, reach in STATES.items():
        await page.goto(server.url)
        await page.evaluate("localStorage.clear(); sessionStorage.clear()")
        await page.goto(server.url)
        await reach(page)
        wide[name] = await page.evaluate("document.documentElement.scrollWidth - innerWidth")

    await page.goto(server.url)
    await expect(page.locator("#question")).to_be_in_viewport()
    await expect(page.locator("#send")).to_be_in_viewport()
    assert {name: by for name, by in wide.items() if by > 0} == {}


async def test_reduced_motion_moves_nothing(page: Page, server: LiveServer) -> None:
    """No animation and no transition runs, while an answer grows or a file is read."""
    await page.emulate_media(reduced_motion="reduce")
    await page.goto(server.url)
    await _answered(page)

    assert await page.evaluate("document.getAnimations().length") == 0
    await page.evaluate("document.querySelector('.answer').dataset.state = 'streaming'")
    assert await page.evaluate("document.getAnimations().length") == 0


async def test_without_script_a_sentence_says_so(browser: Browser, live_server: LiveServer) -> None:
    """And nothing that would not work is offered."""
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(live_server.url)

    await expect(page.locator(".noscript")).to_contain_text("This page needs JavaScript.")
    await expect(page.locator(".noscript")).to_be_visible()
    await expect(page.locator("#question")).to_be_hidden()
    # What the sentence leads to needs no script either.
    await page.locator(".noscript a").click()
    await expect(page.locator("body")).to_contain_text("/v1/ingest")
    await context.close()


async def test_a_module_that_fails_is_said(browser: Browser, live_server: LiveServer) -> None:
    """One that does not come, or that the browser cannot read, leaves no page that looks alive."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.route("**/static/js/stream.js", lambda route: route.abort())
    await page.goto(live_server.url)

    await expect(page.get_by_role("alert")).to_contain_text("This page could not start")
    await expect(page.get_by_role("button", name="Load it again")).to_be_visible()
    await context.close()
