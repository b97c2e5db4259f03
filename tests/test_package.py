"""Test what hassfest and HACS demand of the package; neither runs without Docker."""

from collections.abc import Iterator
import json
from pathlib import Path
from typing import Any, get_args, get_type_hints
from urllib.parse import urlsplit

from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
from homeassistant.components.brands.const import ALLOWED_IMAGES
from homeassistant.const import Platform, __version__
from homeassistant.core import HomeAssistant
from homeassistant.helpers import selector
from homeassistant.loader import Manifest, async_get_integration
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
from PIL import Image, ImageChops
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.grandstream_gsc import (
    PLATFORMS,
    __file__ as package_file,
    services,
)
from custom_components.grandstream_gsc.config_flow import _GRANDSTREAM_PREFIXES
from custom_components.grandstream_gsc.const import DOMAIN
from scripts.lib import brand

PACKAGE = Path(package_file).parent
ROOT = PACKAGE.parents[1]
MANIFEST = json.loads((PACKAGE / "manifest.json").read_text())
HACS = json.loads((ROOT / "hacs.json").read_text())
ICONS = json.loads((PACKAGE / "icons.json").read_text())
ENGLISH = json.loads((PACKAGE / "translations/en.json").read_text())
ACTIONS = load_yaml_dict(PACKAGE / "services.yaml")

REQUIRED_IN_MANIFEST = {
    "codeowners",
    "config_flow",
    "documentation",
    "domain",
    "integration_type",
    "iot_class",
    "issue_tracker",
    "name",
    "requirements",
    "version",
}
ALLOWED_IN_HACS = {
    "content_in_root",
    "country",
    "filename",
    "hacs",
    "hide_default_branch",
    "homeassistant",
    "name",
    "persistent_directory",
    "render_readme",
    "zip_release",
}

# All that stand in icons.json, found in the list of @mdi/svg 7.4.47: no list of icons
# comes with Home Assistant's core. Look a new one up before it is added here.
KNOWN_ICONS = {
    "mdi:account",
    "mdi:bullhorn",
    "mdi:bullhorn-outline",
    "mdi:dialpad",
    "mdi:microphone-off",
    "mdi:phone",
    "mdi:phone-alert",
    "mdi:phone-check",
    "mdi:phone-hangup",
    "mdi:phone-in-talk",
    "mdi:phone-outgoing",
    "mdi:phone-outline",
    "mdi:phone-paused",
    "mdi:phone-remove",
    "mdi:phone-ring",
    "mdi:restart",
    "mdi:restore-alert",
    "mdi:speaker",
    "mdi:speaker-wireless",
}

BRAND_SIZES = {
    "icon.png": (256, 256),
    "icon@2x.png": (512, 512),
    "logo.png": (419, 160),
    "logo@2x.png": (838, 320),
}
MAX_BRAND_BYTES = 30_000


def values(texts: dict[str, Any]) -> Iterator[str]:
    """Yield all values of a nested dictionary."""
    for value in texts.values():
        if isinstance(value, dict):
            yield from values(value)
        else:
            yield value


def icons_and_names() -> list[tuple[str, str]]:
    """Return platform and key of all entities that have a name."""
    return [
        (platform, key) for platform, keys in ENGLISH["entity"].items() for key in keys
    ]


def test_manifest_keys() -> None:
    """Test that the manifest has what it must have, and nothing unknown."""
    assert MANIFEST.keys() >= REQUIRED_IN_MANIFEST
    assert MANIFEST.keys() <= get_type_hints(Manifest).keys()


def test_manifest_order() -> None:
    """Test that domain and name come first, and the rest by the alphabet."""
    keys = list(MANIFEST)
    assert keys == ["domain", "name", *sorted(set(keys) - {"domain", "name"})]


def test_manifest_values() -> None:
    """Test what the manifest says of the integration."""
    assert MANIFEST["domain"] == DOMAIN == PACKAGE.name
    assert MANIFEST["integration_type"] == "device"
    assert MANIFEST["iot_class"] == "local_polling"
    assert MANIFEST["quality_scale"] == "platinum"
    assert MANIFEST["requirements"] == []
    types = get_args(get_type_hints(Manifest)["integration_type"])
    assert MANIFEST["integration_type"] in types


def test_version() -> None:
    """Test that the version is one that can be compared."""
    version = AwesomeVersion(MANIFEST["version"])
    assert version.strategy is AwesomeVersionStrategy.SEMVER


def test_addresses() -> None:
    """Test that manifest and code owner point to one place."""
    (owner,) = MANIFEST["codeowners"]
    documentation = urlsplit(MANIFEST["documentation"])
    assert documentation.scheme == "https"
    assert f"@{documentation.path.split('/')[1]}" == owner
    assert MANIFEST["issue_tracker"] == f"{MANIFEST['documentation']}/issues"


def test_config_flow() -> None:
    """Test that the config flow that the manifest promises is there."""
    assert MANIFEST["config_flow"] is True
    assert (PACKAGE / "config_flow.py").is_file()


def test_dhcp_is_loaded_before() -> None:
    """Test that the component whose helper the config flow imports comes first."""
    assert MANIFEST["after_dependencies"] == ["dhcp"]


def test_dhcp_matchers() -> None:
    """Test that speakers are found by name and maker, and known ones by their MAC."""
    *makers, registered = MANIFEST["dhcp"]
    assert registered == {"registered_devices": True}
    assert {tuple(sorted(maker)) for maker in makers} == {("hostname", "macaddress")}
    assert {maker["hostname"] for maker in makers} == {"gsc35*"}
    assert [maker["macaddress"] for maker in makers] == [
        f"{prefix.replace(':', '').upper()}*" for prefix in _GRANDSTREAM_PREFIXES
    ]


