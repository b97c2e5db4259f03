"""What must hold after the storm."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
import re
from typing import Any

from scripts.lib.develop.console import leaks
from scripts.lib.develop.errors import DevelopError
from scripts.lib.develop.household import Added
from scripts.lib.develop.waiting import eventually

from .storm import TRACKS, Storm
from .world import Soak

RECOVERY_SECONDS = 90
POLL_SECONDS = 15
SIREN_SECONDS = 2

_RECORD = re.compile(
    r"\d{4}-\d\d-\d\d \S+ (?P<level>[A-Z]+) \(.*?\) \[(?P<name>.*?)\] "
)
# What is said of a speaker that goes, or that no longer takes its passcode.
_EXPECTED = re.compile(
    r"Error fetching GSC35xx \(\S+\) data: "
    r"|Authentication failed while fetching GSC35xx \(\S+\) data: "
    r"|Config entry 'GSC35xx \(\S+\)' for grandstream_gsc integration "
    r"(?:not ready yet: |could not authenticate)"
)
# What Home Assistant says of any custom integration, and of actions that it skips.
_HOME_ASSISTANT = re.compile(
    r"\[homeassistant\.loader\] We found a custom integration grandstream_gsc"
    r"|Referenced entities \S+ are missing or not currently available"
    r"|Module homeassistant\.helpers\.service is logging too frequently"
)


async def recover(soak: Soak, storm: Storm) -> None:
    """Wait until all is well again, by itself but for the passcodes."""
    for one in soak.added:
        await storm.heal(one)

    async def is_well() -> bool:
        await storm.enter_passcodes(soak.added)
        states = [await _diagnosed(soak, one) for one in soak.added]
        return all(
            state["is_available"]
            and not state["is_locked_out"]
            and not state["stop_due"]
            for state in states
        )

    await eventually(is_well, RECOVERY_SECONDS, "not all speakers have recovered")


async def use_all(soak: Soak) -> None:
    """Use every speaker once more: all does what it is for."""
    await asyncio.gather(*(_use(soak, one) for one in soak.added))


async def _use(soak: Soak, one: Added) -> None:
    """Sound the siren of a speaker, see it end, and see that nothing is left."""
    api, speaker = soak.api, one.speaker
    await _quieten(one)
    await api.call("media_player.media_stop", one.entities["music"])
    since = (await speaker.look())["received"]
    await api.call(
        "siren.turn_on", one.entities["alarm"], tone=TRACKS[0], duration=SIREN_SECONDS
    )

    async def has_ended() -> bool:
        siren = await api.state(one.entities["alarm"])
        music = await api.state(one.entities["music"])
        is_silent = (await speaker.look())["playing"] is None
        return (siren["state"], music["state"], is_silent) == ("off", "idle", True)

    await eventually(has_ended, POLL_SECONDS, f"{one.entities['alarm']} does not end")
    commands = [command.text for command in await speaker.commands(since)]
    if len(commands) != len(("play", "stop")):
        raise DevelopError(f"{speaker.plan.area} received {commands}")


async def _quieten(one: Added) -> None:
    """End a call, if there is one."""
    if (await one.speaker.look())["call"]:
        await one.speaker.do("hang_up")


async def twice(soak: Soak) -> list[str]:
    """List the numbers that were dialled more than once; each was asked for once."""
    dialled = Counter[str]()
    for one in soak.added:
        for command in await one.speaker.commands():
            if command.text.startswith("api-make_call"):
                dialled[command.text] += 1
    return [text for text, times in dialled.items() if times > 1]


def surprises(console: Path, storm: Storm, soak: Soak) -> Iterator[str]:
    """Yield what the log should not hold."""
    secrets = {one.speaker.plan.passcode for one in soak.added}
    secrets |= {*storm.passcodes.values()}
    for line in console.read_text(errors="replace").splitlines():
        if leaks(line, secrets):
            yield f"a passcode: {line}"
        record = _RECORD.match(line)
        if record is None:
            yield f"no record: {line}"
        elif record["level"] not in ("DEBUG", "INFO") and not (
            _EXPECTED.match(line, record.end()) or _HOME_ASSISTANT.search(line)
        ):
            yield f"unexpected: {line}"


def expected_lines(console: Path) -> int:
    """Count the lines that tell of a speaker that is gone."""
    return len(_EXPECTED.findall(console.read_text(errors="replace")))


async def _diagnosed(soak: Soak, one: Added) -> dict[str, Any]:
    """Return what the diagnostics tell of a speaker."""
    path = f"/api/diagnostics/config_entry/{one.entry_id}"
    state: dict[str, Any] = (await soak.api.get(path))["data"]["speaker"]
    return state
