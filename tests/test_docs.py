"""Test that the documentation says what is so, and that its examples work."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
import shutil
from typing import Any

from homeassistant.components.automation.config import async_validate_config_item
from homeassistant.components.automation.helpers import async_get_blueprints
from homeassistant.components.blueprint import Blueprint
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import config_validation as cv, template
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest

from custom_components.grandstream_gsc.const import (
    BUSY_INTERVAL,
    DEFAULT_SINGLE_PLAY_SECONDS,
    DOMAIN,
    IDLE_INTERVAL,
    MAX_SINGLE_PLAY_SECONDS,
)
from custom_components.grandstream_gsc.cti import CtiError, Function

from .common import settle
from .simulator import Call, CallState, Playback, SpeakerServer

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "custom_components" / DOMAIN
BLUEPRINT_FOLDER = ROOT / "blueprints"
README = (ROOT / "README.md").read_text()
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text()
TEXTS = json.loads((PACKAGE / "translations" / "en.json").read_text())
MANIFEST = json.loads((PACKAGE / "manifest.json").read_text())

MARKDOWN = sorted(
    path
    for pattern in ("*.md", ".github/**/*.md", "docs/**/*.md")
    for path in ROOT.glob(pattern)
)
BLUEPRINTS = sorted(
    str(path.relative_to(BLUEPRINT_FOLDER / "automation"))
    for path in BLUEPRINT_FOLDER.glob("**/*.yaml")
)
# What the integration quality scale asks for.
HEADINGS = (
    "Supported devices",
    "Supported functions",
    "Prerequisites",
    "Installation",
    "Installation parameters",
    "Configuration options",
    "Actions",
    "Data updates",
    "Examples",
    "Use cases",
    "Known limitations",
    "Troubleshooting",
    "Removal",
)
OUR_DOMAINS = {DOMAIN, "button", "media_player", "siren"}
TRACK = "/var/user/music/music1.ogg"
OTHER_TRACK = "/var/user/music/music2.ogg"

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def prose(text: str) -> str:
    """Return Markdown without its fenced blocks."""
    return _FENCE.sub("", text)


def section(text: str, heading: str) -> str:
    """Return the prose under a heading, up to the next of its level."""
    text = prose(text)
    found = re.search(rf"^(#+) {re.escape(heading)}$", text, re.MULTILINE)
    assert found, f"there is no heading {heading}"
    rest = text[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def rows(text: str) -> list[list[str]]:
    """Return the cells of a table, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len(lines) > 2, "there is no table"
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in lines[2:]]


def code(cell: str) -> str:
    """Return what stands between backticks."""
    return cell.removeprefix("`").removesuffix("`")


