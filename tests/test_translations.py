"""Test that every text is there, in every language, and that none is left over."""

import ast
from collections.abc import Iterator, Mapping
import json
from pathlib import Path
import re
from string import Formatter
from typing import Any

from homeassistant.const import STATE_OFF, STATE_ON, Platform
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers import config_validation as cv, entity_registry as er
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.grandstream_gsc import (
    __file__ as package_file,
    config_flow,
    const,
    sensor,
    services,
)
from custom_components.grandstream_gsc.cti import CtiError, LineState

from .simulator import MODEL_LINES

PACKAGE = Path(package_file).parent
MODULES = [ast.parse(path.read_text()) for path in PACKAGE.glob("*.py")]
TEXTS = {
    path.stem: json.loads(path.read_text())
    for path in (PACKAGE / "translations").iterdir()
}
ENGLISH = TEXTS["en"]
OTHERS = ["de", "es", "fr", "it", "nl", "pl", "pt-BR", "zh-Hans"]

SCHEMAS = {
    "user": config_flow.USER_SCHEMA,
    "dhcp_confirm": config_flow.DISCOVERED_SCHEMA,
    "reauth_confirm": config_flow.REAUTH_SCHEMA,
    "reconfigure": config_flow.RECONFIGURE_SCHEMA,
}

# What Home Assistant's helpers abort with.
ABORTS_OF_HELPERS = {
    "_async_abort_entries_match": {"already_configured"},
    "_abort_if_unique_id_configured": {"already_configured"},
    "async_update_reload_and_abort": {"reauth_successful", "reconfigure_successful"},
}

# The same word in both languages; Home Assistant itself uses these. No language
# changes a text that is nothing but a placeholder.
SAME_AS_ENGLISH = {
    "de": {"Host", "Port", "Alarm"},
    "es": {"Host"},
    "fr": {"Port", "Options"},
    "it": {"Host"},
    "nl": {"Host", "Alarm"},
    "pl": {"Host", "Port", "Alarm"},
    "pt-BR": {"Host"},
    "zh-Hans": set(),
}

# How Home Assistant does not address people in these languages.
WRONG_ADDRESS = {
    "de": r"\b(Ihnen|Ihr|Ihre[mnrs]?)\b",
    "es": r"\b[Uu]sted(es)?\b",
    "fr": r"\b(tu|toi|ton|tes)\b",
    "it": r"\b(Lei|voi|vostr[aeio])\b",
    "nl": r"\b(u|uw)\b",
    "pl": r"\b(Pan|Pani|Państwo)\b",
    "pt-BR": r"\b(tu|teu|tua)\b",
    "zh-Hans": "你",
}

QUOTED_PLACEHOLDER = re.compile(r"""["'`«‹„“”‘’「《]\s*\{|\}\s*["'`»›“”‘’」》]""")
URL = re.compile(r"\w://|\bwww\.", re.IGNORECASE)


