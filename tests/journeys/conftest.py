"""A real Chromium for the journeys over the chat page."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.conftest import MakeServer

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
)


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium of the system's."""
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("There is no Chromium: install the package chromium.")
        pytest.skip("There is no Chromium on this machine.")
    # Five seconds are too few where other programs run: an upload is read by a process that gives way to them.
    expect.set_options(timeout=60_000)
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield opened
        await opened.close()


@pytest.fixture
async def page(browser: Browser, make_server: MakeServer) -> AsyncIterator[Page]:
    """A page of its own, which may not complain and may not open anything. It is closed before the test's servers stop."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(60_000)
    opened = await context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield opened
    await context.close()
    expected = "Failed to load resource: the server responded with a status of 4"
    assert [complaint for complaint in complaints if not complaint.startswith(expected)] == []
