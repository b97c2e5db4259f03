"""How an error of the CTI is told to people."""

from typing import TypedDict

from .const import DOMAIN
from .cti import CtiError


class ErrorTranslation(TypedDict):
    """The keywords of a translated exception."""

    translation_domain: str
    translation_key: str
    translation_placeholders: dict[str, str]


def translation_of(error: CtiError, *, speaker: str, command: str) -> ErrorTranslation:
    """Return the translation that tells what failed on which speaker, and why."""
    return {
        "translation_domain": DOMAIN,
        "translation_key": error.kind,
        "translation_placeholders": {"speaker": speaker, "command": command},
    }
