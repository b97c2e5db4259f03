"""What the tests of faults have in common: one speaker, its faults, and its log."""

from collections.abc import AsyncIterator, Awaitable, Generator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
import logging
from typing import Any
from unittest.mock import patch

import aiohttp
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigFlowResult
from homeassistant.const import STATE_UNAVAILABLE, Platform
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.grandstream_gsc.const import DOMAIN
from tests.common import IDLE_SECONDS, advance, settle
from tests.conftest import PASSCODE
from tests.simulator import SpeakerServer
from tests.simulator.certificates import Authority
from tests.simulator.faults import FAULTS

from .table import KINDS, OK, Fault, Outage

_TIMEOUT = "custom_components.grandstream_gsc.cti.client._TIMEOUT"
# Long enough for a good answer on a busy machine.
SHORT = aiohttp.ClientTimeout(total=0.2, connect=0.15)
# Whose complaints count, from which level on: not those of Home Assistant, which
# tells of set-ups, nor what asyncio says of a busy machine.
LEVELS = {
    "custom_components": logging.WARNING,
    "aiohttp": logging.ERROR,
    "asyncio": logging.ERROR,
}


@contextmanager
def short_timeouts(*, wanted: bool = True) -> Generator[None]:
    """Have the client wait for a moment only, where waiting leads to nothing."""
    with patch(_TIMEOUT, SHORT) if wanted else nullcontext():
        yield


async def outcome(action: Awaitable[object]) -> str:
    """Return the key of the message that an action ends with, or that it is well."""
    try:
        await action
    except HomeAssistantError as error:
        return str(error.translation_key)
    return OK


@dataclass
class Bench:
    """A speaker in Home Assistant that has a fault, at times."""

    hass: HomeAssistant
    server: SpeakerServer
    authority: Authority
    caplog: pytest.LogCaptureFixture
    fault: Fault | Outage

    @property
    def entry(self) -> ConfigEntry:
        """The speaker's config entry."""
        return self.hass.config_entries.async_entries(DOMAIN)[0]

    @property
    def form(self) -> dict[str, Any]:
        """What a user enters."""
        return {
            "host": f"{self.server.host}:{self.server.port}",
            "password": PASSCODE,
            "connection": {
                "ssl": self.fault.ssl,
                "verify_ssl": self.fault.verify_ssl,
            },
        }

    def clear(self) -> None:
        """Forget what arrived and what was logged."""
        self.caplog.clear()
        self.server.received.clear()

    def count(self, function: str) -> int:
        """Count the requests of a function that arrived."""
        return self.server.received.count(function)

    def polls(self, request: str) -> int:
        """Return how often a status request has to arrive at the first bad poll."""
        kind = KINDS.get(self.fault.kind_of(request))
        return self.fault.arrives * (kind.tries if kind else self.fault.polls)

    def third_polls(self) -> int:
        """Return how often it has to arrive at the third."""
        kind = KINDS.get(self.fault.kind_of("status"))
        return self.fault.arrives * (kind.third if kind else self.fault.polls)

    def recovers(self) -> bool:
        """Tell whether three bad polls leave the polling alive."""
        kind = KINDS.get(self.fault.kind_of("status"))
        return kind is None or kind.recovers

    def told_gone(self, *, gone: bool) -> list[str]:
        """Return what the log has to hold if the speaker is gone: one line."""
        return [f"Error fetching {self.entry.title} data"] if gone else []

    def told_denied(self, *, denied: bool) -> list[str]:
        """Return what the log has to hold if a set-up met a wrong passcode."""
        integration = f"for {DOMAIN} integration could not authenticate"
        return [f"Config entry '{self.entry.title}' {integration}"] if denied else []

    def complaints(self) -> list[str]:
        """List what was logged that somebody would have to read, without reasons."""
        return [
            record.getMessage().partition(": ")[0]
            for record in self.caplog.records
            if record.levelno >= LEVELS.get(record.name.partition(".")[0], 100)
        ]

    def entity(self, platform: Platform, key: str) -> str:
        """Return the id of an entity."""
        unique_id = f"{self.entry.entry_id}_{key}"
        registry = er.async_get(self.hass)
        found = registry.async_get_entity_id(platform, DOMAIN, unique_id)
        assert found is not None
        return found

    def state(self, platform: Platform, key: str) -> str:
        """Return the state of an entity."""
        state = self.hass.states.get(self.entity(platform, key))
        assert state is not None
        return state.state

    def availability(self) -> set[bool]:
        """Tell whether entities are available: all of them, none of them, or both."""
        entity_ids = [
            self.entity(Platform.MEDIA_PLAYER, "music"),
            self.entity(Platform.SIREN, "alarm"),
            self.entity(Platform.BINARY_SENSOR, "busy"),
            self.entity(Platform.BUTTON, "end_call"),
            self.entity(Platform.SENSOR, "line_1"),
        ]
        states = [self.hass.states.get(entity_id) for entity_id in entity_ids]
        return {
            state is not None and state.state != STATE_UNAVAILABLE for state in states
        }

    @asynccontextmanager
    async def faulty(self, function: str) -> AsyncIterator[None]:
        """Let the fault act on a function, from a clean slate."""
        await settle(self.hass)
        self.clear()
        try:
            with short_timeouts(wanted=self.fault.slow):
                await self._begin(function)
                yield
                await settle(self.hass)
        finally:
            await self.end()

    async def poll(self, times: int = 1) -> None:
        """Let the next polls take place."""
        for _ in range(times):
            await advance(self.hass, IDLE_SECONDS)

    async def reload(self) -> None:
        """Reload the speaker's config entry."""
        await self.hass.config_entries.async_reload(self.entry.entry_id)
        await settle(self.hass)

    async def call(self, action: str, platform: Platform, key: str, **data: Any) -> Any:
        """Perform an action, and wait for what follows from it."""
        domain, service = action.split(".")
        try:
            return await self.hass.services.async_call(
                domain,
                service,
                {"entity_id": self.entity(platform, key)} | data,
                blocking=True,
                return_response=service == "browse_media",
            )
        finally:
            await settle(self.hass)

    async def start_flow(self) -> str:
        """Begin to add the speaker."""
        flows = self.hass.config_entries.flow
        result = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
        return result["flow_id"]

    async def submit(self, flow_id: str) -> ConfigFlowResult:
        """Fill in the form."""
        flows = self.hass.config_entries.flow
        result = await flows.async_configure(flow_id, self.form)
        await settle(self.hass)
        return result

    async def finish(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Fill in the form again, unless the speaker has been added."""
        if result["type"] is FlowResultType.CREATE_ENTRY:
            return result
        return await self.submit(result["flow_id"])

    async def _begin(self, function: str) -> None:
        """Let the fault begin."""
        if isinstance(self.fault, Outage):
            await self.fault.begin(self.server, self.authority)
            await settle(self.hass)
        else:
            self.server.behave(FAULTS[self.fault.name], function)

    async def end(self) -> None:
        """Let the fault end."""
        if isinstance(self.fault, Outage):
            await self.fault.end(self.server, self.authority)
            await settle(self.hass)
        self.server.behave_well()
