"""Start Home Assistant with simulated speakers: scripts/develop."""

import argparse
import asyncio
import signal
import sys

from .check import check
from .errors import DevelopError
from .ports import LAST_PORT, Ports
from .seed import DASHBOARD, ROOT
from .world import World, open_world

DATA = ROOT / "config"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

WELCOME = """
Home Assistant  {world.url}
                user {world.login.user}, password {world.login.password}

Dashboard       {world.url}/{dashboard}

Speakers        {speakers}

To add {last.plan.area} by hand: Settings, Devices & services, Add integration,
Grandstream GSC; host {last.address}, passcode {last.plan.passcode}

A call comes in to {first.plan.area}:
curl {control}/speakers/1/ring -d '{{"number": "100", "name": "Office"}}'

What else can happen to the speakers: curl {control}

Ctrl-C ends it all. The data stay in {data}/; --fresh starts over.
"""


def main() -> None:
    """Run until a signal comes, or until the check is done."""
    arguments = _parse()
    try:
        sys.exit(asyncio.run(_run(arguments)))
    except DevelopError as error:
        sys.exit(f"develop: {error}")


async def _run(arguments: argparse.Namespace) -> int:
    """Do what the arguments say and return the exit status."""
    _end_on_signals()
    try:
        if arguments.check:
            return await check()
        await _develop(arguments)
    except asyncio.CancelledError:
        print("develop: All has ended.")
    return 1 if arguments.check else 0


async def _develop(arguments: argparse.Namespace) -> None:
    """Start it all, tell how to use it, and stay."""
    print("develop: Starting Home Assistant and three speakers", flush=True)
    ports = Ports(home_assistant=arguments.port)
    async with open_world(DATA, ports, fresh=arguments.fresh) as world:
        print(_welcome(world), flush=True)
        await world.stay()


def _welcome(world: World) -> str:
    """Say how to use it all."""
    first, *_, last = world.speakers
    lines = [
        f"{speaker.plan.area:<10}{speaker.plan.model:<9}{speaker.address}  "
        f"passcode {speaker.plan.passcode}"
        for speaker in world.speakers
    ]
    return WELCOME.format(
        world=world,
        dashboard=DASHBOARD,
        speakers=f"\n{'':16}".join(lines),
        first=first,
        last=last,
        control=world.simulator.url,
        data=DATA.relative_to(ROOT),
    )


def _end_on_signals() -> None:
    """Have the first signal cancel this task; nothing disturbs its clean-up."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()

    def end() -> None:
        for number in SIGNALS:
            loop.add_signal_handler(number, lambda: None)
        if task:
            task.cancel()

    for number in SIGNALS:
        loop.add_signal_handler(number, end)


def _parse() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/develop",
        description="Start Home Assistant with simulated speakers.",
    )
    add = parser.add_argument
    add("--fresh", action="store_true", help="forget the data of earlier runs")
    add(
        "--port",
        type=_port,
        default=Ports().home_assistant,
        help="of Home Assistant (%(default)s)",
    )
    add("--check", action="store_true", help="go through everything, unattended")
    return parser.parse_args()


def _port(text: str) -> int:
    """Return a port number."""
    if not text.isdecimal() or not 1 <= int(text) <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port")
    return int(text)


if __name__ == "__main__":
    main()
