"""The pictures for the documentation, in light and in dark."""

from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import get_args

from PIL import Image
from playwright.async_api import Browser, Locator, expect

from scripts.lib.develop.household import find_all, wait_until_loaded
from scripts.lib.develop.scene import require
from scripts.lib.develop.seed import ROOT
from scripts.lib.develop.world import World

from .adding import log_in, search_integration
from .browser import ColorScheme, open_context
from .device import expect_state, open_device, open_more_info
from .failures import FAILURES, shorten
from .forms import field, flow
from .session import FOLDER, open_session, start_folder
from .stage import Stage
from .tablet import see_dashboard

IMAGES = ROOT / "docs" / "images"
WIDTH, HEIGHT, SCALE = 1000, 940, 1.5
MARGIN = 24
COLORS = 128
MAX_BYTES = 200_000
TRACKS = (
    "bell.ogg",
    "chime.ogg",
    "closing time.ogg",
    "evacuation.ogg",
    "gong.ogg",
    "lunch break.ogg",
)
# Without what is on every page of Home Assistant.
HIDE_SIDEBAR = "localStorage.setItem('dockedSidebar', '\"always_hidden\"')"

type Subject = Callable[[Stage], Awaitable[bytes]]


async def draw(*, headed: bool) -> int:
    """Draw all pictures and return the exit status."""
    IMAGES.mkdir(exist_ok=True)
    try:
        async with open_session(start_folder(), headed=headed) as (world, browser):
            path = await _dress(world)
            for scheme in get_args(ColorScheme.__value__):
                await _draw_all(world, browser, scheme, path)
    except FAILURES as error:
        raise shorten(error) from error
    return 0


async def _dress(world: World) -> str:
    """Give the speakers what is worth seeing; return the path of one's device."""
    added = await find_all(world.api, world.speakers[:-1])
    for one in added.values():
        await one.speaker.do("tracks", tracks=[*TRACKS])
        await world.api.post(f"/api/config/config_entries/entry/{one.entry_id}/reload")
        await wait_until_loaded(world.api, one.entry_id)
    return f"/config/devices/device/{added['Gym'].device_id}"


async def _draw_all(
    world: World, browser: Browser, scheme: ColorScheme, path: str
) -> None:
    """Draw the pictures in light or in dark."""
    context = await open_context(
        browser, color_scheme=scheme, width=WIDTH, height=HEIGHT, scale=SCALE
    )
    stage = Stage(world, await context.new_page(), FOLDER, path)
    await log_in(stage)
    await stage.page.evaluate(HIDE_SIDEBAR)
    for name, subject in SUBJECTS.items():
        _save(f"{name}-{scheme}", await subject(stage))
    await context.close()


async def _draw_device(stage: Stage) -> bytes:
    """Draw the page of a device while the speaker is called."""
    await stage.gym.do("ring", name="Reception", number="1001")
    await open_device(stage)
    await expect_state(stage.page, "Line 1", "Ringing")
    picture: bytes = await stage.page.screenshot(animations="disabled")
    await stage.gym.do("hang_up")
    return picture


async def _draw_media_browser(stage: Stage) -> bytes:
    """Draw the tracks."""
    player = await open_more_info(stage, "Gym speaker")
    await player.get_by_role("button", name="Browse media").click()
    browser = stage.page.locator("dialog-media-player-browse")
    await expect(browser.locator("ha-list-item")).to_have_count(len(TRACKS))
    return await _draw_dialog(browser, bottom=browser.locator("ha-list-item").last)


async def _draw_form(stage: Stage) -> bytes:
    """Draw the form that adds a speaker."""
    await search_integration(stage)
    await field(stage.page, "host").fill("192.168.1.40")
    await field(stage.page, "password").fill("a passcode")
    return await _draw_dialog(flow(stage.page))


async def _draw_dashboard(stage: Stage) -> bytes:
    """Draw the dashboard while one speaker plays and the other is called."""
    page = stage.page
    await see_dashboard(stage)
    await stage.corridor.do("ring", name="Reception", number="1001")
    tile = page.locator("hui-tile-card").filter(has_text="Music").first
    await tile.get_by_role("button", name="Play").click()
    await expect(tile).to_contain_text("Playing")
    await expect(page.get_by_text("Accept", exact=True)).to_be_visible()
    await page.mouse.move(0, 0)
    picture: bytes = await page.screenshot(animations="disabled")
    await tile.get_by_role("button", name="Stop").click()
    await expect(tile).to_contain_text("Idle")
    await stage.corridor.do("hang_up")
    return picture


async def _draw_dialog(dialog: Locator, bottom: Locator | None = None) -> bytes:
    """Draw a dialog with a margin, down to something in it."""
    await dialog.page.mouse.move(0, 0)
    box = await dialog.locator("dialog[open]").bounding_box()
    end = box["y"] + box["height"]
    if bottom:
        last = await bottom.bounding_box()
        end = last["y"] + last["height"]
    clip = {
        "x": max(0, box["x"] - MARGIN),
        "y": max(0, box["y"] - MARGIN),
        "width": box["width"] + 2 * MARGIN,
        "height": end - box["y"] + 2 * MARGIN,
    }
    picture: bytes = await dialog.page.screenshot(clip=clip, animations="disabled")
    return picture


def _save(name: str, picture: bytes) -> None:
    """Save a picture with as few bytes as it takes."""
    path = IMAGES / f"{name}.png"
    image = Image.open(BytesIO(picture)).convert("RGB")
    image.quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    require(size < MAX_BYTES, f"{path} has {size} bytes")
    print(f"{path.relative_to(ROOT)}: {image.width} x {image.height}, {size} bytes")


SUBJECTS: dict[str, Subject] = {
    "add": _draw_form,
    "device": _draw_device,
    "media-browser": _draw_media_browser,
    "dashboard": _draw_dashboard,
}
