"""What the journeys over the chat page do again and again: take in a file, ask a question."""

from datetime import UTC, datetime, timedelta

import httpx
from playwright.async_api import Page, expect

from tests.serving import LiveServer


def ingest(server: LiveServer, name: str, content: bytes) -> None:
    httpx.post(f"{server.v1}/ingest", files={"file": (name, content)}).raise_for_status()


async def stop_clock(page: Page) -> None:
    """Let the page's clock, which a test has installed, go on by the test's steps only, not by the time that these take."""
    await page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=10))


async def ask(page: Page, question: str) -> None:
    """Ask once the answer before is complete: until then the page sends nothing."""
    await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    await page.get_by_placeholder("Ask about your documents").fill(question)
    await page.keyboard.press("Enter")
