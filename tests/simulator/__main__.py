"""Run simulated speakers: python -m tests.simulator."""

import argparse
import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from ipaddress import ip_address
from itertools import cycle, islice
import os
import signal
import sys
from typing import Final

from aiohttp import web

from .control import control_app
from .server import SpeakerServer
from .speaker import (
    FACTORY_PASSCODE,
    MODEL_LINES,
    Speaker,
    StatusStyle,
    WrongPasscode,
)

LAST_PORT: Final = 65535


class PortError(Exception):
    """A port cannot be listened on."""


def main() -> None:
    """Run until a signal comes."""
    arguments = _parse()
    try:
        asyncio.run(_run(arguments))
    except PortError as error:
        sys.exit(str(error))


async def _run(arguments: argparse.Namespace) -> None:
    """Run the speakers and their control surface until a signal comes."""
    stop = _stop_on_signals()
    async with AsyncExitStack() as stack:
        servers = _servers(arguments)
        for server in servers:
            with _port_errors(server.port):
                await stack.enter_async_context(server)
        with _port_errors(arguments.control_port):
            control_url = await _start_control(stack, servers, arguments)
        addresses = [f"{server.speaker.model} {server.url}" for server in servers]
        print(*addresses, f"control {control_url}", sep="\n", flush=True)  # noqa: T201
        await stop.wait()


@contextmanager
def _port_errors(port: int) -> Iterator[None]:
    """Say which port cannot be listened on."""
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise PortError(f"cannot listen on port {port}: {reason}") from error


def _stop_on_signals() -> asyncio.Event:
    """Return an event that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


def _servers(arguments: argparse.Namespace) -> list[SpeakerServer]:
    """Make the speakers, each with a port of its own."""
    models = islice(cycle(arguments.model or MODEL_LINES), arguments.speakers)
    return [
        SpeakerServer(
            _speaker(model, arguments),
            arguments.host,
            arguments.port and arguments.port + index,
        )
        for index, model in enumerate(models)
    ]


def _speaker(model: str, arguments: argparse.Namespace) -> Speaker:
    """Make one speaker."""
    return Speaker(
        model=model,
        passcode=arguments.passcode,
        status_style=arguments.status_style,
        wrong_passcode=arguments.wrong_passcode,
        serves_lines=arguments.lines,
        play_seconds=arguments.play_seconds,
        reboot_seconds=arguments.reboot_seconds,
    )


async def _start_control(
    stack: AsyncExitStack,
    servers: list[SpeakerServer],
    arguments: argparse.Namespace,
) -> str:
    """Start the control surface and return its address."""
    runner = web.AppRunner(control_app(servers), access_log=None, shutdown_timeout=1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, arguments.host, arguments.control_port).start()
    host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    return f"http://{host}:{runner.addresses[0][1]}"


def _parse() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulator",
        description="Grandstream GSC35xx speakers in software.",
    )
    _add_address(parser)
    _add_speaker(parser)
    arguments = parser.parse_args()
    if arguments.port and arguments.port + arguments.speakers - 1 > LAST_PORT:
        parser.error("not enough ports for so many speakers")
    return arguments


def _add_address(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where to listen."""
    add = parser.add_argument
    add(
        "--host",
        type=_loopback,
        default="127.0.0.1",
        help="loopback address (%(default)s)",
    )
    add(
        "--port",
        type=_port,
        default=8081,
        help="port of the first speaker (%(default)s); 0: any free ones",
    )
    add(
        "--control-port",
        type=_port,
        default=8080,
        help="port to control them (%(default)s); 0: any",
    )
    add(
        "--speakers",
        type=_count,
        default=1,
        help="how many, on consecutive ports (%(default)s)",
    )


def _add_speaker(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what the speakers are like."""
    add = parser.add_argument
    add(
        "--model",
        action="append",
        choices=list(MODEL_LINES),
        help="may be repeated; the speakers take the models in turn (all four)",
    )
    add("--passcode", default=FACTORY_PASSCODE, help="of all speakers (%(default)s)")
    add(
        "--status-style",
        type=StatusStyle,
        choices=list(StatusStyle),
        default=StatusStyle.CAPTURE,
        help="status as real JSON or as the guide prints it (%(default)s)",
    )
    add(
        "--wrong-passcode",
        type=WrongPasscode,
        choices=list(WrongPasscode),
        default=WrongPasscode.UNAUTHORIZED,
        help="answer to a wrong passcode (%(default)s)",
    )
    add("--no-lines", dest="lines", action="store_false", help="serve no line status")
    add(
        "--play-seconds",
        type=_seconds,
        default=10,
        help="length of a track (%(default)s)",
    )
    add(
        "--reboot-seconds",
        type=_seconds,
        default=20,
        help="length of a reboot (%(default)s)",
    )


def _loopback(text: str) -> str:
    """Return a loopback address."""
    try:
        is_loopback = ip_address(text).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise argparse.ArgumentTypeError(f"{text} is not a loopback address")
    return text


def _port(text: str) -> int:
    """Return a port number."""
    return _whole(text, 0, LAST_PORT)


def _count(text: str) -> int:
    """Return how many speakers to run."""
    return _whole(text, 1, 1000)


def _whole(text: str, least: int, most: int) -> int:
    """Return a whole number within limits."""
    if not text.isdecimal() or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(
            f"{text} is not a whole number from {least} to {most}"
        )
    return int(text)


def _seconds(text: str) -> float:
    """Return a time that is not negative."""
    seconds = float(text)
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a time")
    return seconds


if __name__ == "__main__":
    main()
