"""The steps around a speaker that is there: options, passcode, network, removal."""

from pathlib import Path

from playwright.async_api import expect

from scripts.lib.develop.console import leaks
from scripts.lib.develop.scene import require
from scripts.lib.develop.steps import NEW_PASSCODE, SECRETS

from .adding import NAME
from .device import entities, expect_state, open_device, row
from .forms import (
    INTEGRATION,
    alert,
    choose_from_menu,
    close_dialog,
    entry_row,
    field,
    finish,
    flow,
    form,
    submit,
)
from .stage import Stage
from .wording import ENGLISH

NEWEST_PASSCODE = "newëst pass&code=%2B+#"
ALL_SECRETS = (*SECRETS, NEWEST_PASSCODE)
SECONDS = "12"
UNAVAILABLE = "Unavailable"


async def change_options(stage: Stage) -> str:
    """Change the options, and find them changed."""
    page, row = stage.page, entry_row(stage.page, stage.entrance.address)
    seconds = form(page).locator("input[type=number]")
    await stage.go(INTEGRATION)
    await row.get_by_role("button", name="Configure", exact=True).click()
    await expect(seconds).to_have_value("30")
    for text in ENGLISH.below("options.step.init."):
        await expect(flow(page)).to_contain_text(text)
    await seconds.fill(SECONDS)
    await stage.take_picture("options")
    await submit(page)
    await finish(page, "Options successfully saved.")
    await row.get_by_role("button", name="Configure", exact=True).click()
    await expect(seconds).to_have_value(SECONDS)
    await close_dialog(page)
    return f"{SECONDS} s"


async def unplug(stage: Stage) -> str:
    """Unplug the speaker and see it unavailable."""
    page = stage.page
    await open_device(stage)
    await stage.entrance.do("unplug")
    await expect_state(page, "Busy", UNAVAILABLE)
    await expect(row(page, NAME)).to_contain_text(UNAVAILABLE)
    await expect(row(page, "Reboot").get_by_role("button")).to_be_disabled()
    return UNAVAILABLE


async def plug_in(stage: Stage) -> str:
    """Plug the speaker in again and see it back."""
    await stage.entrance.do("plug_in")
    await expect_state(stage.page, NAME, "Idle")
    await expect(entities(stage.page).get_by_text(UNAVAILABLE)).to_have_count(0)
    return "Idle"


async def be_asked_for_passcode(stage: Stage) -> str:
    """Be asked for the passcode that was changed on the speaker."""
    page = stage.page
    before = await stage.entrance.do("passcode", passcode=NEWEST_PASSCODE)
    await stage.go(INTEGRATION)
    await expect(page.get_by_text("Needs attention")).to_be_visible()
    await stage.take_picture("needs attention")
    await page.get_by_role("button", name="Reconfigure").click()
    speaker = f"GSC35xx ({stage.entrance.address})"
    for key in ("title", "description"):
        text = ENGLISH(f"config.step.reauth_confirm.{key}", speaker=speaker)
        await expect(flow(page)).to_contain_text(text)
    now = await stage.entrance.look()
    bad_logins = now["bad_logins"] - before["bad_logins"]
    require(bad_logins == 2, f"there were {bad_logins} bad logins")  # noqa: PLR2004
    return f"{bad_logins} bad logins"


async def enter_passcode(stage: Stage) -> str:
    """Enter the old passcode, then the new one."""
    page, text = stage.page, ENGLISH("config.abort.reauth_successful")
    await field(page, "password").fill(NEW_PASSCODE)
    await submit(page)
    await expect(alert(page)).to_have_text(ENGLISH("config.error.invalid_auth"))
    await field(page, "password").fill(NEWEST_PASSCODE)
    await submit(page)
    await finish(page, text)
    await expect(page.get_by_text("Needs attention")).to_have_count(0)
    await open_device(stage)
    await expect_state(page, NAME, "Idle")
    return text


async def download_diagnostics(stage: Stage) -> str:
    """Download diagnostics that hold no passcode."""
    sizes = []
    for speaker in (stage.entrance, stage.gym):
        async with stage.page.expect_download() as download:
            await choose_from_menu(stage, speaker.address, "Download diagnostics")
        text = _read(await (await download.value).path())
        require(not leaks(text, ALL_SECRETS), "there is a passcode in it")
        require("**REDACTED**" in text, "nothing is redacted")
        sizes.append(f"{len(text)} characters")
    return ", ".join(sizes)


def _read(path: Path) -> str:
    """Read a file."""
    return path.read_text()


async def remove(stage: Stage) -> str:
    """Remove the speaker."""
    page, address = stage.page, stage.entrance.address
    await choose_from_menu(stage, address, "Delete")
    await page.get_by_role("button", name="Delete").last.click()
    await expect(entry_row(page, address)).to_have_count(0)
    await expect(entry_row(page, stage.gym.address)).to_be_visible()
    entries = await stage.world.api.command("config/entity_registry/list")
    left = [one["entity_id"] for one in entries if "entrance" in one["entity_id"]]
    require(not left, f"there still is {left}")
    return address
