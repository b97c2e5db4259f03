"""What can go wrong, and how it is told."""

import aiohttp
from playwright.async_api import Error as BrowserError

from scripts.lib.develop.errors import DevelopError

FAILURES = (DevelopError, aiohttp.ClientError, AssertionError, BrowserError)


def shorten(error: Exception) -> DevelopError:
    """Leave out the description of the whole page that Playwright adds."""
    return DevelopError(str(error).split("Aria snapshot")[0].strip())
