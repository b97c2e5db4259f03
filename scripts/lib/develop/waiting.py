"""Waiting for something to come true, with a deadline."""

import asyncio
from collections.abc import Awaitable, Callable

from .errors import DevelopError

PROBE_SECONDS = 0.05


async def eventually[T](
    probe: Callable[[], Awaitable[T | None]], seconds: float, failure: str
) -> T:
    """Return the first answer of a probe that is not nothing.

    Raises DevelopError with what failed when there is none in time.
    """
    try:
        async with asyncio.timeout(seconds):
            # What is probed runs in other programs: there is no event to wait for.
            while not (answer := await probe()):  # noqa: ASYNC110
                await asyncio.sleep(PROBE_SECONDS)
            return answer
    except TimeoutError as error:
        raise DevelopError(f"{failure} within {seconds:g} s") from error
