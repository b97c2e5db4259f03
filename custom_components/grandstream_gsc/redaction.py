"""Takes what must not be shown out of what a speaker answered."""

from collections.abc import Mapping
from html import escape
import json
import re
from typing import Any
from urllib.parse import quote, quote_plus

from homeassistant.const import CONF_HOST, CONF_MAC, CONF_PASSWORD

from .cti import Answer

MAX_BODY_LENGTH = 2048
REDACTED = "**REDACTED**"

# A character outside of the basic plane, escaped for JSON or percent-encoded.
_MAX_FORM_LENGTH = 12

_PERSONAL = re.compile(
    r'("(?:remotename|remotenum|remotenumber|acct)"\s*:\s*)'
    r'(?:"(?:[^"\\]|\\.)*(?:"|$)|[^",}\s]+)',
    re.IGNORECASE,
)


def redacted_body(answer: Answer, data: Mapping[str, Any]) -> str:
    """Return the start of a body without passcode, addresses, names and numbers."""
    secrets = _secrets(data)
    body = answer.body.decode(errors="replace")
    text = _PERSONAL.sub(rf'\1"{REDACTED}"', _pattern(secrets).sub(REDACTED, body))
    if answer.length > len(answer.body):
        # What the cut has left of a secret at the end looks like none.
        text = text[: -_MAX_FORM_LENGTH * max(map(len, secrets))]
    return text[:MAX_BODY_LENGTH]


def redacted_text(text: str, data: Mapping[str, Any]) -> str:
    """Return a short text without passcode and addresses."""
    return _pattern(_secrets(data)).sub(REDACTED, text)


def _secrets(data: Mapping[str, Any]) -> set[str]:
    """Return what must not be shown."""
    mac = data.get(CONF_MAC, "")
    return {
        data[CONF_PASSWORD],
        data[CONF_HOST],
        mac,
        mac.replace(":", "-"),
        mac.replace(":", ""),
    } - {""}


def _pattern(secrets: set[str]) -> re.Pattern[str]:
    """Match secrets in whatever way a page may repeat them, even a mixed one."""
    longest_first = sorted(secrets, key=len, reverse=True)
    forms = ["".join(map(_in_any_form, secret)) for secret in longest_first]
    return re.compile("|".join(forms), re.IGNORECASE)


def _in_any_form(character: str) -> str:
    """Match a character: plain, percent-encoded, escaped for HTML, JSON or a script."""
    number = ord(character)
    forms = {
        character,
        f"\\{character}",
        quote(character, safe="", errors="replace"),
        quote_plus(character, errors="replace"),
        escape(character),
        f"&#{number};",
        f"&#x{number:x};",
        json.dumps(character)[1:-1],
    }
    longest_first = sorted(forms, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, longest_first))})"
