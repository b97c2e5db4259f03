"""The steps on the dashboard of docs/dashboard.yaml."""

from playwright.async_api import Locator, Page, expect

from scripts.lib.develop.scene import heard, require
from scripts.lib.develop.seed import DASHBOARD
from scripts.lib.develop.simulator import Speaker
from scripts.lib.develop.steps import BELL

from .music import start, stop
from .stage import COMMAND_SECONDS, Stage, said

ALARM_TONE = "music2.ogg"
CHIME = "music1.ogg"
NEXT_TRACK = "music2.ogg"
HEADINGS = ("Everywhere", "Gym", "Corridor")


async def see_dashboard(stage: Stage) -> str:
    """See the dashboard, with nothing missing."""
    page = stage.page
    await stage.go(f"/{DASHBOARD}")
    for heading in HEADINGS:
        await expect(_section(page, heading)).to_be_visible()
    for heading in HEADINGS[1:]:
        await expect(_tile(page, heading, "Music")).to_contain_text("Idle")
    broken = page.locator("hui-error-card, hui-warning, hui-warning-element")
    require(await broken.count() == 0, "a card is broken")
    texts = await stage.require_texts()
    require("Entity not found" not in " ".join(texts), "an entity is missing")
    return ", ".join(HEADINGS)


async def ring_everywhere(stage: Stage) -> str:
    """Ring the bell everywhere, and stop it."""
    seen = await _press(stage, "Ring the bell", start(BELL, loop=False))
    for heading in HEADINGS[1:]:
        tile = _tile(stage.page, heading, "Music")
        await expect(tile).to_contain_text(BELL.removesuffix(".ogg"))
    await stage.take_picture("bell everywhere")
    await _press(stage, "Stop", stop(BELL))
    for heading in HEADINGS[1:]:
        await expect(_tile(stage.page, heading, "Music")).to_contain_text("Idle")
    return seen


async def sound_alarm(stage: Stage) -> str:
    """Sound the alarm everywhere, after a question, and switch it off."""
    page, expected = stage.page, start(ALARM_TONE, loop=True)
    seen = await _press(stage, "Sound the alarm", expected, confirmed=True)
    for heading in HEADINGS[1:]:
        await expect(_tile(page, heading, "Alarm")).to_contain_text("On")
    await stage.take_picture("alarm everywhere")
    await _press(stage, "Alarm off", stop(ALARM_TONE))
    for heading in HEADINGS[1:]:
        await expect(_tile(page, heading, "Alarm")).to_contain_text("Off")
    return seen


async def chime(stage: Stage) -> str:
    """Play a chime in one place, once, to its end."""
    page = stage.page
    button = _button(page, "Gym", "Chime")
    seen = await stage.told(stage.gym, button.click, start(CHIME, loop=False))
    await expect(_tile(page, "Gym", "Music")).to_contain_text("music1")
    await expect(_tile(page, "Gym", "Speaker")).to_contain_text("Busy")
    await expect(_tile(page, "Corridor", "Music")).to_contain_text("Idle")
    await stage.gym.do("finish_track")
    await expect(_tile(page, "Gym", "Music")).to_contain_text("Idle")
    return seen


async def loop_track(stage: Stage) -> str:
    """Loop a track in one place, and the next one, and stop it."""
    tile = _tile(stage.page, "Gym", "Music")
    press = {
        name: tile.get_by_role("button", name=name).click
        for name in ("Repeat", "Source", "Next track", "Stop")
    }
    await press["Repeat"]()
    await press["Source"]()
    choose = tile.get_by_role("menuitem", name=CHIME).click
    first = await stage.told(stage.gym, choose, start(CHIME, loop=True))
    await expect(tile).to_contain_text("Playing · music1")
    second = await stage.told(
        stage.gym, press["Next track"], start(NEXT_TRACK, loop=True)
    )
    await expect(tile).to_contain_text("Playing · music2")
    await stage.take_picture("looping")
    await stage.told(stage.gym, press["Stop"], stop(NEXT_TRACK))
    await expect(tile).to_contain_text("Idle")
    return f"{first}; {second}"


async def call_office(stage: Stage) -> str:
    """Call the office, see the call, and end it."""
    page, card = stage.page, _tile(stage.page, "Gym", "Call")
    call, end = "api-make_call phonenumber=100", "api-phone_operation cmd=endcall"
    await expect(card).to_have_count(0)
    made = await stage.told(stage.gym, _button(page, "Gym", "Call office").click, call)
    await expect(card).to_contain_text("Dialing")
    await expect(card).to_contain_text("100")
    ended = await stage.told(stage.gym, _button(page, "Gym", "End call").click, end)
    await expect(card).to_have_count(0)
    return f"{made}; {ended}"


async def accept_call(stage: Stage) -> str:
    """Be called, see who it is, and accept the call."""
    page, speaker = stage.page, stage.corridor
    card = _tile(page, "Corridor", "Call")
    await speaker.do("ring", name="Reception", number="1001")
    await expect(card).to_contain_text("Ringing")
    await expect(card).to_contain_text("Reception")
    await stage.take_picture("ringing")
    button = _button(page, "Corridor", "Accept")
    expected = "api-phone_operation cmd=acceptcall"
    seen = await stage.told(speaker, button.click, expected)
    await expect(card).to_contain_text("Connected")
    await expect(button).to_have_count(0)
    await speaker.do("hang_up")
    await expect(card).to_have_count(0)
    return seen


async def _press(
    stage: Stage, name: str, expected: str, *, confirmed: bool = False
) -> str:
    """Press a button that is for all speakers, and see that all were told."""
    speakers = (stage.gym, stage.corridor)
    since = [(await speaker.look())["received"] for speaker in speakers]
    await _button(stage.page, "Everywhere", name).click()
    if confirmed:
        await stage.take_picture("question")
        await stage.page.get_by_role("button", name="OK").click()
    return "; ".join(
        [
            await _heard(speaker, first, expected)
            for speaker, first in zip(speakers, since, strict=True)
        ]
    )


async def _heard(speaker: Speaker, since: int, expected: str) -> str:
    """Wait until a speaker was told something."""
    return said(await heard(speaker, since, expected, seconds=COMMAND_SECONDS))


def _section(page: Page, heading: str) -> Locator:
    """Find a section by its heading."""
    title = page.locator("hui-heading-card").get_by_text(heading, exact=True)
    return page.locator("hui-grid-section").filter(has=title)


def _button(page: Page, heading: str, name: str) -> Locator:
    """Find a button in a section."""
    buttons = _section(page, heading).locator("hui-button-card")
    return buttons.filter(has=page.get_by_text(name, exact=True))


def _tile(page: Page, heading: str, name: str) -> Locator:
    """Find a tile in a section."""
    tiles = _section(page, heading).locator("hui-tile-card")
    return tiles.filter(has=page.get_by_text(name, exact=True))
