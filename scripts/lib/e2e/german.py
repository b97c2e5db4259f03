"""The steps in German: nothing raw, nothing left in English."""

from collections.abc import Iterable

from playwright.async_api import expect

from scripts.lib.develop.household import wait_until_loaded
from scripts.lib.develop.scene import require

from .adding import BRAND, INTEGRATIONS, NAME, entity_names
from .device import expect_state, open_device, row
from .forms import alert, field, flow, form, pick, section, submit
from .stage import Stage
from .wording import ENGLISH, GERMAN


async def speak_german(stage: Stage) -> str:
    """Switch Home Assistant and its user to German."""
    page, api = stage.page, stage.world.api
    await api.command("config/core/update", language="de")
    entries = await api.command("config_entries/get", domain="grandstream_gsc")
    for entry in entries:
        entry_id = entry["entry_id"]
        await api.post(f"/api/config/config_entries/entry/{entry_id}/reload")
        await wait_until_loaded(api, entry_id)
    await _choose_language(stage, "Deutsch")
    await expect(page.get_by_text("Einstellungen").first).to_be_visible()
    return "Einstellungen"


async def read_form(stage: Stage) -> str:
    """Read the form that adds a speaker, and what it complains about."""
    page = stage.page
    await stage.go(INTEGRATIONS)
    await page.get_by_role("button", name="Integration hinzufügen").click()
    await page.locator("dialog-add-integration input").first.fill("Grandstream")
    await page.locator("ha-integration-list-item").filter(has_text=BRAND).click()
    await section(page).get_by_role("button").first.click()
    texts = GERMAN.below("config.step.user.")
    for text in texts:
        await expect(flow(page)).to_contain_text(text)
    await field(page, "host").fill("keine Adresse")
    await field(page, "password").fill("x")
    await submit(page, "OK")
    await expect(alert(page)).to_have_text(GERMAN("config.error.invalid_host"))
    await _require_german(stage)
    await stage.take_picture("form in German")
    await flow(page).get_by_role("button", name="Schließen").first.click()
    await expect(form(page)).to_have_count(0)
    return f"{len(texts)} texts"


async def read_device(stage: Stage) -> str:
    """Read the page of the device."""
    page = stage.page
    await open_device(stage)
    names = entity_names(GERMAN)
    for name in names:
        await expect(row(page, name)).to_be_visible()
    busy, line = "entity.binary_sensor.busy", "entity.sensor.line_1"
    await expect_state(page, GERMAN(f"{busy}.name"), GERMAN(f"{busy}.state.off"))
    await expect_state(page, GERMAN(f"{line}.name"), GERMAN(f"{line}.state.idle"))
    await _require_german(stage)
    return ", ".join(names)


async def speak_english(stage: Stage) -> str:
    """Switch back to English."""
    await _choose_language(stage, "English")
    await expect(stage.page.get_by_text("Settings").first).to_be_visible()
    return "Settings"


async def _choose_language(stage: Stage, language: str) -> None:
    """Choose the language of the user."""
    await stage.go("/profile/localization")
    await stage.page.locator("ha-language-picker").first.click()
    await pick(stage.page, language, language)


async def _require_german(stage: Stage) -> None:
    """Require that a page holds no English text of ours."""
    left = _english_only() & {*await stage.require_texts()}
    require(not left, f"there is English left: {left}")


def _english_only() -> set[str]:
    """Return our English texts that are no German ones, names of devices excepted."""
    return _strip(ENGLISH.texts.values()) - _strip(GERMAN.texts.values()) - {NAME}


def _strip(texts: Iterable[str]) -> set[str]:
    """Return texts as they are compared."""
    return {text.strip() for text in texts}