def flat(texts: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield all texts with the dotted paths of their keys."""
    for key, value in texts.items():
        if isinstance(value, dict):
            yield from flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def placeholders(text: str) -> list[str]:
    """Return the placeholders of a text."""
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name})


def every_text() -> list[tuple[str, str, str]]:
    """Return language, path and text of everything."""
    return [
        (language, path, text)
        for language, texts in TEXTS.items()
        for path, text in flat(texts)
    ]


def nodes[T: ast.AST](kind: type[T]) -> Iterator[T]:
    """Yield all syntax nodes of a kind in the integration's code."""
    for module in MODULES:
        yield from (node for node in ast.walk(module) if isinstance(node, kind))


def constants(values: Iterator[ast.expr]) -> set[str]:
    """Return the plain strings among some expressions."""
    return {
        value.value
        for value in values
        if isinstance(value, ast.Constant) and isinstance(value.value, str)
    }


def keywords(call: ast.Call) -> dict[str | None, ast.expr]:
    """Return the keyword arguments of a call."""
    return {keyword.arg: keyword.value for keyword in call.keywords}


def first_arguments(function: str) -> set[str]:
    """Return the strings that a method is called with in first place."""
    return constants(
        call.args[0]
        for call in nodes(ast.Call)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == function
        and call.args
    )


def keyword_values(keyword: str) -> set[str]:
    """Return the strings that are passed by a keyword anywhere."""
    return constants(node.value for node in nodes(ast.keyword) if node.arg == keyword)


def error_kinds(parent: type[CtiError] = CtiError) -> set[str]:
    """Return the names of all that can go wrong with a speaker."""
    children = parent.__subclasses__()
    return {child.kind for child in children}.union(*map(error_kinds, children))


def raised() -> dict[str, set[str]]:
    """Return the translated errors that are raised, with their placeholders."""
    calls = [keywords(call) for call in nodes(ast.Call)]
    return {
        key: constants(iter(call["translation_placeholders"].keys))  # type: ignore[attr-defined]
        for call in calls
        if "translation_domain" in call
        for key in constants(iter([call["translation_key"]]))
    }


def form_fields(schema: probatio.Schema) -> tuple[set[str], dict[str, set[str]]]:
    """Return the fields of a form, and those of its sections."""
    fields: Mapping[Any, Any] = schema.schema
    sections = {
        str(key): form_fields(value.schema)[0]
        for key, value in fields.items()
        if isinstance(value, section)
    }
    return {str(key) for key in fields} - sections.keys(), sections


def test_languages() -> None:
    """Test that there is a file for each language."""
    assert sorted(TEXTS) == sorted(["en", *OTHERS])


@pytest.mark.parametrize("language", OTHERS)
def test_same_keys(language: str) -> None:
    """Test that a language has all texts, and no others, in the same order."""
    assert [path for path, _ in flat(TEXTS[language])] == [
        path for path, _ in flat(ENGLISH)
    ]


@pytest.mark.parametrize("language", OTHERS)
def test_same_placeholders(language: str) -> None:
    """Test that each text names the same things as the English one."""
    texts = dict(flat(TEXTS[language]))
    assert {path: placeholders(text) for path, text in texts.items()} == {
        path: placeholders(text) for path, text in flat(ENGLISH)
    }


@pytest.mark.parametrize("language", OTHERS)
def test_translated(language: str) -> None:
    """Test that no text was left in English, but for words that are the same."""
    texts = dict(flat(TEXTS[language]))
    same = {text for path, text in flat(ENGLISH) if texts[path] == text}
    assert same == SAME_AS_ENGLISH[language] | {"{name}"}


@pytest.mark.parametrize("language", OTHERS)
def test_address(language: str) -> None:
    """Test that people are addressed as Home Assistant does it."""
    pattern = re.compile(WRONG_ADDRESS[language])
    texts = flat(TEXTS[language])
    assert [path for path, text in texts if pattern.search(text)] == []


def test_no_markup() -> None:
    """Test that no text holds HTML, which Home Assistant's own validator refuses."""
    for _, _, text in every_text():
        cv.string_with_no_html(text)


def test_no_urls() -> None:
    """Test that no text holds an address of the web."""
    assert [text for text in every_text() if URL.search(text[2])] == []


def test_no_quoted_placeholders() -> None:
    """Test that no placeholder stands in quotes, which may hide it."""
    assert [text for text in every_text() if QUOTED_PLACEHOLDER.search(text[2])] == []


def test_no_stray_spaces() -> None:
    """Test that no text begins or ends with a space, or has two in a row."""
    assert [
        text for text in every_text() if text[2].strip() != text[2] or "  " in text[2]
    ] == []


@pytest.mark.parametrize("language", ["en", *OTHERS])
def test_file_format(language: str) -> None:
    """Test that the files are laid out alike."""
    text = (PACKAGE / "translations" / f"{language}.json").read_text()
    assert text == json.dumps(TEXTS[language], indent=2, ensure_ascii=False) + "\n"


def test_config_steps() -> None:
    """Test that each form has a text, and each text a form."""
    steps = ENGLISH["config"]["step"]
    assert set(steps) == first_arguments("_show") == set(SCHEMAS)
    assert set(ENGLISH["options"]["step"]) == keyword_values("step_id")


@pytest.mark.parametrize("step", SCHEMAS)
def test_fields(step: str) -> None:
    """Test that each field of a form has a name and a description."""
    texts = ENGLISH["config"]["step"][step]
    fields, sections = form_fields(SCHEMAS[step])
    assert texts["data"].keys() == texts["data_description"].keys() == fields
    in_sections = texts.get("sections", {})
    assert {name: set(part["data"]) for name, part in in_sections.items()} == sections
    assert {
        name: set(part["data_description"]) for name, part in in_sections.items()
    } == sections


def test_option_fields() -> None:
    """Test that each option has a name and a description."""
    texts = ENGLISH["options"]["step"]["init"]
    fields, _ = form_fields(config_flow.OPTIONS_SCHEMA)
    assert texts["data"].keys() == texts["data_description"].keys() == fields


def test_config_errors() -> None:
    """Test that each error of a form has a text, and each text an error."""
    in_dicts = constants(
        value
        for node in nodes(ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if key is not None and ast.unparse(key) in ("'base'", "CONF_HOST")
    )
    of_speaker = {key for _, key in config_flow._FORM_ERRORS}
    assert set(ENGLISH["config"]["error"]) == in_dicts | of_speaker


def test_config_aborts() -> None:
    """Test that each end of a flow has a text, and each text an end."""
    methods = {node.attr for node in nodes(ast.Attribute)}
    of_helpers = [
        aborts for helper, aborts in ABORTS_OF_HELPERS.items() if helper in methods
    ]
    used = keyword_values("reason").union(*of_helpers)
    assert set(ENGLISH["config"]["abort"]) == used


def test_exceptions() -> None:
    """Test that each translated error has a text, and each text an error."""
    assert set(ENGLISH["exceptions"]) == error_kinds() | raised().keys()


def test_exception_placeholders() -> None:
    """Test that the text of an error names nothing that the error does not tell."""
    told = raised() | {kind: {"speaker", "command"} for kind in error_kinds()}
    assert [
        key
        for key, text in ENGLISH["exceptions"].items()
        if not told[key].issuperset(placeholders(text["message"]))
    ] == []


def test_issues() -> None:
    """Test that each repair issue has a text, and each text an issue."""
    keys = {getattr(const, name) for name in dir(const) if name.startswith("ISSUE_")}
    assert set(ENGLISH["issues"]) == keys


def test_actions() -> None:
    """Test that each action has a text, and each text an action."""
    assert set(ENGLISH["services"]) == {services.SERVICE_MAKE_CALL}
    assert set(ENGLISH["services"][services.SERVICE_MAKE_CALL]["fields"]) == {
        services.ATTR_PHONE_NUMBER
    }


async def test_entities(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Test that each entity has a name, and each name an entity."""
    monkeypatch.setitem(MODEL_LINES, "GSC3516", sensor.MAX_NAMED_LINES + 1)
    assert await hass.config_entries.async_setup(entry.entry_id)
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    texts = {
        (platform, key) for platform, keys in ENGLISH["entity"].items() for key in keys
    }
    # The media player bears the name of the device.
    assert {(entity.domain, entity.translation_key) for entity in entities} == {
        (Platform.MEDIA_PLAYER, None),
        *texts,
    }


def test_line_names() -> None:
    """Test that as many lines have a name of their own as the sensor believes."""
    numbers = range(1, sensor.MAX_NAMED_LINES + 1)
    assert set(ENGLISH["entity"]["sensor"]) == {
        "line",
        *(f"line_{number}" for number in numbers),
    }


def test_busy_states() -> None:
    """Test that each state of the busy sensor has a name."""
    texts = ENGLISH["entity"][Platform.BINARY_SENSOR]["busy"]
    assert set(texts["state"]) == {STATE_ON, STATE_OFF}


@pytest.mark.parametrize("key", ENGLISH["entity"][Platform.SENSOR])
def test_line_states(key: str) -> None:
    """Test that each state and attribute of a line has a name."""
    texts = ENGLISH["entity"][Platform.SENSOR][key]
    assert set(texts["state"]) == set(LineState)
    assert set(texts["state_attributes"]) == {
        sensor.ATTR_REMOTE_NAME,
        sensor.ATTR_REMOTE_NUMBER,
    }
