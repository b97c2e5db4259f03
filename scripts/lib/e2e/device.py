"""The page of a device, and the dialogs that its entities open."""

from playwright.async_api import Locator, Page, expect

from .stage import Stage


def entities(page: Page) -> Locator:
    """Find the cards that list the entities."""
    return page.locator("ha-device-entities-card")


def row(page: Page, name: str) -> Locator:
    """Find the row of an entity."""
    named = page.locator(f'.info[title="{name}"]')
    return entities(page).locator("hui-generic-entity-row").filter(has=named)


async def open_device(stage: Stage) -> None:
    """Open the page of the speaker that the walk has added."""
    await stage.go(stage.device_path)
    await expect(entities(stage.page).first).to_be_visible()


async def expect_state(page: Page, name: str, state: str) -> None:
    """Expect an entity to have a state."""
    await expect(row(page, name)).to_contain_text(state)


async def open_more_info(stage: Stage, name: str) -> Locator:
    """Open what there is more to know of an entity."""
    await open_device(stage)
    await row(stage.page, name).locator(".info").click()
    dialog = stage.page.locator("ha-more-info-dialog")
    await expect(dialog.locator("ha-more-info-info")).to_be_visible()
    return dialog
