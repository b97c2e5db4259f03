"""Repair issues of a speaker: opened when seen, closed when cured."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN, ISSUE_CTI_NOT_SERVED, ISSUE_FACTORY_PASSCODE

_SEVERITY = {
    ISSUE_CTI_NOT_SERVED: ir.IssueSeverity.ERROR,
    ISSUE_FACTORY_PASSCODE: ir.IssueSeverity.WARNING,
}


@callback
def async_set_issue(
    hass: HomeAssistant, entry: ConfigEntry, key: str, *, is_open: bool
) -> None:
    """Open or close a repair issue of a speaker."""
    issue_id = f"{key}_{entry.entry_id}"
    if not is_open:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=_SEVERITY[key],
        translation_key=key,
        translation_placeholders={"speaker": entry.title},
    )


@callback
def async_close_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Close all repair issues of a speaker that is removed."""
    for key in _SEVERITY:
        async_set_issue(hass, entry, key, is_open=False)
