"""The integration's own texts, by language and key."""

from collections.abc import Iterator
import json
from typing import Any

from scripts.lib.develop.seed import ROOT

_FOLDER = ROOT / "custom_components" / "grandstream_gsc" / "translations"


class Wording:
    """The texts in one language: wording("config.step.user.title")."""

    def __init__(self, language: str) -> None:
        """Read the texts."""
        content = json.loads((_FOLDER / f"{language}.json").read_text())
        self.texts = dict(_flatten(content))

    def __call__(self, key: str, **placeholders: str) -> str:
        """Return a text with its placeholders filled in."""
        return self.texts[key].format(**placeholders)

    def below(self, prefix: str) -> list[str]:
        """List the texts whose keys begin in a certain way."""
        return [text for key, text in self.texts.items() if key.startswith(prefix)]


def _flatten(content: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield all texts with their keys, joined by dots."""
    for key, value in content.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


ENGLISH = Wording("en")
GERMAN = Wording("de")
