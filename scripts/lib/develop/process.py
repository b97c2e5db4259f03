"""Programs that are started and, whatever happens, ended."""

import asyncio
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from contextlib import suppress
import os
from pathlib import Path
import signal
import sys
from typing import IO

STOP_SECONDS = 30

type Output = int | IO[bytes] | None


async def start_python(
    *arguments: str,
    folder: Path,
    output: Output = None,
    errors: Output = None,
    environment: Mapping[str, str] | None = None,
) -> Process:
    """Run a module with this Python, in a folder.

    It gets a session of its own: a Ctrl-C in the terminal shall reach it by way of
    us only, and in our order.
    """
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *arguments,
        cwd=folder,
        env=os.environ | (environment or {}),
        stdin=DEVNULL,
        stdout=output,
        stderr=errors,
        start_new_session=True,
    )


async def stop(process: Process) -> None:
    """End a program, with all that it started, and wait until it is gone."""
    if process.returncode is None:
        process.terminate()
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
    finally:
        await kill(process)


async def kill(process: Process) -> None:
    """Kill a program, with all that it started, and wait until it is gone."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
