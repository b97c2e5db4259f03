"""The data folder of a Home Assistant whose owner alone is still to be made."""

import json
from pathlib import Path

from .ports import HOST

ROOT = Path(__file__).resolve().parents[3]

# Their names on Linux and macOS. Without a word about them Home Assistant takes part
# in mDNS on all others, and does not work where there is no other.
LOOPBACK = ["lo", "lo0"]

# What leads to docs/dashboard.yaml.
DASHBOARD = "simulated-speakers"

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

lovelace:
  dashboards:
    {dashboard}:
      mode: yaml
      filename: dashboard.yaml
      title: Speakers
      icon: mdi:bullhorn
"""


def seed(folder: Path, port: int, log_level: str) -> None:
    """Fill a data folder with what is missing, and set the port."""
    (folder / ".storage").mkdir(parents=True, exist_ok=True)
    _link(folder / "custom_components", ROOT / "custom_components")
    _link(folder / "dashboard.yaml", ROOT / "docs" / "dashboard.yaml")
    configuration = folder / "configuration.yaml"
    if not configuration.exists():
        content = CONFIGURATION.format(level=log_level, dashboard=DASHBOARD)
        configuration.write_text(content)
    _store(folder, "http", 1, {"server_host": [HOST], "server_port": port})
    _store(folder, "core.network", 1, {"configured_adapters": LOOPBACK})
    if not (folder / ".storage" / "onboarding").exists():
        done = ["core_config", "analytics", "integration"]
        _store(folder, "onboarding", 4, {"done": done})


def _link(link: Path, target: Path) -> None:
    """Link to a file or a folder of the project."""
    if not link.is_symlink():
        link.symlink_to(target)


def _store(folder: Path, key: str, version: int, data: dict[str, object]) -> None:
    """Write a file of Home Assistant's storage."""
    content = {"version": version, "minor_version": 1, "key": key, "data": data}
    (folder / ".storage" / key).write_text(json.dumps(content))
