"""What importing an integration costs beyond Home Assistant's own modules.

``python -m benchmarks.probes.imports PACKAGE MODULE...`` prints the milliseconds that
a package takes after those modules.
"""

import asyncio
import importlib
import pkgutil
from statistics import median
import sys
import time

import homeassistant.bootstrap

RUNS = 3

__all__ = ["homeassistant", "measure_imports"]


async def measure_imports(package: str) -> dict[str, float]:
    """Return the CPU milliseconds of an import, each in a fresh process."""
    modules = _home_assistant_modules_of(package)
    runs = [await _fresh_import(package, modules) for _ in range(RUNS)]
    return {"import": median(runs)}


def _home_assistant_modules_of(package: str) -> list[str]:
    """Import a package and return the modules of Home Assistant that came along."""
    before = set(sys.modules)
    _import_all(package)
    return [
        name
        for name in sys.modules
        if name.startswith("homeassistant.")
        and name not in before
        and name != package
        and not name.startswith(f"{package}.")
    ]


async def _fresh_import(package: str, modules: list[str]) -> float:
    """Import a package in a fresh process and return what it took."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", __name__, package, *modules),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    return float(output)


def _import_all(package: str) -> None:
    """Import a package with all its modules, those within packages too."""
    path = importlib.import_module(package).__path__
    for module in pkgutil.walk_packages(path, f"{package}."):
        importlib.import_module(module.name)


def _main(package: str, *modules: str) -> None:
    """Print how many milliseconds of CPU the import takes."""
    for module in modules:
        importlib.import_module(module)
    start = time.process_time_ns()
    _import_all(package)
    sys.stdout.write(f"{(time.process_time_ns() - start) / 1e6}\n")


if __name__ == "__main__":
    _main(*sys.argv[1:])
