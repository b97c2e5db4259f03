"""List what Home Assistant would install to set up the given integrations.

Run with the Python of an environment that has Home Assistant in it. Without
arguments it takes those that every start sets up, and dhcp.
"""

import asyncio
from pathlib import Path
import sys
from tempfile import TemporaryDirectory
from unittest.mock import patch

from homeassistant import loader, requirements
from homeassistant.auth.mfa_modules import totp
from homeassistant.bootstrap import CORE_INTEGRATIONS, DEFAULT_INTEGRATIONS
from homeassistant.core import HomeAssistant

# Less assist_satellite: its requirements want a C++ compiler.
EVERY_START = (CORE_INTEGRATIONS | DEFAULT_INTEGRATIONS) - {"assist_satellite"}


async def main(domains: set[str]) -> None:
    """Print a requirements file."""
    with (
        TemporaryDirectory() as config_dir,
        patch("homeassistant.util.package.install_package") as install_package,
    ):
        hass = HomeAssistant(config_dir)
        loader.async_setup(hass)
        for domain in domains:
            await requirements.async_get_integration_with_requirements(hass, domain)
        await requirements.async_process_requirements(hass, "totp", totp.REQUIREMENTS)
        await hass.async_stop(force=True)

    folder = Path(requirements.__file__).parent
    print("--constraint", folder / requirements.CONSTRAINT_FILE)
    for call in install_package.call_args_list:
        print(call.args[0])


asyncio.run(main(set(sys.argv[1:]) or EVERY_START | {"dhcp"}))