def anchors(text: str) -> set[str]:
    """Return the anchors of the headings, as GitHub makes them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for _, heading in _HEADING.findall(prose(text))
    }


def yaml_blocks(text: str) -> list[Any]:
    """Parse the fenced YAML."""
    return [
        parse_yaml(block)
        for language, block in _FENCE.findall(text)
        if language == "yaml"
    ]


def steps(config: Any) -> Iterator[dict[str, Any]]:
    """Yield every action in an automation or blueprint."""
    if isinstance(config, list):
        for item in config:
            yield from steps(item)
    elif isinstance(config, dict):
        if isinstance(config.get("action"), str):
            yield config
        for value in config.values():
            yield from steps(value)


EXAMPLES = yaml_blocks(README)
AUTOMATIONS = {
    example["alias"]: example for example in EXAMPLES if "triggers" in example
}
ACTIONS = [
    step for step in steps(EXAMPLES) if step["action"].partition(".")[0] in OUR_DOMAINS
]


# Headings, links and tables.


@pytest.mark.parametrize("heading", HEADINGS)
def test_heading(heading: str) -> None:
    """Test that the README has what the quality scale asks for."""
    assert section(README, heading).strip()


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: path.name)
def test_links(path: Path) -> None:
    """Test that links within the repository lead somewhere."""
    text = path.read_text()
    links = [link for link in _LINK.findall(prose(text)) if "://" not in link]
    for link in links:
        file_name, _, anchor = link.partition("#")
        target = path.parent / file_name if file_name else path
        assert target.exists(), link
        assert target.resolve().is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(target.read_text()), link


@pytest.mark.parametrize(
    ("heading", "texts"),
    [
        (
            "Installation parameters",
            TEXTS["config"]["step"]["user"]["data"]
            | TEXTS["config"]["step"]["user"]["sections"]["connection"]["data"],
        ),
        ("Configuration options", TEXTS["options"]["step"]["init"]["data"]),
    ],
)
def test_fields(heading: str, texts: dict[str, str]) -> None:
    """Test that the fields of the forms are described, and no others."""
    described = {code(key): label for label, key, *_ in rows(section(README, heading))}
    assert described == texts


def test_fields_of_action() -> None:
    """Test that the fields of the action are described."""
    described = {
        code(field) for field, *_ in rows(section(README, f"{DOMAIN}.make_call"))
    }
    assert described == set(TEXTS["services"]["make_call"]["fields"])


def test_entities() -> None:
    """Test that every entity is described, by its name and platform."""
    described = {
        (name, platform.replace(" ", "_"))
        for names, platform, _ in rows(section(README, "Supported functions"))
        for name in names.split(", ")
    }
    entities = {
        (texts["name"], platform)
        for platform, keys in TEXTS["entity"].items()
        for texts in keys.values()
        if "{" not in texts["name"]
    }
    assert described == entities | {("the device itself", "media_player")}


def test_line_states() -> None:
    """Test that states and attributes of the lines are those that there are."""
    [row] = [
        row
        for row in rows(section(README, "Supported functions"))
        if "Line 1" in row[0]
    ]
    texts = TEXTS["entity"]["sensor"]["line"]
    assert set(re.findall(r"`(\w+)`", row[2])) == {
        *texts["state"],
        *texts["state_attributes"],
    }


def test_form_errors() -> None:
    """Test that each error of a form is explained, in the words of the form."""
    explained = {
        text for text, _ in rows(section(README, "The form does not let me go on"))
    }
    aborts = TEXTS["config"]["abort"]
    said = {
        *TEXTS["config"]["error"].values(),
        aborts["already_configured"],
        aborts["wrong_device"],
    }
    assert explained == {text.partition(". ")[0].rstrip(".") + "." for text in said}


def test_repair_issues() -> None:
    """Test that each repair issue is explained."""
    explained = {
        text for text, _ in rows(section(README, "Home Assistant shows a notice"))
    }
    titles = {
        issue["title"].replace("{speaker}", "…") for issue in TEXTS["issues"].values()
    }
    assert explained == titles | {"Reauthentication required"}


def test_numbers() -> None:
    """Test that intervals and limits are those of the code."""
    updates = section(README, "Data updates")
    options = section(README, "Configuration options")
    assert f"every {IDLE_INTERVAL.seconds} seconds" in updates
    assert f"every {BUSY_INTERVAL.seconds} seconds" in updates
    assert (
        f"| {DEFAULT_SINGLE_PLAY_SECONDS} | 1 to {MAX_SINGLE_PLAY_SECONDS} " in options
    )


def test_protocol_requests() -> None:
    """Test that the protocol's page has all functions."""
    described = {code(row[0]) for row in rows(section(PROTOCOL, "Requests"))}
    assert described == set(Function)


def error_kinds(error: type[CtiError] = CtiError) -> set[str]:
    """Return the kinds of errors that there are."""
    kinds = {error.kind} if hasattr(error, "kind") else set()
    return kinds.union(*map(error_kinds, error.__subclasses__()))


def test_protocol_errors() -> None:
    """Test that the protocol's page has all kinds of errors and form errors."""
    answers, _, follows = section(
        PROTOCOL, "Refusals, and how the code reacts"
    ).partition("###")
    named = {
        kind
        for line in answers.splitlines()
        for kind in error_kinds()
        if line.endswith(f"| `{kind}` |")
    }
    assert named == error_kinds()
    form_errors = {
        name for row in rows(follows) for name in re.findall(r"`(\w+)`", row[1])
    }
    assert form_errors - error_kinds() <= set(TEXTS["config"]["error"])