async def test_home_assistant_loads_it(hass: HomeAssistant) -> None:
    """Test that Home Assistant accepts the manifest, and finds the brand images."""
    integration = await async_get_integration(hass, DOMAIN)
    assert integration.version == MANIFEST["version"]
    assert integration.has_branding
    assert integration.has_services
    assert integration.has_translations


def test_no_strings() -> None:
    """Test that the texts of a custom integration stand in translations alone."""
    assert not (PACKAGE / "strings.json").exists()
    assert "[%key:" not in "".join(values(ENGLISH))


def test_hacs() -> None:
    """Test what HACS reads."""
    assert HACS.keys() <= ALLOWED_IN_HACS
    assert HACS["name"] == MANIFEST["name"]
    assert AwesomeVersion(HACS["homeassistant"]) <= AwesomeVersion(__version__)
    assert "zip_release" not in HACS or "filename" in HACS


def test_one_integration() -> None:
    """Test that HACS finds one integration in the repository."""
    assert [path.parent for path in ROOT.glob("custom_components/*/manifest.json")] == [
        PACKAGE
    ]


def test_licence() -> None:
    """Test that the licence is one that HACS and GitHub know."""
    licence = (ROOT / "LICENSE").read_text()
    assert "Apache License\n                           Version 2.0" in licence


def test_readme() -> None:
    """Test that HACS has something to show."""
    readme = (ROOT / "README.md").read_text()
    assert readme.startswith(f"# {MANIFEST['name']}")


def test_actions() -> None:
    """Test that each action is described, has a name and an icon."""
    assert set(ACTIONS) == {services.SERVICE_MAKE_CALL}
    assert set(ACTIONS) == set(ENGLISH["services"]) == set(ICONS["services"])


@pytest.mark.parametrize("action", ACTIONS)
def test_action(action: str) -> None:
    """Test that an action has a target, and each field a selector and texts."""
    fields = ACTIONS[action]["fields"]
    texts = ENGLISH["services"][action]
    selector.TargetSelector.CONFIG_SCHEMA(ACTIONS[action]["target"])
    assert ACTIONS[action]["target"] == {
        "entity": {"integration": DOMAIN, "domain": Platform.MEDIA_PLAYER}
    }
    assert texts.keys() == {"name", "description", "fields"}
    assert texts["fields"].keys() == fields.keys()
    for name, field in fields.items():
        selector.validate_selector(field["selector"])
        assert field.keys() <= {"required", "default", "example", "selector"}
        assert texts["fields"][name].keys() == {"name", "description"}


def test_icons_exist() -> None:
    """Test that each icon is one that exists."""
    assert set(values(ICONS)) == KNOWN_ICONS


@pytest.mark.parametrize(("platform", "key"), icons_and_names())
def test_icons_of_entity(platform: str, key: str) -> None:
    """Test that an entity has an icon, and other ones for its states."""
    icons = ICONS["entity"][platform][key]
    texts = ENGLISH["entity"][platform][key]
    states = icons.get("state", {})
    assert icons["default"] not in states.values()
    assert set(states) <= set(texts.get("state", {"on", "off"}))
    assert (
        icons.get("state_attributes", {}).keys()
        == texts.get("state_attributes", {}).keys()
    )


def test_no_icon_is_left_over() -> None:
    """Test that each icon belongs to an entity that has a name."""
    assert {
        (platform, key) for platform, keys in ICONS["entity"].items() for key in keys
    } == set(icons_and_names())


@pytest.mark.parametrize("platform", PLATFORMS)
def test_platform_files(platform: Platform) -> None:
    """Test that each platform has its module."""
    assert (PACKAGE / f"{platform}.py").is_file()


def test_brand_names() -> None:
    """Test that all images are there that Home Assistant serves."""
    assert {path.name for path in (PACKAGE / "brand").iterdir()} == ALLOWED_IMAGES


@pytest.mark.parametrize("name", sorted(ALLOWED_IMAGES))
def test_brand_image(name: str) -> None:
    """Test that an image is small, trimmed, transparent and of the right size."""
    path = PACKAGE / "brand" / name
    image = Image.open(path)
    assert image.format == "PNG"
    assert image.size == BRAND_SIZES[name.removeprefix("dark_")]
    assert path.stat().st_size < MAX_BRAND_BYTES
    pixels = image.convert("RGBA")
    alpha = pixels.getchannel("A")
    assert alpha.getextrema() == (0, 255)
    assert alpha.getbbox() == (0, 0, *image.size)


@pytest.mark.parametrize("name", sorted(ALLOWED_IMAGES))
async def test_brand_image_is_served(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, name: str
) -> None:
    """Test that Home Assistant shows our images, and asks nobody else for them."""
    assert await async_setup_component(hass, "brands", {})
    client = await hass_client()
    answer = await client.get(f"/api/brands/integration/{DOMAIN}/{name}")
    assert await answer.read() == (PACKAGE / "brand" / name).read_bytes()


def test_brand_images_are_drawn(tmp_path: Path) -> None:
    """Test that the images are those that the script draws."""
    brand.main(tmp_path)
    for path in (PACKAGE / "brand").iterdir():
        drawn = Image.open(tmp_path / path.name).convert("RGBA")
        difference = ImageChops.difference(drawn, Image.open(path).convert("RGBA"))
        assert max(difference.tobytes()) < 16
