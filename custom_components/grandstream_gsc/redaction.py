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

_PERSONAL = re.compile(
    r'("(?:remotename|remotenum|remotenumber|acct)"\s*:\s*)'
    r'(?:"(?:[^"\\]|\\.)*(?:"|$)|[^",}\s]+)',
    re.IGNORECASE,
)


def redacted_body(answer: Answer, data: Mapping[str, Any]) -> str:
    """Return the start of a body without passcode, addresses, names and numbers."""
    secrets = _secrets(data)
    body = answer.body.decode(errors="replace")
    text = _PERSONAL.sub(rf'\1"{REDACTED}"', secrets.sub(REDACTED, body))
    if answer.length > len(answer.body):
        # What the cut has left of a secret at the end looks like none.
        text = text[: -len(secrets.pattern)]
    return text[:MAX_BODY_LENGTH]


def _secrets(data: Mapping[str, Any]) -> re.Pattern[str]:
    """Match what must not be shown, in the forms in which a page may repeat it."""
    passcode = data[CONF_PASSWORD]
    mac = data.get(CONF_MAC, "")
    forms = {
        passcode,
        quote(passcode),
        quote(passcode, safe=""),
        quote_plus(passcode),
        escape(passcode),
        json.dumps(passcode)[1:-1],
        json.dumps(passcode, ensure_ascii=False)[1:-1],
        data[CONF_HOST],
        mac,
        mac.replace(":", "-"),
        mac.replace(":", ""),
    } - {""}
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
