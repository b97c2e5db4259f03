"""Writes docs/benchmarks.md."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from .limits import LIMITS
from .rounds import Results

OWN = "grandstream_gsc"
COLUMNS = (OWN, "tailwind", "elgato", "fully_kiosk")

_INTRODUCTION = """\
# Benchmarks

What this integration costs, measured beside three of Home Assistant's own:
`tailwind` and `elgato`, both platinum, and `fully_kiosk`, which like this one has
its password in the query, a media player and buttons. The limit of what can be
reached is a bare GET of the same status with aiohttp, on one kept session, with
its JSON decoded.

`scripts/bench` measures all of it and writes this page; `scripts/bench --quick`
measures this integration alone, in less than a minute, and fails when a limit is
not kept. Every figure is the median of {rounds} rounds, in which the integrations
take turns in alternating order, with minimum and maximum behind it. Each runs in a
fresh process of Home Assistant, the simulated devices in another one on the
loopback. CPU is that of the process, not the time on the clock. Nothing records
the states, which is to the advantage of those who write or report many.

Measured on {day}:

{machine}
"""

_ROWS: tuple[tuple[str, str, int], ...] = (
    ("CPU of an idle poll, µs", "poll_cpu", 0),
    ("CPU of a bare GET in the same process, µs", "bare_cpu", 0),
    ("CPU of an idle poll / bare GET", "poll_ratio", 2),
    ("requests of an idle poll", "requests", 0),
    ("state writes of an idle poll", "state_writes", 0),
    ("state reports of an idle poll", "state_reports", 0),
    ("entities of a device", "entities", 0),
    ("set-up CPU of a device, ms", "set_up_ms", 2),
    ("set-up CPU of a device / bare GET", "set_up_ratio", 1),
    ("set-up CPU of an entity / bare GET", "set_up_ratio_per_entity", 2),
    ("requests to set a device up", "set_up_requests", 0),
    ("memory of a device, KiB", "memory", 0),
    ("import beyond Home Assistant's own modules, ms", "import", 1),
)
_ACTION_ROWS: tuple[tuple[str, str, int], ...] = (
    ("bare GET to arrival, µs", "bare_arrival", 0),
    ("bare GET to arrival, 99th percentile", "bare_arrival_p99", 0),
    ("bare GET to return", "bare_return", 0),
    ("bare GET to return, 99th percentile", "bare_return_p99", 0),
    ("button press to arrival", "press_arrival", 0),
    ("button press to arrival, 99th percentile", "press_arrival_p99", 0),
    ("button press to return", "press_return", 0),
    ("button press to return, 99th percentile", "press_return_p99", 0),
    ("button press / bare GET, to arrival", "press_arrival_ratio", 2),
    ("button press / bare GET, to return", "press_return_ratio", 2),
    ("`play_media` to arrival", "play_media_arrival", 0),
    ("`play_media` to arrival, 99th percentile", "play_media_arrival_p99", 0),
    ("`play_media` to return", "play_media_return", 0),
    ("`siren.turn_on` to arrival", "siren_arrival", 0),
    ("`siren.turn_on` to arrival, 99th percentile", "siren_arrival_p99", 0),
    ("`siren.turn_on` to return", "siren_return", 0),
)
_HANG_ROWS: tuple[tuple[str, str, int], ...] = (
    ("noticed after, at best", "noticed_minimum", 1),
    ("noticed after, median", "noticed_median", 1),
    ("noticed after, at worst", "noticed_maximum", 1),
    ("back after, at best", "back_minimum", 1),
    ("back after, median", "back_median", 1),
    ("back after, at worst", "back_maximum", 1),
)


def write_report(path: Path, results: Results, machine: Sequence[str]) -> None:
    """Write what was measured."""
    for name in COLUMNS:
        for cpu in results.values(name, "set_up_cpu"):
            results.add(name, {"set_up_ms": cpu / 1000})
    sections = (
        _introduction(results, machine),
        _section("Limits", _LIMITS_TEXT, _limits(results)),
        _section("Out of reach", _OUT_OF_REACH_TEXT, ""),
        _section(
            "Poll, set-up, memory", _poll_text(results), _compared(results, _ROWS)
        ),
        _section("Actions", _ACTION_TEXT, _compared(results, _ACTION_ROWS)),
        _section("Many devices", _LOAD_TEXT, _load(results)),
        _section("Devices that hang", _HANG_TEXT, _compared(results, _HANG_ROWS)),
        _section("Others hang", _HALF_TEXT, _half_hanging(results)),
        _section("One play on 100 speakers", _PLAY_TEXT, _play(results)),
    )
    path.write_text("\n".join(sections))


_LIMITS_TEXT = """\
`scripts/bench --quick` fails beyond what stands under "at most". Where that is more
than what was aimed at, it leaves room for a busy machine, or the aim is out of reach:
the next section says why.
"""
_OUT_OF_REACH_TEXT = """\
* **Set-up.** The bare GETs beside it are those right before and after the set-up,
  which are dearer than those between polls; against these it is 47, not 39.5. A
  speaker has 12 entities, and one more that is disabled, in five platforms. From
  the figures of `tailwind` and `fully_kiosk`, Home Assistant itself takes about
  0.15 ms for an entity and 0.14 ms for a platform: 2.6 ms of the 3.3, before
  anything is asked of the speaker. Of the samples of a profile 75 % lie in
  forwarding to the platforms (entity registry 19 %, states 11 %, device registry 10
  %), 17 % in the three requests and their connection, 5 % in the constructors of
  the entities. Without Python's garbage collector it is 5 to 20 % less. An entity
  takes less than one of `elgato` and about as much as one of `tailwind`;
  `fully_kiosk` shares the cost of its set-up among 33.
