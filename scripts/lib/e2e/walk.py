"""The walk: a world of its own, a browser, and the steps in their order."""

from collections.abc import Awaitable, Callable
import re

from scripts.lib.develop.check import Report
from scripts.lib.develop.console import Console
from scripts.lib.develop.scene import require

from . import adding, calls, german, music, tablet, upkeep
from .browser import open_context
from .failures import FAILURES, shorten
from .session import FOLDER, open_session, start_folder
from .stage import Stage

# What a speaker brings about that is unplugged, or denies its passcode.
EXPECTED = "Error fetching GSC35xx"

type Step = Callable[[Stage], Awaitable[str]]

STEPS: tuple[Step, ...] = (
    adding.log_in,
    adding.search_integration,
    adding.refuse_address,
    adding.refuse_wrong_passcode,
    adding.open_section,
    adding.add_speaker,
    adding.see_device,
    adding.see_repair_issue,
    adding.cure_repair_issue,
    music.browse,
    music.play_once,
    music.play_looped,
    music.stop_music,
    music.search_tracks,
    music.sound_siren,
    music.toggle_siren,
    calls.be_called,
    calls.see_caller,
    calls.reject_call,
    calls.make_calls,
    calls.be_refused,
    calls.end_call,
    tablet.see_dashboard,
    tablet.ring_everywhere,
    tablet.sound_alarm,
    tablet.chime,
    tablet.loop_track,
    tablet.call_office,
    tablet.accept_call,
    upkeep.change_options,
    upkeep.unplug,
    upkeep.plug_in,
    upkeep.be_asked_for_passcode,
    upkeep.enter_passcode,
    upkeep.download_diagnostics,
    german.speak_german,
    german.read_form,
    german.read_device,
    german.speak_english,
    upkeep.remove,
)


async def walk(*, headed: bool) -> int:
    """Take all steps, tell of each, and return the exit status."""
    report, console = Report(), start_folder()
    try:
        await _take_steps(console, report, headed=headed)
        _read_log(console, report)
    except FAILURES as error:
        print(f"What Home Assistant said is in {console.path}")
        report.fail(shorten(error))
        return report.close(failed=1)
    return report.close(failed=0)


async def _take_steps(console: Console, report: Report, *, headed: bool) -> None:
    """Start a world and a browser, and take the steps."""
    report.begin("Start Home Assistant and a browser")
    async with open_session(console, headed=headed) as (world, browser):
        report.end((await world.api.get("/api/config"))["version"])
        context = await open_context(browser)
        stage = Stage(world, await context.new_page(), FOLDER)
        complaints = _listen(stage)
        for step in STEPS:
            await _take(step, stage, report)
        report.begin("End it all")
        require(not complaints, f"the browser complains: {complaints}")
    report.end("")


async def _take(step: Step, stage: Stage, report: Report) -> None:
    """Take a step, with a picture of its end."""
    name = (step.__doc__ or "").split("\n")[0].rstrip(".")
    report.begin(name)
    try:
        seen = await step(stage)
        await stage.take_picture(re.sub(r"\W+", " ", name).lower())
    except BaseException:
        await stage.take_last_picture()
        raise
    report.end(seen)


def _listen(stage: Stage) -> list[str]:
    """Collect what the browser complains about that is of our making."""
    complaints: list[str] = []

    def listen(message: object) -> None:
        text = str(message)
        if "grandstream" in text.lower():
            complaints.append(text)

    stage.page.on("console", lambda message: listen(message.text))
    stage.page.on("pageerror", listen)
    return complaints


def _read_log(console: Console, report: Report) -> None:
    """See that the log holds no passcode, traceback or unexpected complaint."""
    report.begin("Read the log")
    problems = [
        problem
        for problem in console.problems(upkeep.ALL_SECRETS)
        if EXPECTED not in problem
    ]
    require(not problems, "\n".join(["", *problems]))
    report.end(f"{console.count()} lines: no passcode, traceback, unexpected complaint")
