"""The steps in which the speakers are called, and call."""

import re

from playwright.async_api import expect

from scripts.lib.develop.scene import heard

from .actions import choose_action, choose_target, perform
from .adding import NAME
from .device import expect_state, open_device, open_more_info, row
from .forms import close_dialog
from .stage import COMMAND_SECONDS, Stage
from .wording import ENGLISH

CALLER = ("Bürö", "100")
NUMBER = "*72+1"
NO_NUMBER = "no number"
OTHER_NAME = "Gym speaker"


async def be_called(stage: Stage) -> str:
    """Be called: the speaker turns busy, and a line rings."""
    page = stage.page
    await open_device(stage)
    await expect_state(page, "Busy", ENGLISH("entity.binary_sensor.busy.state.off"))
    name, number = CALLER
    await stage.entrance.do("ring", name=name, number=number)
    await expect_state(page, "Busy", ENGLISH("entity.binary_sensor.busy.state.on"))
    await expect_state(page, "Line 1", ENGLISH("entity.sensor.line_1.state.ringing"))
    await expect_state(page, "Line 2", ENGLISH("entity.sensor.line_2.state.idle"))
    return "Busy, Ringing"


async def see_caller(stage: Stage) -> str:
    """See who calls."""
    line = await open_more_info(stage, "Line 1")
    await line.get_by_role("button", name="Menu").click()
    await line.get_by_role("menuitem", name="Details").click()
    prefix = "entity.sensor.line_1.state_attributes"
    names = [ENGLISH(f"{prefix}.remote_{key}.name") for key in ("name", "number")]
    for name, value in zip(names, CALLER, strict=True):
        # The frontend keeps the values before their names, and shows them after.
        await expect(line).to_contain_text(re.compile(rf"{value}\s*{name}"))
    await stage.require_texts()
    return ", ".join(CALLER)


async def reject_call(stage: Stage) -> str:
    """Reject the call."""
    page = stage.page
    await close_dialog(page)
    button = row(page, "Reject call").get_by_role("button", name="Press")
    expected = "api-phone_operation cmd=rejectcall"
    seen = await stage.told(stage.entrance, button.click, expected)
    await expect_state(page, "Busy", ENGLISH("entity.binary_sensor.busy.state.off"))
    await expect_state(page, "Line 1", ENGLISH("entity.sensor.line_1.state.idle"))
    return seen


async def make_calls(stage: Stage) -> str:
    """Have two speakers call, by the form on the page for actions."""
    page, speakers = stage.page, (stage.entrance, stage.gym)
    await choose_action(stage, "grandstream_gsc.make_call")
    for key in ("description", "fields.phone_number.description"):
        text = ENGLISH(f"services.make_call.{key}")
        await expect(page.get_by_text(text, exact=True)).to_be_visible()
    for name in (NAME, OTHER_NAME):
        await choose_target(page, name)
    label = ENGLISH("services.make_call.fields.phone_number.name")
    field = page.locator("tools-action ha-settings-row").filter(has_text=label)
    await field.get_by_role("textbox").fill(NUMBER)
    since = [(await speaker.look())["received"] for speaker in speakers]
    await perform(page)
    expected = f"api-make_call phonenumber={NUMBER}"
    for speaker, first in zip(speakers, since, strict=True):
        await heard(speaker, first, expected, seconds=COMMAND_SECONDS)
    return f"<- {expected}, twice"


async def be_refused(stage: Stage) -> str:
    """Be told why a call is not made."""
    page = stage.page
    field = page.locator("tools-action ha-settings-row").get_by_role("textbox")
    await field.fill(NO_NUMBER)
    text = ENGLISH("exceptions.invalid_phone_number.message", phone_number=NO_NUMBER)
    await perform(page)
    await expect(page.get_by_text(text).first).to_be_visible()
    return text


async def end_call(stage: Stage) -> str:
    """See the speaker call, be answered, and end the call."""
    page, states = stage.page, "entity.sensor.line_1.state"
    await open_device(stage)
    await expect_state(page, "Line 1", ENGLISH(f"{states}.dialing"))
    await stage.entrance.do("answer")
    await expect_state(page, "Line 1", ENGLISH(f"{states}.connected"))
    await stage.take_picture("connected")
    button = row(page, "End call").get_by_role("button", name="Press")
    expected = "api-phone_operation cmd=endcall"
    seen = await stage.told(stage.entrance, button.click, expected)
    await expect_state(page, "Line 1", ENGLISH(f"{states}.idle"))
    await stage.gym.do("hang_up")
    return seen
