"""A pytest plugin: lets the test fixtures run on a newer Home Assistant than theirs.

`pytest-homeassistant-custom-component` pins the release that it was made from.
Loaded ahead of it (`-p tests.latest_release`), this module does what a newer
release asks for. A newer pin may not need it any longer.
"""

# Puts httpx2 in the place of httpx: before another plugin imports httpx.
import homeassistant  # noqa: F401

# isort: split
# Change what the components of Home Assistant import: before any of them loads.
from pytest_homeassistant_custom_component import (  # noqa: F401
    patch_json,
    patch_recorder,
    patch_time,
)

# isort: split
from homeassistant.components import logger
from homeassistant.components.logger.helpers import _clear_logger_overwrites

# Where the fixtures look for it.
logger._clear_logger_overwrites = _clear_logger_overwrites