def test_changelog() -> None:
    """Test that the newest version in the changelog is the manifest's."""
    versions = re.findall(
        r"^## \[(\d.*?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE
    )
    assert versions[0] == MANIFEST["version"]


@pytest.mark.parametrize("path", ["README.md", "SECURITY.md"])
def test_repository_address(path: str) -> None:
    """Test that the repository's address is the manifest's."""
    addresses = re.findall(r"https://github\.com/[^\s`)]+", (ROOT / path).read_text())
    assert addresses
    assert all(address.startswith(MANIFEST["documentation"]) for address in addresses)


# Examples.


def test_there_are_examples() -> None:
    """Test that the tests of examples find some."""
    assert len(AUTOMATIONS) >= 6
    assert len(ACTIONS) > len(AUTOMATIONS)


@pytest.mark.parametrize("alias", AUTOMATIONS)
async def test_automation(hass: HomeAssistant, alias: str) -> None:
    """Test that Home Assistant accepts an automation, with none of its entities."""
    config = await async_validate_config_item(hass, alias, AUTOMATIONS[alias])
    assert config is not None
    assert config.validation_status == "ok"


@pytest.mark.usefixtures("media_player")
@pytest.mark.parametrize("step", ACTIONS, ids=lambda step: str(step["action"]))
async def test_action(hass: HomeAssistant, step: dict[str, Any]) -> None:
    """Test that an action in an example is known, and takes the data it gets."""
    cv.SERVICE_SCHEMA(step)
    domain, service = step["action"].split(".")
    schema = hass.services.async_services_for_domain(domain)[service].schema
    assert schema is not None
    schema({**step["target"], **step.get("data", {})})


async def test_signed_numbers(hass: HomeAssistant) -> None:
    """Test that a phone number loses its plus where the README says so."""
    assert parse_yaml("+493012345") == 493012345
    assert parse_yaml("0123") == 0o123
    rendered = template.Template("{{ '+493012345' }}", hass).async_render()
    assert rendered == 493012345
    assert parse_yaml('"+493012345"') == "+493012345"


# Blueprints.


@pytest.fixture
def blueprint_folder(hass: HomeAssistant, tmp_path: Path) -> None:
    """Give Home Assistant a configuration folder with the blueprints."""
    shutil.copytree(BLUEPRINT_FOLDER, tmp_path / "blueprints")
    hass.config.config_dir = str(tmp_path)


async def automate(hass: HomeAssistant, path: str, **inputs: Any) -> None:
    """Make an automation of a blueprint."""
    config = {"alias": "Test", "use_blueprint": {"path": path, "input": inputs}}
    assert await async_setup_component(hass, "automation", {"automation": config})
    await settle(hass)
    state = hass.states.get("automation.test")
    assert state is not None
    assert state.state == "on"


async def change(hass: HomeAssistant, entity_id: str, *states: str) -> None:
    """Change the state of an entity, time and again."""
    for state in states:
        hass.states.async_set(entity_id, state)
        await settle(hass)


def test_blueprints_are_described() -> None:
    """Test that the README has all blueprints."""
    linked = set(_LINK.findall(section(README, "Blueprints")))
    assert linked == {f"blueprints/automation/{path}" for path in BLUEPRINTS}


@pytest.mark.usefixtures("blueprint_folder")
@pytest.mark.parametrize("path", BLUEPRINTS)
async def test_blueprint(hass: HomeAssistant, path: str) -> None:
    """Test that Home Assistant loads a blueprint and finds it in order."""
    assert await async_setup_component(hass, "automation", {})
    blueprint = (await async_get_blueprints(hass).async_get_blueprints())[path]
    assert isinstance(blueprint, Blueprint)
    assert blueprint.validate() is None
    assert blueprint.metadata["source_url"] == (
        f"{MANIFEST['documentation']}/blob/main/blueprints/automation/{path}"
    )
    for name, given in blueprint.inputs.items():
        assert given["name"], name
        assert given["selector"], name


