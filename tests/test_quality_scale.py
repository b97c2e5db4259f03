"""Test that the integration keeps what its quality scale file says."""

from importlib import import_module
import json
from pathlib import Path
import re
import tomllib
from typing import Any

from homeassistant import components
from homeassistant.const import Platform
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components import grandstream_gsc
from custom_components.grandstream_gsc import PLATFORMS, config_flow, const, diagnostics
from custom_components.grandstream_gsc.button import BUTTONS

PACKAGE = Path(grandstream_gsc.__file__).parent
ROOT = PACKAGE.parents[1]
README = (ROOT / "README.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

# A platinum integration of Home Assistant's own names every rule there is.
RULES = load_yaml_dict(Path(components.__path__[0]) / "fumis" / "quality_scale.yaml")[
    "rules"
]
OUR_RULES: dict[str, Any] = load_yaml_dict(PACKAGE / "quality_scale.yaml")["rules"]
EXEMPT = {
    rule: status for rule, status in OUR_RULES.items() if isinstance(status, dict)
}
DONE = OUR_RULES.keys() - EXEMPT.keys()

HEADINGS = {
    "docs-actions": "Actions",
    "docs-configuration-parameters": "Configuration options",
    "docs-data-update": "Data updates",
    "docs-examples": "Examples",
    "docs-high-level-description": "Grandstream GSC for Home Assistant",
    "docs-installation-instructions": "Installation",
    "docs-installation-parameters": "Installation parameters",
    "docs-known-limitations": "Known limitations",
    "docs-removal-instructions": "Removal",
    "docs-supported-devices": "Supported devices",
    "docs-supported-functions": "Supported functions",
    "docs-troubleshooting": "Troubleshooting",
    "docs-use-cases": "Use cases",
}

FILES = {
    "action-setup": "services.py",
    "brands": "brand/icon.png",
    "common-modules": "coordinator.py",
    "config-flow": "config_flow.py",
    "diagnostics": "diagnostics.py",
    "icon-translations": "icons.json",
    "strict-typing": "py.typed",
}

STEPS = {
    "config-flow": "async_step_user",
    "discovery": "async_step_dhcp",
    "reauthentication-flow": "async_step_reauth",
    "reconfiguration-flow": "async_step_reconfigure",
}

# Commands go one by one; what only reads waits for nothing.
PARALLEL_UPDATES = {
    Platform.BINARY_SENSOR: 0,
    Platform.BUTTON: 1,
    Platform.MEDIA_PLAYER: 1,
    Platform.SENSOR: 0,
    Platform.SIREN: 1,
}


def test_all_rules() -> None:
    """Test that every rule is listed, in the order of the scale."""
    assert list(OUR_RULES) == list(RULES)


def test_done_or_exempt() -> None:
    """Test that no rule is open."""
    assert {OUR_RULES[rule] for rule in DONE} == {"done"}
    assert {status["status"] for status in EXEMPT.values()} == {"exempt"}


@pytest.mark.parametrize("rule", EXEMPT)
def test_exempt_has_a_reason(rule: str) -> None:
    """Test that an exemption is explained, in a sentence."""
    assert EXEMPT[rule].keys() == {"status", "comment"}
    assert EXEMPT[rule]["comment"].strip().endswith(".")


def test_tier() -> None:
    """Test that the manifest claims what the file says."""
    manifest = json.loads((PACKAGE / "manifest.json").read_text())
    assert manifest["quality_scale"] == "platinum"


def test_docs_rules_are_known() -> None:
    """Test that the heading of each documentation rule is known."""
    assert {rule for rule in DONE if rule.startswith("docs-")} == HEADINGS.keys()


@pytest.mark.parametrize("rule", HEADINGS)
def test_docs(rule: str) -> None:
    """Test that the README has the section, and that it says something."""
    heading = re.escape(HEADINGS[rule])
    section = re.search(rf"(?ms)^(#+) {heading}\n(.+?)(?=^\1 |\Z)", README)
    assert section
    assert re.search(r"(?m)^[^#\s]", section[2])


@pytest.mark.parametrize("rule", FILES)
def test_files(rule: str) -> None:
    """Test that a file is there without which the rule cannot be kept."""
    assert rule in DONE
    assert (PACKAGE / FILES[rule]).is_file()


@pytest.mark.parametrize("rule", STEPS)
def test_flow_steps(rule: str) -> None:
    """Test that the config flow has the step that the rule asks for."""
    assert rule in DONE
    assert STEPS[rule] in vars(config_flow.GrandstreamConfigFlow)


def test_platforms() -> None:
    """Test that it is known how many entities of each platform may act at once."""
    assert PARALLEL_UPDATES.keys() == set(PLATFORMS)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_parallel_updates(platform: Platform) -> None:
    """Test that commands go one by one, and that what only reads does not wait."""
    module = import_module(f"{grandstream_gsc.__name__}.{platform}")
    assert PARALLEL_UPDATES[platform] == module.PARALLEL_UPDATES


def test_setup() -> None:
    """Test that actions are set up without an entry, and that entries unload."""
    assert callable(grandstream_gsc.async_setup)
    assert callable(grandstream_gsc.async_unload_entry)
    assert callable(diagnostics.async_get_config_entry_diagnostics)


def test_polling() -> None:
    """Test that the intervals are sensible constants."""
    assert 5 <= const.IDLE_INTERVAL.total_seconds() <= 60
    assert 1 <= const.BUSY_INTERVAL.total_seconds() <= 5


def test_disabled_by_default() -> None:
    """Test that the button that nobody should press by chance is disabled."""
    assert {
        button.key for button in BUTTONS if not button.entity_registry_enabled_default
    } == {"factory_reset"}


def test_coverage() -> None:
    """Test that the whole integration has to be covered by tests."""
    coverage = PROJECT["tool"]["coverage"]
    assert coverage["report"]["fail_under"] == 100
    assert coverage["run"]["source"] == ["custom_components/grandstream_gsc"]


def test_flow_has_tests() -> None:
    """Test that the config flow has tests of its own."""
    assert (ROOT / "tests/test_config_flow.py").is_file()


def test_strict_typing() -> None:
    """Test that all types are checked, strictly."""
    assert PROJECT["tool"]["mypy"]["strict"] is True


def test_no_dependencies() -> None:
    """Test what the exemption rests on: that there are no dependencies."""
    manifest = json.loads((PACKAGE / "manifest.json").read_text())
    assert manifest["requirements"] == []
    assert "dependency-transparency" in EXEMPT
