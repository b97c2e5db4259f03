"""The passcode shows up nowhere, whatever happens."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping
from dataclasses import asdict
import json
import logging
import re
from typing import Any
from urllib.parse import quote, quote_plus

from homeassistant.config_entries import (
    SOURCE_DHCP,
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowContext,
    ConfigFlowResult,
)
from homeassistant.const import MATCH_ALL, Platform
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.grandstream_gsc.const import DOMAIN
from custom_components.grandstream_gsc.diagnostics import (
    async_get_config_entry_diagnostics,
)
from tests.common import IDLE_SECONDS, STATUS, advance, settle
from tests.conftest import PASSCODE
from tests.simulator import Behaviour, SpeakerServer, well
from tests.simulator.faults import FAULTS

from .bench import short_timeouts
from .table import FAULTS as TABLE

SLOW = {fault.name for fault in TABLE if fault.slow}

# The odd characters in the passcode, plain and in all the ways to write them. Even a
# piece of the passcode is a leak.
UMLAUT = (
    *("Ä", "ä", "Ã\x84", "A\u0308", "%C3%84", "%C4", "%25C3%2584", r"\u00c4"),
    *(r"\xc4", r"\xc3\x84", r"\\u00c4", "&Auml;", "&#196;", "&#xC4;"),
)
AMPERSAND = ("&", "%26", "%2526", r"\u0026", "&amp;", "&#38;", r"\x26")
SECRET = re.compile(
    f"p(?:{'|'.join(map(re.escape, UMLAUT))})ss"
    f"|w(?:{'|'.join(map(re.escape, AMPERSAND))})rd",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    "text",
    [
        *(PASSCODE, PASSCODE.lower(), repr(PASSCODE), repr(PASSCODE.encode())),
        *(quote(PASSCODE), quote_plus(PASSCODE), quote(PASSCODE, safe="")),
        *(quote(quote(PASSCODE)), quote(PASSCODE, encoding="latin-1")),
        *(json.dumps(PASSCODE), json.dumps(json.dumps(PASSCODE))),
        *(PASSCODE.encode().decode("latin-1"), PASSCODE.partition("#")[0]),
    ],
)
def test_the_search_finds(text: str) -> None:
    """The search finds the passcode in every form."""
    assert SECRET.search(f"<{text}>")


class Witness:
    """Keeps what people, logs and other integrations get to see."""

    def __init__(self, hass: HomeAssistant, caplog: pytest.LogCaptureFixture) -> None:
        """Look at everything from now on."""
        self.hass = hass
        self.caplog = caplog
        self.events = async_capture_events(hass, MATCH_ALL)
        self.shown: list[str] = []

    def show(self, what: object) -> None:
        """Keep something that is shown to somebody."""
        self.shown.append(str(what))
        self.shown.append(repr(what))

    async def see(self, action: Awaitable[object]) -> None:
        """Keep what an action ends with, the causes of an error included."""
        try:
            self.show(await action)
        except Exception as error:  # noqa: BLE001 - whatever it is
            for one in chain(error):
                self.show((str(one), one.args, vars(one)))
        await settle(self.hass)

    def look_around(self, entry: ConfigEntry) -> None:
        """Keep what Home Assistant knows, but for the entry's data."""
        self.show((entry.title, entry.unique_id, dict(entry.options), entry.reason))
        self.show((entry.error_reason_translation_placeholders, str(entry)))
        for state in self.hass.states.async_all():
            self.show(state.as_dict())
        for entity in er.async_get(self.hass).entities.values():
            self.show(entity.extended_dict)
        devices = dr.async_get(self.hass)
        for device in dr.async_entries_for_config_entry(devices, entry.entry_id):
            self.show(device.dict_repr)
        for issue in ir.async_get(self.hass).issues.values():
            self.show(asdict(issue))
        for flow in self.hass.config_entries.flow.async_progress():
            self.show(flow)

    def leaks(self) -> list[str]:
        """List whatever holds the passcode."""
        told = [*self.shown, *map(str, self.events), *logged(self.caplog.records)]
        return [text for text in told if SECRET.search(text)]


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception with all that it comes from, suppressed or not."""
    if error is not None:
        yield error
        yield from chain(error.__cause__)
        yield from chain(error.__context__)


def logged(records: list[logging.LogRecord]) -> Iterator[str]:
    """Yield all that records hold, tracebacks and arguments included."""
    formatter = logging.Formatter()
    for record in records:
        yield formatter.format(record)
        yield repr(record.args)
        yield repr([vars(one) for one in chain((record.exc_info or (0, None))[1])])


def parts(result: ConfigFlowResult) -> dict[str, Any]:
    """Return what a flow shows: all but the data of an entry that it made."""
    shown = {key: result.get(key) for key in result if key not in ("data", "result")}
    return shown | {
        "fields": [*fields(getattr(result.get("data_schema"), "schema", {}))]
    }


def fields(schema: Mapping[Any, Any]) -> Iterator[object]:
    """Yield what the fields of a form suggest, those of sections included."""
    for key, value in schema.items():
        yield str(key), key.description, str(key.default)
        if isinstance(value, section):
            yield from fields(value.schema.schema)


@pytest.fixture
async def witness(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Witness]:
    """Log everything, each step of the event loop included."""
    loop = asyncio.get_running_loop()
    before = loop.slow_callback_duration
    caplog.set_level(logging.DEBUG)
    loop.slow_callback_duration = 0
    yield Witness(hass, caplog)
    loop.slow_callback_duration = before


class Tour:
    """Goes through everything that the integration does."""

    def __init__(self, witness: Witness, server: SpeakerServer) -> None:
        """Prepare to go."""
        self.witness = witness
        self.hass = witness.hass
        self.server = server
        self.flows = witness.hass.config_entries.flow

    @property
    def entry(self) -> ConfigEntry:
        """The speaker's config entry."""
        return self.hass.config_entries.async_entries(DOMAIN)[0]

    @property
    def connection(self) -> dict[str, object]:
        """What a form says of the connection."""
        return {"ssl": False, "verify_ssl": False, "port": self.server.port}

    async def configure(self, flow_id: str, **data: object) -> None:
        """Fill in a form and keep what it shows."""
        result = await self.flows.async_configure(flow_id, data)
        self.witness.show(parts(result))
        await settle(self.hass)

    async def add(self, behaviour: Behaviour) -> None:
        """Add the speaker as DHCP has found it, after a try that fails."""
        info = DhcpServiceInfo(self.server.host, "gsc3516", "000b82123456")
        found = await self.flows.async_init(
            DOMAIN, context={"source": SOURCE_DHCP}, data=info
        )
        self.witness.show(parts(found))
        form = {"password": PASSCODE, "connection": self.connection}
        self.server.behave(FAULTS["not_logged_in"], times=1)
        await self.configure(found["flow_id"], **form)
        self.server.behave(behaviour)
        await self.witness.see(self.configure(found["flow_id"], **form))
        self.server.behave_well()
        await self.witness.see(self.configure(found["flow_id"], **form))

    async def add_by_hand(self) -> None:
        """Try to add the speaker once more."""
        begun = await self.flows.async_init(DOMAIN, context={"source": SOURCE_USER})
        form = {"password": PASSCODE, "connection": self.connection}
        await self.configure(begun["flow_id"], host="?", **form)
        await self.configure(begun["flow_id"], host=self.server.host, **form)

    async def do_all(self, behaviour: Behaviour) -> None:
        """Do all that entities can do, while only the status is answered well."""
        self.server.behave(behaviour)
        self.server.behave(well, STATUS)
        for action, platform, key, data in ACTIONS:
            await self.witness.see(self.call(action, platform, key, data))
            await self.server.come_back()
        await self.diagnose()

    async def lose(self, behaviour: Behaviour) -> None:
        """Lose the speaker, while it runs and at a set-up, and find it again."""
        self.server.behave(behaviour)
        for _ in range(3):
            await advance(self.hass, IDLE_SECONDS)
        await self.diagnose()
        await self.hass.config_entries.async_reload(self.entry.entry_id)
        await self.diagnose()
        self.server.behave_well()
        await self.hass.config_entries.async_reload(self.entry.entry_id)
        await settle(self.hass)

    async def call(
        self, action: str, platform: Platform, key: str, data: dict[str, object]
    ) -> object:
        """Perform an action, past Home Assistant's check that it is available."""
        domain, service = action.split(".")
        unique_id = f"{self.entry.unique_id or self.entry.entry_id}_{key}"
        entity_id = er.async_get(self.hass).async_get_entity_id(
            platform, DOMAIN, unique_id
        )
        return await self.hass.services.async_call(
            domain,
            service,
            {"entity_id": entity_id, **data},
            blocking=True,
            return_response=service in ("browse_media", "search_media"),
        )

    async def change(self, behaviour: Behaviour) -> None:
        """Go through the flows of an entry, each with a try that fails first."""
        entry = self.entry
        entry.async_start_reauth(self.hass)
        await settle(self.hass)
        (asked,) = self.flows.async_progress_by_handler(DOMAIN)
        await self.twice(behaviour, asked["flow_id"], password=PASSCODE)
        context: ConfigFlowContext = {
            "source": SOURCE_RECONFIGURE,
            "entry_id": entry.entry_id,
        }
        again = await self.flows.async_init(DOMAIN, context=context)
        self.witness.show(parts(again))
        form = {"host": self.server.host, "connection": self.connection}
        await self.twice(behaviour, again["flow_id"], password=PASSCODE, **form)
        options = await self.hass.config_entries.options.async_init(entry.entry_id)
        self.witness.show(parts(options))

    async def twice(self, behaviour: Behaviour, flow_id: str, **form: object) -> None:
        """Fill in a form that fails, and again."""
        self.server.behave(behaviour)
        await self.witness.see(self.configure(flow_id, **form))
        self.server.behave_well()
        await self.witness.see(self.configure(flow_id, **form))

    async def diagnose(self) -> None:
        """Download diagnostics, and look around."""
        told = await async_get_config_entry_diagnostics(self.hass, self.entry)
        self.witness.show(json.dumps(told))
        self.witness.show(json.dumps(told, ensure_ascii=False))
        for one in chain(self.entry.runtime_data.last_exception):
            self.witness.show((str(one), one.args, vars(one)))
        self.witness.look_around(self.entry)