@pytest.mark.usefixtures("blueprint_folder")
async def test_school_bell(
    hass: HomeAssistant, media_player: str, speaker: SpeakerServer
) -> None:
    """Test that the bell rings at both ends of a lesson, but not on days off."""
    await automate(
        hass,
        "grandstream_gsc/school_bell.yaml",
        schedule="schedule.lessons",
        speakers={"entity_id": media_player},
        begin_track="music1",
        end_track="music2",
        days_off=["calendar.holidays"],
    )
    await change(hass, "calendar.holidays", "on")
    await change(hass, "schedule.lessons", "off", "on", "off")
    assert speaker.speaker.playback is None
    await change(hass, "calendar.holidays", "off")
    await change(hass, "schedule.lessons", "on")
    assert speaker.speaker.playback == Playback(TRACK, loop=False)
    await change(hass, "schedule.lessons", "off")
    assert speaker.speaker.playback == Playback(OTHER_TRACK, loop=False)
    speaker.speaker.finish_track()
    await change(hass, "schedule.lessons", "unavailable", "on")
    assert speaker.speaker.playback is None


@pytest.mark.usefixtures("blueprint_folder")
async def test_school_bell_without_end(
    hass: HomeAssistant, media_player: str, speaker: SpeakerServer
) -> None:
    """Test that no bell rings at the end of a lesson unless there is a track."""
    await automate(
        hass,
        "grandstream_gsc/school_bell.yaml",
        schedule="schedule.lessons",
        speakers={"entity_id": media_player},
        begin_track="music1",
    )
    await change(hass, "schedule.lessons", "on", "off")
    state = hass.states.get("automation.test")
    assert state is not None
    assert state.attributes["last_triggered"] is None
    await change(hass, "schedule.lessons", "on")
    assert speaker.speaker.playback == Playback(TRACK, loop=False)


@pytest.mark.usefixtures("blueprint_folder")
async def test_alarm(hass: HomeAssistant, siren: str, speaker: SpeakerServer) -> None:
    """Test that the alarm sounds until the last sensor is clear."""
    await automate(
        hass,
        "grandstream_gsc/alarm.yaml",
        sensors=["binary_sensor.cellar", "binary_sensor.attic"],
        sirens=[siren],
        tone="music2.ogg",
        duration=60,
        more=[{"event": "alarm"}],
    )
    events: list[Event] = []
    hass.bus.async_listen("alarm", events.append)
    await change(hass, "binary_sensor.cellar", "off", "on")
    assert speaker.speaker.playback == Playback(OTHER_TRACK, loop=True)
    assert len(events) == 1
    await change(hass, "binary_sensor.attic", "on", "off")
    assert speaker.speaker.playback == Playback(OTHER_TRACK, loop=True)
    await change(hass, "binary_sensor.cellar", "off")
    assert speaker.speaker.playback is None


@pytest.mark.usefixtures("blueprint_folder")
async def test_alarm_leaves_music(
    hass: HomeAssistant, media_player: str, siren: str, speaker: SpeakerServer
) -> None:
    """Test that an all-clear stops no music that the alarm did not start."""
    await automate(
        hass,
        "grandstream_gsc/alarm.yaml",
        sensors=["binary_sensor.cellar"],
        sirens=[siren],
        tone="music2.ogg",
    )
    await change(hass, "binary_sensor.cellar", "off", "on")
    await hass.services.async_call(
        "media_player",
        "select_source",
        {"entity_id": media_player, "source": "music1.ogg"},
        blocking=True,
    )
    await change(hass, "binary_sensor.cellar", "off")
    assert speaker.speaker.playback == Playback(TRACK, loop=False)


@pytest.mark.usefixtures("blueprint_folder")
async def test_call_button(
    hass: HomeAssistant, media_player: str, speaker: SpeakerServer
) -> None:
    """Test that a second press does not dial again."""
    await automate(
        hass,
        "grandstream_gsc/call_button.yaml",
        press=[{"trigger": "event", "event_type": "pressed"}],
        speaker=media_player,
        phone_number="+493012345",
        pause=0.5,
    )
    hass.bus.async_fire("pressed")
    hass.bus.async_fire("pressed")
    await settle(hass)
    assert speaker.speaker.call == Call(CallState.DIALING, "+493012345")
    dialed = [one for one in speaker.received if one.function == Function.MAKE_CALL]
    assert len(dialed) == 1
