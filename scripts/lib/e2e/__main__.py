"""Walk through the life of a speaker in a browser: scripts/e2e."""

import argparse
import asyncio
import signal
import sys

from scripts.lib.develop.errors import DevelopError

from .pictures import draw
from .walk import walk


def main() -> None:
    """Take the walk."""
    arguments = _parse()
    try:
        sys.exit(asyncio.run(_run(arguments)))
    except DevelopError as error:
        sys.exit(f"e2e: {error}")


async def _run(arguments: argparse.Namespace) -> int:
    """Do what the arguments say and return the exit status."""
    if task := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    go = draw if arguments.docs else walk
    return await go(headed=arguments.headed)


def _parse() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/e2e",
        description="Walk through the life of a speaker in a browser.",
    )
    add = parser.add_argument
    add("--headed", action="store_true", help="in a window, to look on")
    add("--docs", action="store_true", help="make the pictures in docs/images/")
    return parser.parse_args()


if __name__ == "__main__":
    main()
