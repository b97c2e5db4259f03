"""The steps that play music and sound the siren."""

from functools import partial

from playwright.async_api import Locator, Page, expect

from scripts.lib.develop.scene import heard, require
from scripts.lib.develop.steps import BELL, SHORT_SECONDS

from .actions import choose_action, choose_target, perform
from .adding import NAME
from .device import expect_state, open_device, open_more_info, row
from .forms import close_dialog
from .stage import COMMAND_SECONDS, Stage, said

ODD_TRACK = "Tom & Jerry #1 +50%.ogg"
PLAIN_TRACK = "music2.ogg"
ALARM = "Alarm"
FOLDER = "/var/user/music"


def start(track: str, *, loop: bool) -> str:
    """Return the command that plays a track."""
    return f"api-ctrl_music_play state=1 url={FOLDER}/{track} loop={int(loop)}"


def stop(track: str) -> str:
    """Return the command that stops a track."""
    return f"api-ctrl_music_play state=0 url={FOLDER}/{track} loop=0"


async def browse(stage: Stage) -> str:
    """Browse the tracks."""
    player = await open_more_info(stage, NAME)
    await player.get_by_role("button", name="Browse media").click()
    browser = stage.page.locator("dialog-media-player-browse")
    title = browser.locator('[slot="header"] [slot="title"]')
    await expect(title).to_have_text(NAME)
    items = browser.locator("ha-list-item")
    tracks = (await stage.entrance.look())["tracks"]
    names = [track.removeprefix(f"{FOLDER}/") for track in tracks]
    await expect(items).to_have_text(names)
    return ", ".join(names)


async def play_once(stage: Stage) -> str:
    """Play a track from the list, once, and see it end."""
    page = stage.page
    browser = page.locator("dialog-media-player-browse")
    item = browser.locator("ha-list-item").filter(has_text=ODD_TRACK)
    play = item.get_by_role("button", name="Play media").click
    seen = await stage.told(stage.entrance, play, start(ODD_TRACK, loop=False))
    await browser.get_by_role("button", name="Close").click()
    await expect_playing(page, ODD_TRACK)
    await stage.take_picture("playing")
    await stage.entrance.do("finish_track")
    await expect_idle(page)
    return seen


async def play_looped(stage: Stage) -> str:
    """Switch repeat on and choose a track as the source: it loops."""
    page = stage.page
    player = page.locator("more-info-media_player")
    await player.get_by_role("button", name="Repeat mode").click()
    await player.get_by_role("button", name="Source").click()
    choose = player.get_by_role("menuitem", name=PLAIN_TRACK).click
    seen = await stage.told(stage.entrance, choose, start(PLAIN_TRACK, loop=True))
    await expect_playing(page, PLAIN_TRACK)
    return seen


async def stop_music(stage: Stage) -> str:
    """Stop."""
    # Play and stop have no names for screen readers: they come in this order.
    button = stage.page.locator("more-info-media_player .center-control").nth(1)
    seen = await stage.told(stage.entrance, button.click, stop(PLAIN_TRACK))
    await expect_idle(stage.page)
    await close_dialog(stage.page)
    await expect_state(stage.page, NAME, "Idle")
    return seen


async def search_tracks(stage: Stage) -> str:
    """Search the tracks.

    The dialog offers no search at the top of what a media player has, and there is
    nothing below it: so it is done as an action.
    """
    page = stage.page
    await choose_action(stage, "media_player.search_media")
    await choose_target(page, NAME)
    query = page.locator("tools-action ha-settings-row").filter(has_text="Search query")
    await query.get_by_role("textbox").fill("GLOCKE")
    await perform(page)
    answer = page.locator("tools-action ha-yaml-editor").last
    await expect(answer).to_contain_text(BELL)
    for other in (ODD_TRACK, PLAIN_TRACK):
        await expect(answer).not_to_contain_text(other)
    return BELL


async def sound_siren(stage: Stage) -> str:
    """Sound the siren with a tone and a duration, and see it end by itself."""
    page = stage.page
    siren = await open_more_info(stage, ALARM)
    await siren.get_by_role("button", name="More controls").click()
    controls = page.locator("ha-more-info-siren-advanced-controls")
    await _set(controls, BELL, SHORT_SECONDS)
    await stage.take_picture("siren controls")
    since = (await stage.entrance.look())["received"]
    await controls.get_by_role("button", name="Turn on").click()
    wait = partial(heard, stage.entrance, since, seconds=COMMAND_SECONDS)
    await wait(start(BELL, loop=True))
    await controls.get_by_role("button", name="Close").last.click()
    started, stopped = await wait(start(BELL, loop=True), stop(BELL))
    lasted = stopped.time - started.time
    require(lasted >= SHORT_SECONDS - 0.1, f"it lasted {lasted:.1f} s only")
    await expect(siren.locator(".state")).to_have_text("Off")
    return f"{said([started])}; after {lasted:.1f} s {stopped.text}"


async def toggle_siren(stage: Stage) -> str:
    """Switch the siren on and off on the page of the device."""
    page = stage.page
    await open_device(stage)
    switch = row(page, ALARM).get_by_role("switch")
    toggle = row(page, ALARM).locator(".switch").click
    on = await stage.told(stage.entrance, toggle, start(BELL, loop=True))
    await expect(switch).to_be_checked()
    off = await stage.told(stage.entrance, toggle, stop(BELL))
    await expect(switch).not_to_be_checked()
    return f"{on}; {off}"


async def expect_playing(page: Page, track: str) -> None:
    """Expect the dialog of the media player to show what plays."""
    player = page.locator("more-info-media_player")
    title = track.removesuffix(".ogg")
    await expect(player.locator(".media-title")).to_have_text(title)
    await expect(player.get_by_role("img", name="Playing")).to_be_visible()


async def expect_idle(page: Page) -> None:
    """Expect the dialog of the media player to show that nothing plays."""
    player = page.locator("more-info-media_player")
    await expect(player.get_by_role("img", name="Idle")).to_be_visible()


async def _set(controls: Locator, tone: str, seconds: int) -> None:
    """Choose tone and duration of the siren."""
    await controls.get_by_role("button", name="Tone").first.click()
    await controls.get_by_role("menuitem", name=tone).click()
    await expect(controls.locator("ha-select")).to_contain_text(tone)
    await controls.locator("input[type=number]").fill(str(seconds))
