"""Diagnostics: how a real speaker tells what the guide does not.

What comes out may be posted in public: nothing that was stored or received is shown
without redaction.
"""

from html import escape
import json
import re
from typing import Any
from urllib.parse import quote, quote_plus

from homeassistant.components.diagnostics import REDACTED, async_redact_data
from homeassistant.const import CONF_HOST, CONF_MAC, CONF_PASSWORD
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.loader import async_get_loaded_integration

from .const import DOMAIN
from .coordinator import GrandstreamConfigEntry, GrandstreamCoordinator
from .cti import Answer, Function, Journal

MAX_BODY_LENGTH = 2048

_TO_REDACT = {CONF_HOST, CONF_MAC, CONF_PASSWORD}
_QUESTIONS = {Function.PHONE_STATUS, Function.LINE_STATUS, Function.MUSIC_LIST}
_PERSONAL = re.compile(
    r'("(?:remotename|remotenum|remotenumber|acct)"\s*:\s*)'
    r'(?:"(?:[^"\\]|\\.)*(?:"|$)|[^",}\s]+)',
    re.IGNORECASE,
)


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
    player = coordinator.player
    return {
        "is_available": coordinator.last_update_success,
        "is_locked_out": coordinator.is_locked_out,
        "status": data and data.status.word,
        "serves_lines": coordinator.serves_lines,
        "lines": {line.line: line.word for line in data.lines} if data else None,
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
    secrets = _secrets(coordinator.config_entry)
    return {
        str(function): {
            "http_status": answer.http_status,
            "length": answer.length,
            "body": _redacted_body(answer, secrets),
        }
        for function, answer in coordinator.client.journal.answers.items()
    }


def _redacted_body(answer: Answer, secrets: re.Pattern[str]) -> str:
    """Return the start of a body without passcode, addresses, names and numbers."""
    body = answer.body.decode(errors="replace")
    text = _PERSONAL.sub(rf'\1"{REDACTED}"', secrets.sub(REDACTED, body))
    if answer.length > len(answer.body):
        # What the cut has left of a secret at the end looks like none.
        text = text[: -len(secrets.pattern)]
    return text[:MAX_BODY_LENGTH]


def _secrets(entry: GrandstreamConfigEntry) -> re.Pattern[str]:
    """Match what must not be shown, in the forms in which a page may repeat it."""
    passcode = entry.data[CONF_PASSWORD]
    mac = entry.data.get(CONF_MAC, "")
    forms = {
        passcode,
        quote(passcode),
        quote(passcode, safe=""),
        quote_plus(passcode),
        escape(passcode),
        json.dumps(passcode)[1:-1],
        json.dumps(passcode, ensure_ascii=False)[1:-1],
        entry.data[CONF_HOST],
        mac,
        mac.replace(":", "-"),
        mac.replace(":", ""),
    } - {""}
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
