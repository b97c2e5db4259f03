"""Write docs/faults.md from the fault matrix: python -m tests.faults.document."""

from collections.abc import Iterable, Iterator
import json
from pathlib import Path

from homeassistant.config_entries import ConfigEntryState

from .table import COMMANDS, FAULTS, KINDS, OK, OUTAGES, RESTART, Fault, Kind, Outage

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "faults.md"
STRINGS = ROOT / "custom_components" / "grandstream_gsc" / "translations" / "en.json"

INTRODUCTION = """\
# Faults

What can go wrong between Home Assistant and a speaker, and what then happens. This page
is generated from the tables that drive the tests (`tests/faults/table.py`), by
`python -m tests.faults.document`; each cell is tested against a simulated speaker that
misbehaves in exactly that way.

Whatever goes wrong:

* A command reaches the speaker once at most. It is never sent again by itself.
* The error of a command says whether it may have been carried out nevertheless.
* The log holds one line when a speaker goes and one when it is back.
* Polling goes on, except after answers that deny the passcode.
* When the fault is over, all works again: by itself, or with the new passcode.
"""

MESSAGES = """\
## What people are told

What a fault amounts to decides everything else. A status request that is *repeated* is
sent once more after a second, before the speaker is called gone.
"""

ANSWERS = """\
## Bad answers

The speaker can be reached, and treats a request like this. *Poll* is a status request:
whatever is not ok there makes the entities unavailable. Bad answers to *lines* and
*track list* change nothing of that: the last line states stay, and the media browser
shows the message. *Command* stands for play, stop, make call, end call and toggle mute;
*done* says whether the speaker carries the command out.
"""

WAYS = """\
## No way to the speaker

No request arrives. The first command says so; then the entities are unavailable.
"""

SETUP = {
    ConfigEntryState.SETUP_RETRY: "is tried again",
    ConfigEntryState.SETUP_ERROR: "asks for the passcode",
}


def text() -> str:
    """Return what the page has to say."""
    return "\n".join(
        [
            INTRODUCTION,
            MESSAGES,
            *table(
                ("", "a command ends with", "a form shows", "a set-up", "repeated"),
                map(kind_row, KINDS.values()),
            ),
            "",
            ANSWERS,
            *table(
                (
                    *("the speaker", "poll", "lines", "track list", "command", "done"),
                    *("reboot", "set-up", "form"),
                ),
                map(fault_row, FAULTS),
            ),
            "",
            WAYS,
            *table(("the speaker", "all of it"), map(outage_row, OUTAGES)),
            "",
        ]
    )


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines of a table."""
    for cells in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(cells)} |"


def kind_row(kind: Kind) -> tuple[str, ...]:
    """Describe what a fault may amount to."""
    messages = json.loads(STRINGS.read_text())["exceptions"]
    message = messages[kind.name]["message"]
    repeated = "yes" if kind.tries > 1 else "no"
    return kind.name, message, f"`{kind.form}`", SETUP[kind.setup], repeated


def fault_row(fault: Fault) -> tuple[str, ...]:
    """Describe a bad answer."""
    (command,) = {fault.kind_of(name) for name in COMMANDS}
    return (
        fault.says,
        *(fault.kind_of(name) for name in ("status", "lines", "music")),
        command,
        "yes" if fault.done else "no",
        reboot(fault.kind_of(RESTART)),
        *(fault.kind_of(name) for name in ("set-up", "flow")),
    )


def outage_row(outage: Outage) -> tuple[str, ...]:
    """Describe why no request arrives."""
    return outage.says, outage.kind


def reboot(kind: str) -> str:
    """Say how a reboot ends: a speaker that goes away over it has accepted it."""
    return OK if kind == OK or KINDS[kind].reboots else kind


if __name__ == "__main__":
    FILE.write_text(text())
