"""Diagnostics: how a real speaker tells what the guide does not.

What comes out may be posted in public: nothing that was stored or received is shown
without redaction.
"""

from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_HOST, CONF_MAC, CONF_PASSWORD
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.loader import async_get_loaded_integration

from .const import DOMAIN
from .coordinator import GrandstreamConfigEntry, GrandstreamCoordinator
from .cti import Function, Journal
from .redaction import redacted_body, redacted_text

_TO_REDACT = {CONF_HOST, CONF_MAC, CONF_PASSWORD}
_QUESTIONS = {Function.PHONE_STATUS, Function.LINE_STATUS, Function.MUSIC_LIST}


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: GrandstreamConfigEntry
) -> dict[str, Any]:
    """Return diagnostics of a speaker, also of one that could not be set up."""
    coordinator = entry.runtime_data
    return {
        "version": str(async_get_loaded_integration(hass, DOMAIN).version),
        "entry": {
            "data": async_redact_data(entry.data, _TO_REDACT),
            "options": dict(entry.options),
            "has_unique_id": entry.unique_id is not None,
        },
        "speaker": _speaker(coordinator),
        "traffic": _traffic(coordinator.client.journal),
        "answers": _answers(coordinator),
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: GrandstreamConfigEntry, device: DeviceEntry
) -> dict[str, Any]:
    """Return diagnostics of the one device that an entry has."""
    return await async_get_config_entry_diagnostics(hass, entry)


def _speaker(coordinator: GrandstreamCoordinator) -> dict[str, Any]:
    """Describe what is known and assumed of the speaker."""
    data: Any = coordinator.data
    entry_data = coordinator.config_entry.data
    player = coordinator.player
    return {
        "is_available": coordinator.last_update_success,
        "is_locked_out": coordinator.login.is_locked_out,
        "status": data and redacted_text(data.status.word, entry_data),
        "serves_lines": coordinator.serves_lines,
        "lines": data
        and {line.line: redacted_text(line.word, entry_data) for line in data.lines},
        "track_count": len(coordinator.tracks),
        "poll_interval_seconds": (
            coordinator.update_interval and coordinator.update_interval.total_seconds()
        ),
        "is_playing_once": player.is_single_playing,
        "is_looping": player.is_looping,
        "is_siren_on": player.is_siren_on,
        "stop_due": player.stop_due and player.stop_due.at.isoformat(),
    }


def _traffic(journal: Journal) -> dict[str, Any]:
    """Count what went over the wire."""
    requests = journal.requests
    return {
        "polls": requests[Function.PHONE_STATUS],
        "commands": sum(
            count for function, count in requests.items() if function not in _QUESTIONS
        ),
        "requests": dict(requests),
        "failures": dict(journal.failures),
        "latency_seconds": journal.latency(),
    }


def _answers(coordinator: GrandstreamCoordinator) -> dict[str, Any]:
    """Show the last answer to each function."""
    return {
        str(function): {
            "http_status": answer.http_status,
            "length": answer.length,
            "body": redacted_body(answer, coordinator.config_entry.data),
        }
        for function, answer in coordinator.client.journal.answers.items()
    }
