"""On what was measured."""

from importlib.metadata import version
from importlib.util import find_spec
import os
from pathlib import Path
import platform

PACKAGES = (
    "homeassistant",
    "aiohttp",
    "orjson",
    "gotailwind",
    "elgato",
    "python-fullykiosk",
)


def describe_machine() -> list[str]:
    """Return machine and versions, a line each."""
    has_extension = find_spec("ulid_transform._ulid_impl") is not None
    extension = f"{'with' if has_extension else 'without'} its C extension"
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    return [
        f"{_processor()}, {os.cpu_count()} cores, {system}",
        f"Python {platform.python_version()}, {packages}",
        f"ulid-transform {version('ulid-transform')} {extension}",
    ]


def _processor() -> str:
    """Return the name of the processor."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
