"""The integrations that are measured: how to set a device up, and what to press."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
import importlib
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntry
from homeassistant.const import (
    CONF_HOST,
    CONF_MAC,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_TOKEN,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .home_assistant import LOOPBACK, host_name

PASSCODE = "1234"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An integration."""

    domain: str
    entry_data: Callable[[int], dict[str, Any]]
    """Return a config entry's data for the device on a port."""
    status_path: str
    """What a bare GET of the same status asks for."""
    status_request: str
    """What the device calls that request."""
    button: str
    """How the unique id of the button ends that is pressed."""
    button_request: str
    """What the device calls the request of that button."""

    @property
    def package(self) -> str:
        """The Python package of the integration."""
        is_own = self.domain == OWN.domain
        parent = "custom_components" if is_own else "homeassistant.components"
        return f"{parent}.{self.domain}"

    def entry(self, number: int, port: int) -> ConfigEntry:
        """Return a config entry for a device."""
        return ConfigEntry(
            domain=self.domain,
            title=f"Device {number}",
            data=self.entry_data(port),
            unique_id=f"00:0b:82:00:{number >> 8:02x}:{number & 255:02x}",
            source=SOURCE_USER,
            version=1,
            minor_version=1,
            options=None,
            discovery_keys=MappingProxyType({}),
            subentries_data=None,
        )

    def status_url(self, port: int) -> str:
        """Return the URL of a device's status."""
        return f"http://{LOOPBACK}:{port}{self.status_path}"

    def coordinator(self, entry: ConfigEntry) -> DataUpdateCoordinator[Any]:
        """Return the coordinator of an entry that is set up."""
        coordinator: DataUpdateCoordinator[Any] = entry.runtime_data
        return coordinator

    def entity_id(self, hass: HomeAssistant, entry: ConfigEntry, ending: str) -> str:
        """Return the entity whose unique id ends so."""
        entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
        return next(
            entity.entity_id for entity in entities if entity.unique_id.endswith(ending)
        )


def add_entries(
    hass: HomeAssistant, subject: Subject, ports: Iterable[tuple[int, int]]
) -> list[ConfigEntry]:
    """Let Home Assistant know devices, by number and port, without setting them up."""
    if subject.domain == "elgato":
        _keep_elgato_off_the_internet()
    entries = [subject.entry(number, port) for number, port in ports]
    for entry in entries:
        # async_add would set the device up at once; that is what is measured later.
        hass.config_entries._entries[entry.entry_id] = entry  # noqa: SLF001
    return entries


def _keep_elgato_off_the_internet() -> None:
    """Answer the question for new firmware, which is no part of a poll, at once."""

    async def no_versions(_self: object, **_: object) -> dict[int, object]:
        return {}

    importlib.import_module("elgato").FirmwareCatalog.versions = no_versions


OWN = Subject(
    domain="grandstream_gsc",
    entry_data=lambda port: {
        CONF_HOST: LOOPBACK,
        CONF_PORT: port,
        CONF_SSL: False,
        CONF_VERIFY_SSL: False,
        CONF_PASSWORD: PASSCODE,
    },
    status_path=f"/cgi-bin/api-get_phone_status?passcode={PASSCODE}",
    status_request="get_phone_status",
    button="_end_call",
    button_request="phone_operation",
)
TAILWIND = Subject(
    domain="tailwind",
    entry_data=lambda port: {CONF_HOST: host_name(port), CONF_TOKEN: "123456"},
    status_path="/json",
    status_request="status",
    button="-identify",
    button_request="identify",
)
ELGATO = Subject(
    domain="elgato",
    entry_data=lambda port: {CONF_HOST: host_name(port), CONF_MAC: None},
    status_path="/elgato/lights",
    status_request="lights",
    button="_identify",
    button_request="identify",
)
FULLY_KIOSK = Subject(
    domain="fully_kiosk",
    entry_data=lambda port: {
        CONF_HOST: host_name(port),
        CONF_PASSWORD: PASSCODE,
        CONF_SSL: False,
        CONF_VERIFY_SSL: False,
    },
    status_path=f"/?cmd=deviceInfo&password={PASSCODE}&type=json",
    status_request="deviceInfo",
    button="-triggerMotion",
    button_request="triggerMotion",
)
PEERS = (TAILWIND, ELGATO, FULLY_KIOSK)
SUBJECTS = {subject.domain: subject for subject in (OWN, *PEERS)}
