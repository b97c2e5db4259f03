"""A Home Assistant in this process that reaches nothing but the loopback."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
import logging
from pathlib import Path
import socket
from tempfile import TemporaryDirectory
from typing import Any, override
from unittest.mock import patch

from aiohttp.abc import AbstractResolver, ResolveResult
from homeassistant import bootstrap, config_entries, loader, runner
from homeassistant.core import HomeAssistant
from homeassistant.core_config import async_process_ha_core_config
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.setup import async_setup_component

LOOPBACK = "127.0.0.1"
_HOST_SUFFIX = ".device.test"


def host_name(port: int) -> str:
    """Return a host name that leads to a port on the loopback, whatever port is asked.

    Some integrations know one port only, and each simulated device has its own.
    """
    return f"{port}{_HOST_SUFFIX}"


class LoopbackResolver(AbstractResolver):
    """Resolves the host names of simulated devices, and no others."""

    @override
    async def resolve(
        self, host: str, port: int = 0, family: int = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return address and port of a simulated device."""
        if not host.endswith(_HOST_SUFFIX):
            raise OSError(f"{host} is not on the loopback")
        return [
            ResolveResult(
                hostname=host,
                host=LOOPBACK,
                port=int(host.removesuffix(_HOST_SUFFIX)),
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    @override
    async def close(self) -> None:
        """Have nothing to close."""

    async def real_close(self) -> None:
        """Have nothing to close."""


@asynccontextmanager
async def running_home_assistant() -> AsyncIterator[HomeAssistant]:
    """Run a Home Assistant with an empty configuration."""
    with (
        TemporaryDirectory() as folder,
        patch(
            "homeassistant.helpers.aiohttp_client._async_make_resolver",
            lambda _: LoopbackResolver(),
        ),
    ):
        hass = _new_home_assistant(Path(folder))
        await _start(hass)
        try:
            yield hass
        finally:
            await hass.async_stop(force=True)


def _new_home_assistant(folder: Path) -> HomeAssistant:
    """Return a Home Assistant whose folder is empty but for the one of its storage.

    It looks into that folder once, at its start, and knows which files there are.
    """
    (folder / STORAGE_DIR).mkdir()
    return HomeAssistant(str(folder))


async def _start(hass: HomeAssistant) -> None:
    """Start the core, and the web server that media players depend on."""
    loader.async_setup(hass)
    hass.config.skip_pip = True
    hass.config_entries = config_entries.ConfigEntries(hass, {})
    await loader.async_get_custom_components(hass)
    await bootstrap.async_load_base_functionality(hass)
    for domain in bootstrap.CORE_INTEGRATIONS:
        await async_setup_component(hass, domain, {})
    await async_process_ha_core_config(hass, {})
    http = {"server_host": [LOOPBACK], "server_port": _free_port()}
    await async_setup_component(hass, "http", {"http": http})
    await hass.async_start()


def _free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server((LOOPBACK, 0)) as server:
        port: int = server.getsockname()[1]
        return port


def run[T](main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in an event loop as Home Assistant's program makes it."""
    logging.basicConfig(level=logging.CRITICAL)
    with asyncio.Runner(loop_factory=runner.create_event_loop) as loop:
        return loop.run(main)