MUSIC_ENTITY = (Platform.MEDIA_PLAYER, "music")
ACTIONS: tuple[tuple[str, Platform, str, dict[str, object]], ...] = (
    ("media_player.media_play", *MUSIC_ENTITY, {}),
    ("media_player.media_stop", *MUSIC_ENTITY, {}),
    ("media_player.media_next_track", *MUSIC_ENTITY, {}),
    (
        "media_player.play_media",
        *MUSIC_ENTITY,
        {"media_content_type": "music", "media_content_id": "no such track"},
    ),
    ("media_player.browse_media", *MUSIC_ENTITY, {}),
    ("media_player.search_media", *MUSIC_ENTITY, {"search_query": "music"}),
    ("media_player.repeat_set", *MUSIC_ENTITY, {"repeat": "one"}),
    ("siren.turn_on", Platform.SIREN, "alarm", {"duration": 3}),
    ("siren.turn_off", Platform.SIREN, "alarm", {}),
    ("grandstream_gsc.make_call", *MUSIC_ENTITY, {"phone_number": "*72+1"}),
    ("grandstream_gsc.make_call", *MUSIC_ENTITY, {"phone_number": "not; a number"}),
    ("button.press", Platform.BUTTON, "end_call", {}),
    ("button.press", Platform.BUTTON, "accept_call", {}),
    ("button.press", Platform.BUTTON, "reject_call", {}),
    ("button.press", Platform.BUTTON, "toggle_mute", {}),
    ("button.press", Platform.BUTTON, "reboot", {}),
)


@pytest.mark.parametrize("name", FAULTS)
async def test_no_leak(
    hass: HomeAssistant, speaker: SpeakerServer, witness: Witness, name: str
) -> None:
    """No fault brings the passcode to light."""
    tour = Tour(witness, speaker)
    with short_timeouts(wanted=name in SLOW):
        await tour.add(FAULTS[name])
        await tour.add_by_hand()
        await tour.do_all(FAULTS[name])
        speaker.behave_well()
        await tour.lose(FAULTS[name])
        await tour.change(FAULTS[name])
    assert tour.entry.state is ConfigEntryState.LOADED
    assert len(speaker.received) > len(ACTIONS)
    await hass.config_entries.async_remove(tour.entry.entry_id)
    await settle(hass)
    assert witness.leaks() == []
