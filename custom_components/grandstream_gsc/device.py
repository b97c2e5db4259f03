"""A speaker as a device of Home Assistant."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_MAC, CONF_MODEL
from homeassistant.helpers.device_registry import CONNECTION_NETWORK_MAC, DeviceInfo

from .const import DOMAIN, MANUFACTURER, UNKNOWN_MODEL


def unique_id_base(entry: ConfigEntry) -> str:
    """Return what the unique ids of a speaker's entities begin with."""
    return entry.unique_id or entry.entry_id


def device_info(entry: ConfigEntry, url: str) -> DeviceInfo:
    """Describe the speaker of a config entry, whose web page has this URL."""
    model = entry.data.get(CONF_MODEL) or UNKNOWN_MODEL
    mac = entry.data.get(CONF_MAC)
    return DeviceInfo(
        identifiers={(DOMAIN, unique_id_base(entry))},
        connections={(CONNECTION_NETWORK_MAC, mac)} if mac else set(),
        manufacturer=MANUFACTURER,
        model=model,
        name=f"{MANUFACTURER} {model}",
        configuration_url=url,
    )
