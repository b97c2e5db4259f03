"""The steps from the log-in to a speaker that has been added."""

from playwright.async_api import expect

from scripts.lib.develop.scene import require
from scripts.lib.develop.steps import NEW_PASSCODE, WRONG_PASSCODE

from .device import entities, expect_state, row
from .forms import (
    alert,
    choose_from_menu,
    close_dialog,
    field,
    finish,
    form,
    pick,
    section,
    submit,
)
from .stage import Stage
from .wording import ENGLISH, Wording

NAME = "Entrance speaker"
BRAND = "Grandstream GSC"
INTEGRATIONS = "/config/integrations/dashboard"
LINES = 3


async def log_in(stage: Stage) -> str:
    """Log in."""
    page, login = stage.page, stage.world.login
    await stage.go("/")
    await page.locator('input[name="username"]').fill(login.user)
    await page.locator('input[name="password"]').fill(login.password)
    await page.get_by_role("button", name="Log in").click()
    await page.wait_for_url("**/home/**")
    await expect(page.get_by_text("Settings").first).to_be_visible()
    return stage.path


async def search_integration(stage: Stage) -> str:
    """Search the integration and be asked for a speaker."""
    page = stage.page
    await stage.go(INTEGRATIONS)
    await page.get_by_role("button", name="Add integration").click()
    await page.get_by_placeholder("Search for a brand name").fill("Grandstream")
    item = page.locator("ha-integration-list-item").filter(has_text=BRAND)
    await expect(item.locator("img")).to_have_js_property("complete", value=True)
    width = await item.locator("img").evaluate("image => image.naturalWidth")
    require(width > 0, "the list shows no image of the brand")
    await item.click()
    await expect(page.get_by_text(ENGLISH("config.step.user.title"))).to_be_visible()
    for key in ("description", "data_description.host", "data_description.password"):
        text = ENGLISH(f"config.step.user.{key}")
        await expect(form(page).get_by_text(text)).to_be_visible()
    return BRAND


async def refuse_address(stage: Stage) -> str:
    """Be told that an address is none."""
    page, text = stage.page, ENGLISH("config.error.invalid_host")
    await field(page, "host").fill("no address")
    await field(page, "password").fill(WRONG_PASSCODE)
    await submit(page)
    await expect(alert(page)).to_have_text(text)
    received = (await stage.entrance.look())["received"]
    require(received == 0, f"{received} requests were sent")
    return text


async def refuse_wrong_passcode(stage: Stage) -> str:
    """Be told that the passcode is wrong."""
    page, text = stage.page, ENGLISH("config.error.invalid_auth")
    await field(page, "host").fill(f"http://{stage.entrance.address}/")
    await field(page, "password").fill(WRONG_PASSCODE)
    await submit(page)
    await expect(alert(page)).to_have_text(text)
    await expect(field(page, "password")).to_have_value("")
    bad_logins = (await stage.entrance.look())["bad_logins"]
    require(bad_logins == 1, f"there were {bad_logins} bad logins")
    return text


async def open_section(stage: Stage) -> str:
    """Open the section that most people leave alone."""
    page = stage.page
    prefix = "config.step.user.sections.connection"
    texts = [*ENGLISH.below(f"{prefix}.data"), ENGLISH(f"{prefix}.description")]
    await expect(section(page).get_by_text(texts[0])).not_to_be_visible()
    await section(page).get_by_role("button").first.click()
    for text in texts:
        await expect(section(page).get_by_text(text, exact=True)).to_be_visible()
    return ", ".join(ENGLISH.below(f"{prefix}.data."))


async def add_speaker(stage: Stage) -> str:
    """Add the speaker, with a name and in an area of its own."""
    page, plan = stage.page, stage.entrance.plan
    await field(page, "password").fill(plan.passcode)
    await submit(page)
    created = page.locator("step-flow-create-entry")
    await created.get_by_role("textbox").first.fill(NAME)
    await created.locator("ha-area-picker").click()
    await pick(page, plan.area, f"Add new area '{plan.area}'")
    await page.get_by_role("button", name="Create", exact=True).click()
    await expect(created.locator("ha-area-picker")).to_contain_text(plan.area)
    await page.get_by_role("button", name="Finish").click()
    await page.wait_for_url("**/config/devices/device/*")
    stage.device_path = stage.path
    return f"{NAME} in {plan.area}"


async def see_device(stage: Stage) -> str:
    """See the device with all its entities."""
    page = stage.page
    names = [NAME, *entity_names(ENGLISH)]
    for name in names:
        await expect(row(page, name)).to_be_visible()
    await expect_state(page, NAME, "Idle")
    await expect_state(page, "Busy", ENGLISH("entity.binary_sensor.busy.state.off"))
    await expect_state(page, "Line 1", ENGLISH("entity.sensor.line_1.state.idle"))
    await expect(entities(page).get_by_text("+1 disabled entity")).to_be_visible()
    link = await page.get_by_role("link", name="Visit").get_attribute("href")
    require(link == f"http://{stage.entrance.address}", f"the link leads to {link}")
    await stage.require_texts()
    return ", ".join(names)


async def see_repair_issue(stage: Stage) -> str:
    """Be warned that the passcode is the factory's."""
    page, title = stage.page, _issue("title", stage)
    await stage.go("/config/repairs")
    await page.get_by_text(title).click()
    for paragraph in _issue("description", stage).split("\n\n"):
        await expect(page.get_by_text(paragraph)).to_be_visible()
    await stage.take_picture("repair issue")
    await close_dialog(page)
    return title


async def cure_repair_issue(stage: Stage) -> str:
    """Change the passcode on the speaker, reconfigure it, and be warned no more."""
    page, speaker = stage.page, stage.entrance
    host, port = speaker.address.split(":")
    await choose_from_menu(stage, speaker.address, "Reconfigure")
    await expect(field(page, "host")).to_have_value(host)
    await expect(field(page, "password")).to_have_value("")
    await section(page).get_by_role("button").first.click()
    await expect(section(page).locator("input[type=number]")).to_have_value(port)
    await speaker.do("passcode", passcode=NEW_PASSCODE)
    await field(page, "password").fill(NEW_PASSCODE)
    await stage.take_picture("reconfigure")
    await submit(page)
    await finish(page, ENGLISH("config.abort.reconfigure_successful"))
    await stage.go("/config/repairs")
    await expect(page.get_by_text("no repairs")).to_be_visible()
    await expect(page.get_by_text(_issue("title", stage))).to_have_count(0)
    return "no repairs"


def entity_names(wording: Wording) -> list[str]:
    """List the names that the entities have on the page of their device."""
    keys = (
        "binary_sensor.busy",
        "button.accept_call",
        "button.end_call",
        "button.reboot",
        "button.reject_call",
        "button.toggle_mute",
        *(f"sensor.line_{number}" for number in range(1, LINES + 1)),
        "siren.alarm",
    )
    return [wording(f"entity.{key}.name") for key in keys]


def _issue(key: str, stage: Stage) -> str:
    """Return a text about the factory's passcode."""
    speaker = f"GSC35xx ({stage.entrance.address})"
    return ENGLISH(f"issues.factory_passcode.{key}", speaker=speaker)
