"""The page on which a user performs actions by hand."""

from playwright.async_api import Page, expect

from .forms import pick
from .stage import Stage

PAGE = "/config/tools/action"
# Where the page remembers what was done last.
MEMORY = "panel-dev-action-state-service-data"


async def choose_action(stage: Stage, action: str) -> None:
    """Open the page, as if for the first time, and choose an action."""
    await stage.page.evaluate(f"localStorage.removeItem('{MEMORY}')")
    await stage.go(PAGE)
    await stage.page.locator("tools-action ha-service-picker").click()
    await pick(stage.page, action, action)


async def choose_target(page: Page, name: str) -> None:
    """Choose a media player as the target of the action, or one more."""
    await page.get_by_role("button", name="Add target").click()
    await pick(page, name, name, "Media player")
    chosen = page.locator("ha-target-picker-item-row").filter(has_text=name)
    await expect(chosen).to_be_visible()


async def perform(page: Page) -> None:
    """Perform the action."""
    await page.get_by_role("button", name="Perform action").click()