* **Memory.** What is traced is 12 KiB an entity, as with the peers, which have
  fewer of them or far more memory: entries of the registry, states, listeners and the
  entity itself. Describing the device once, not for each entity, saved 8 KiB of 144.
* **Import.** Loading 27 modules takes 2.7 ms, running them 5.8: classes of entities,
  enumerations, data classes and patterns, none of them more than 0.9 ms.
* **Poll and button press** reach what was aimed at, by little: rounds differ by some
  hundredths, and by more beside other work. The check allows for that, so as not to
  fail by chance; what was measured here counts.
"""
_POLL_TEXT = """\
A poll is one refresh of the coordinator; {empty} bare GETs is what one costs that
does nothing but such a GET on Home Assistant's session. 100 devices are set up at
the same time, after a first one that brings the modules.
"""
_ACTION_TEXT = """\
From the call of an action to the arrival of its request at the device, and to its
return, in microseconds on the clock, one at a time. `tailwind` and `elgato` are
told to identify themselves, `fully_kiosk` to notice a motion, this one to end a call.
"""
_LOAD_TEXT = """\
Devices polled at their own intervals for 20 seconds a round: this integration and
the bare GETs every 10 seconds, `tailwind` every 5. CPU above an idle Home Assistant
in milliseconds a second, lag of the event loop in milliseconds, 99th percentile.
"""
_HANG_TEXT = """\
Seconds until a device that accepts connections and answers nothing is unavailable,
and until it is back after it answers again; what it was asked in between stays
without an answer. 40 devices, hung at all moments between two polls.
"""
_HALF_TEXT = """\
100 speakers for 20 seconds, all of them well, and every second one hanging.
"""
_PLAY_TEXT = """\
Milliseconds between the first and the last arrival of one `media_player.play_media`
on 100 speakers, beside `asyncio.gather` over 100 bare GETs.
"""


def _introduction(results: Results, machine: Sequence[str]) -> str:
    """Return the head of the page."""
    return _INTRODUCTION.format(
        rounds=len(results.values(OWN, "poll_ratio")),
        day=datetime.now(UTC).date(),
        machine="\n".join(f"* {line}" for line in machine),
    )


def _poll_text(results: Results) -> str:
    """Return what to know about a poll."""
    empty = _cell(results.values(OWN, "empty_poll_ratio"), 2)
    return _POLL_TEXT.format(empty=empty)


def _section(title: str, text: str, table: str) -> str:
    """Return a section."""
    parts = (f"## {title}", text.strip(), table.strip())
    return "\n\n".join(part for part in parts if part) + "\n"


def _limits(results: Results) -> str:
    """Return the table of the limits."""
    rows = []
    for limit in LIMITS:
        values = results.values(OWN, limit.figure)
        is_kept = bool(values) and limit.is_kept(median(values))
        rows.append(
            (
                limit.title,
                "" if limit.aim is None else f"{limit.aim:g}",
                f"{limit.most:g}",
                _cell(values, limit.digits),
                "yes" if is_kept else "**no**",
            )
        )
    return _table(("", "aimed at", "at most", "measured", "kept"), rows)


def _compared(results: Results, rows: Iterable[tuple[str, str, int]]) -> str:
    """Return a table with a column for each integration."""
    return _table(
        ("", *(f"`{name}`" for name in COLUMNS)),
        (
            (title, *(_cell(results.values(name, key), digits) for name in COLUMNS))
            for title, key, digits in rows
        ),
    )


def _load(results: Results) -> str:
    """Return the table of many devices."""
    names = (OWN, "bare", "tailwind")
    return _table(
        (
            "devices",
            *(f"{_named(name)}: {what}" for name in names for what in ("CPU", "lag")),
        ),
        (
            (
                f"{size:,}",
                *(
                    _cell(results.values(name, f"load_{size}_{what}"), 1)
                    for name in names
                    for what in ("cpu", "lag")
                ),
            )
            for size in (10, 100, 500, 1000)
        ),
    )


def _named(name: str) -> str:
    """Return what a column is called."""
    return "bare GETs" if name == "bare" else f"`{name}`"


def _half_hanging(results: Results) -> str:
    """Return the table of speakers whose neighbours hang."""
    return _table(
        ("", "CPU, ms a second", "lag, ms", "longest time between two polls, s"),
        (
            (
                title,
                *(
                    _cell(results.values(OWN, f"{key}_{figure}"), digits)
                    for figure, digits in (("cpu", 1), ("lag", 1), ("longest_gap", 2))
                ),
            )
            for title, key in (
                ("all are well", "all_well"),
                ("every second one hangs: the others", "half_hanging"),
            )
        ),
    )


def _play(results: Results) -> str:
    """Return the table of a play on many speakers."""
    return _table(
        ("", "spread, ms"),
        (
            (title, _cell(results.values(OWN, key), 1))
            for title, key in (
                ("`media_player.play_media`", "play_spread"),
                ("bare gather", "gather_spread"),
                ("ratio", "play_spread_ratio"),
            )
        ),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; numbers stand to the right."""
    rows = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join([*(f"| {' | '.join(cells)} |" for cells in rows), ""])


def _cell(values: Sequence[float], digits: int) -> str:
    """Return median, minimum and maximum, or a dash."""
    if not values:
        return "-"
    middle, least, most = (
        f"{value:,.{digits}f}" for value in (median(values), min(values), max(values))
    )
    return middle if least == most else f"{middle} ({least} to {most})"
