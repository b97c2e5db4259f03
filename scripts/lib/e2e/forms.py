"""Home Assistant's forms: dialogs that ask, and menus that lead to them."""

import re

from playwright.async_api import Locator, Page, expect

from .stage import Stage

INTEGRATION = "/config/integrations/integration/grandstream_gsc"


def flow(page: Page) -> Locator:
    """Find the dialog of a flow: its title, its form and its messages."""
    return page.locator("dialog-data-entry-flow")


def form(page: Page) -> Locator:
    """Find the form of a flow."""
    return page.locator("step-flow-form")


def alert(page: Page) -> Locator:
    """Find what a form complains about."""
    return form(page).locator("ha-alert")


def field(page: Page, name: str) -> Locator:
    """Find a field of text by its name."""
    return form(page).locator(f'input[name="{name}"]')


def section(page: Page) -> Locator:
    """Find the section that is collapsed at first."""
    return form(page).locator("ha-form-expandable")


async def submit(page: Page, label: str = "Submit") -> None:
    """Submit a form."""
    await page.get_by_role("button", name=label, exact=True).click()


async def finish(page: Page, message: str) -> None:
    """See the end of a flow and close it.

    Home Assistant's own messages are ours without the full stop.
    """
    shown = page.get_by_text(message.rstrip("."))
    await expect(shown).to_be_visible()
    await page.get_by_role("button", name=re.compile("^(Finish|Close)$")).last.click()
    await expect(shown).to_have_count(0)


async def close_dialog(page: Page) -> None:
    """Close the dialog on top."""
    dialogs = page.locator("dialog[open]")
    count = await dialogs.count()
    await page.keyboard.press("Escape")
    await expect(dialogs).to_have_count(count - 1)


async def pick(page: Page, search: str, *texts: str) -> None:
    """Search the list that a picker has opened, and choose what holds all texts."""
    box = page.locator("ha-picker-combo-box")
    options = box.get_by_role("option")
    await box.locator("input").fill(search)
    for text in texts:
        options = options.filter(has_text=text)
    await options.first.click()
    await expect(box).to_have_count(0)


def entry_row(page: Page, address: str) -> Locator:
    """Find a speaker's entry in the list on the integration's page."""
    return page.locator("ha-config-entry-row").filter(has_text=address)


async def choose_from_menu(stage: Stage, address: str, item: str) -> None:
    """Choose from the menu of a speaker's entry."""
    await stage.go(INTEGRATION)
    menu = entry_row(stage.page, address).locator("ha-dropdown").first
    await menu.get_by_role("button").first.click()
    await menu.get_by_role("menuitem", name=item).click()
