"""The browser: an installed Chromium, driven by Playwright."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import os
from typing import Literal

from playwright.async_api import Browser, BrowserContext, async_playwright, expect

DEADLINE_MS = 30_000
# Where scripts/e2e leaves which browser it has found.
EXECUTABLE = "E2E_BROWSER"
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)

type ColorScheme = Literal["light", "dark"]


@asynccontextmanager
async def open_browser(*, headed: bool) -> AsyncIterator[Browser]:
    """Run a browser, unseen unless wanted otherwise."""
    expect.set_options(timeout=DEADLINE_MS)
    # Chromium's sandbox does not work for root.
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=os.environ[EXECUTABLE], headless=not headed, args=flags
        )
        try:
            yield browser
        finally:
            await browser.close()


async def open_context(
    browser: Browser,
    *,
    color_scheme: ColorScheme = "light",
    width: int = 1280,
    height: int = 900,
    scale: float = 1,
) -> BrowserContext:
    """Open what a new profile of the browser would be."""
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        color_scheme=color_scheme,
        reduced_motion="reduce",
        locale="en-US",
        timezone_id="Europe/Berlin",
        service_workers="block",
    )
    context.set_default_timeout(DEADLINE_MS)
    return context
