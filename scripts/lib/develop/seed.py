"""The data folder of a Home Assistant whose owner alone is still to be made."""

import json
from pathlib import Path

from .ports import HOST

ROOT = Path(__file__).resolve().parents[3]

# Their names on Linux and macOS. Without a word about them Home Assistant takes part
# in mDNS on all others, and does not work where there is no other.
LOOPBACK = ["lo", "lo0"]

# The loggers that are silenced complain at each start of what a machine for
# development does not need: ffmpeg, libturbojpeg, a faster zlib.
CONFIGURATION = """\
homeassistant:
  name: Simulated speakers
  country: DE
  time_zone: Europe/Berlin

logger:
  default: warning
  logs:
    custom_components.grandstream_gsc: {level}
    aiohttp_fast_zlib: critical
    haffmpeg: critical
    homeassistant.components.camera.img_util: critical
"""


def seed(folder: Path, port: int, log_level: str) -> None:
    """Fill a data folder with what is missing, and set the port."""
    (folder / ".storage").mkdir(parents=True, exist_ok=True)
    components = folder / "custom_components"
    if not components.is_symlink():
        components.symlink_to(ROOT / "custom_components")
    configuration = folder / "configuration.yaml"
    if not configuration.exists():
        configuration.write_text(CONFIGURATION.format(level=log_level))
    _store(folder, "http", 1, {"server_host": [HOST], "server_port": port})
    _store(folder, "core.network", 1, {"configured_adapters": LOOPBACK})
    if not (folder / ".storage" / "onboarding").exists():
        done = ["core_config", "analytics", "integration"]
        _store(folder, "onboarding", 4, {"done": done})


def _store(folder: Path, key: str, version: int, data: dict[str, object]) -> None:
    """Write a file of Home Assistant's storage."""
    content = {"version": version, "minor_version": 1, "key": key, "data": data}
    (folder / ".storage" / key).write_text(json.dumps(content))
