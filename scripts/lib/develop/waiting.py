"""Waiting for something to come true, with a deadline."""

import asyncio
from collections.abc import Awaitable, Callable

POLL_SECONDS = 0.05


async def eventually[T](
    probe: Callable[[], Awaitable[T | None]], seconds: float, failure: str
) -> T:
    """Return the first answer of a probe that is not nothing.

    Raises TimeoutError with what failed when there is none in time.
    """
    try:
        async with asyncio.timeout(seconds):
            while not (answer := await probe()):
                await asyncio.sleep(POLL_SECONDS)
            return answer
    except TimeoutError as error:
        raise TimeoutError(f"{failure} within {seconds:g} s") from error
