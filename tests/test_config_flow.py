"""Tests of the config flow: every way in, every error and the way out of it."""

from collections.abc import Generator
from typing import Any
from unittest.mock import AsyncMock, patch

from homeassistant.config_entries import (
    SOURCE_DHCP,
    SOURCE_IGNORE,
    SOURCE_USER,
    ConfigEntryState,
)
from homeassistant.const import (
    CONF_HOST,
    CONF_MAC,
    CONF_MODEL,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.setup import async_setup_component
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.grandstream_gsc.const import DOMAIN
from custom_components.grandstream_gsc.cti import (
    CtiCertificateError,
    CtiConnectTimeoutError,
    CtiTimeoutError,
)

from .common import LINES, MUSIC, STATUS, settle
from .conftest import MAC, PASSCODE
from .simulator import (
    Behaviour,
    Speaker,
    SpeakerServer,
    WrongPasscode,
    cut,
    drop,
    reply,
    truncate,
)

CONNECTION = {CONF_SSL: False, CONF_VERIFY_SSL: False}


@pytest.fixture
def no_setup() -> Generator[AsyncMock]:
    """Keep an entry from being set up."""
    with patch(
        "custom_components.grandstream_gsc.async_setup_entry", return_value=True
    ) as setup:
        yield setup


def form_input(speaker: SpeakerServer, **changes: Any) -> dict[str, Any]:
    """Return what a user enters to add a speaker."""
    return {
        CONF_HOST: f"{speaker.host}:{speaker.port}",
        CONF_PASSWORD: PASSCODE,
        "connection": CONNECTION,
    } | changes


def dhcp_info(speaker: SpeakerServer, **changes: str) -> DhcpServiceInfo:
    """Return what DHCP tells of a speaker."""
    told = {
        "ip": speaker.host,
        "hostname": "gsc3516-gym",
        "macaddress": MAC.replace(":", ""),
    }
    return DhcpServiceInfo(**(told | changes))


async def start(
    hass: HomeAssistant, source: str = SOURCE_USER, data: Any = None
) -> Any:
    """Start a config flow."""
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": source}, data=data
    )


async def submit(hass: HomeAssistant, flow: Any, user_input: dict[str, Any]) -> Any:
    """Submit a form."""
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], user_input)
    await settle(hass)
    return result


async def test_user(hass: HomeAssistant, speaker: SpeakerServer) -> None:
    """A speaker is added with three requests, and works."""
    flow = await start(hass)
    assert flow["type"] is FlowResultType.FORM
    assert flow["step_id"] == "user"
    assert not flow["errors"]

    result = await submit(hass, flow, form_input(speaker))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == f"GSC35xx ({speaker.host}:{speaker.port})"
    assert result["data"] == {
        CONF_HOST: speaker.host,
        CONF_PORT: speaker.port,
        CONF_SSL: False,
        CONF_VERIFY_SSL: False,
        CONF_PASSWORD: PASSCODE,
    }
    assert result["result"].unique_id is None
    assert result["result"].state is ConfigEntryState.LOADED
    assert [request.function for request in speaker.received] == [STATUS, LINES, MUSIC]


async def test_form_without_section(
    hass: HomeAssistant, speaker: SpeakerServer, no_setup: AsyncMock
) -> None:
    """The collapsed section may be left alone."""
    user_input = form_input(speaker)
    del user_input["connection"]
    result = await submit(hass, await start(hass), user_input)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_section_has_no_default(hass: HomeAssistant) -> None:
    """The frontend fills the section in; over a default it refuses to submit."""
    schema: Any = (await start(hass))["data_schema"]
    (section,) = [key for key in schema.schema if key == "connection"]
    assert section.default is probatio.UNDEFINED


@pytest.mark.parametrize(
    ("host", "connection", "data"),
    [
        ("speaker.local", {}, ("speaker.local", 80, False)),
        ("10.0.0.5", {CONF_SSL: True}, ("10.0.0.5", 443, True)),
        ("10.0.0.5", {CONF_PORT: 8080}, ("10.0.0.5", 8080, False)),
        ("https://10.0.0.5:8443", {}, ("10.0.0.5", 8443, True)),
        ("http://[fd00::5]:8080/", {}, ("fd00::5", 8080, False)),
    ],
)
@pytest.mark.usefixtures("no_setup")
async def test_address(
    hass: HomeAssistant,
    host: str,
    connection: dict[str, Any],
    data: tuple[str, int, bool],
) -> None:
    """An address is understood in every form in which people write it."""
    with patch(
        "custom_components.grandstream_gsc.config_flow.client_for"
    ) as client_for:
        client_for.return_value.phone_status = AsyncMock()
        result = await submit(
            hass,
            await start(hass),
            {
                CONF_HOST: host,
                CONF_PASSWORD: "1",
                "connection": CONNECTION | connection,
            },
        )
    entry = result["result"].data
    assert (entry[CONF_HOST], entry[CONF_PORT], entry[CONF_SSL]) == data


@pytest.mark.parametrize("host", ["http://10.0.0.5:8080/x y", "a b", "", "host/path"])
async def test_invalid_host(
    hass: HomeAssistant, speaker: SpeakerServer, host: str
) -> None:
    """What is no address is a field error, and nothing is requested."""
    flow = await submit(hass, await start(hass), form_input(speaker, host=host))
    assert flow["type"] is FlowResultType.FORM
    assert flow["errors"] == {CONF_HOST: "invalid_host"}
    assert len(speaker.received) == 0

    result = await submit(hass, flow, form_input(speaker))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_port_out_of_range(hass: HomeAssistant, speaker: SpeakerServer) -> None:
    """The form takes no port that there cannot be."""
    with pytest.raises(InvalidData):
        await submit(
            hass,
            await start(hass),
            form_input(speaker, connection=CONNECTION | {CONF_PORT: 70000}),
        )


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        pytest.param(reply(404, b"<html>"), "cti_unsupported", id="404"),
        pytest.param(reply(501, b"<html>"), "cti_unsupported", id="501"),
        pytest.param(reply(500, b"<html>"), "cannot_connect", id="500"),
        pytest.param(reply(503, b""), "cannot_connect", id="503"),
        pytest.param(
            reply(301, headers={"Location": "https://127.0.0.1/"}),
            "redirected",
            id="301",
        ),
        pytest.param(reply(401, b"<html>"), "invalid_auth", id="401"),
        pytest.param(reply(403, b"<html>"), "invalid_auth", id="403"),
        pytest.param(reply(200, b"<html>login</html>"), "not_a_speaker", id="page"),
        pytest.param(reply(200, b"{}"), "not_a_speaker", id="json"),
        pytest.param(reply(200, b" " * 1_000_000), "not_a_speaker", id="large"),
        pytest.param(cut, "not_a_speaker", id="cut"),
        pytest.param(truncate, "cannot_connect", id="truncated"),
        pytest.param(drop, "cannot_connect", id="dropped"),
    ],
)
async def test_error(
    hass: HomeAssistant, speaker: SpeakerServer, behaviour: Behaviour, error: str
) -> None:
    """Each bad answer has its text, takes one request, and can be made good."""
    speaker.behave(behaviour)
    flow = await submit(hass, await start(hass), form_input(speaker))
    assert flow["type"] is FlowResultType.FORM
    assert flow["errors"] == {"base": error}
    assert len(speaker.received) == 1

    speaker.behave_well()
    result = await submit(hass, flow, form_input(speaker))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("wrong_passcode", list(WrongPasscode))
async def test_wrong_passcode(
    hass: HomeAssistant, speaker: SpeakerServer, wrong_passcode: WrongPasscode
) -> None:
    """A wrong passcode is told as such, however the speaker says it."""
    speaker.speaker.wrong_passcode = wrong_passcode
    flow = await submit(hass, await start(hass), form_input(speaker, password="x"))
    assert flow["errors"] == {"base": "invalid_auth"}
    assert len(speaker.received) == 1

    result = await submit(hass, flow, form_input(speaker))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("exception", "error"),
    [
        (CtiTimeoutError(), "timeout_connect"),
        (CtiConnectTimeoutError(), "timeout_connect"),
        (CtiCertificateError(), "invalid_certificate"),
        (ValueError(PASSCODE), "unknown"),
    ],
)
async def test_exception(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    caplog: pytest.LogCaptureFixture,
    exception: Exception,
    error: str,
) -> None:
    """Each failure has its text; what was not foreseen does not tell the passcode."""
    with patch(
        "custom_components.grandstream_gsc.cti.CtiClient.phone_status",
        side_effect=exception,
    ):
        flow = await submit(hass, await start(hass), form_input(speaker))
    assert flow["errors"] == {"base": error}
    assert PASSCODE not in caplog.text

    result = await submit(hass, flow, form_input(speaker))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(("level", "lines"), [("DEBUG", 1), ("INFO", 0)])
async def test_failure_can_be_debugged(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    caplog: pytest.LogCaptureFixture,
    level: str,
    lines: int,
) -> None:
    """What a speaker answered that cannot be added is in the debug log, redacted."""
    caplog.set_level(level, "custom_components.grandstream_gsc")
    speaker.behave(reply(200, f"<html>passcode={PASSCODE}</html>".encode()))
    await submit(hass, await start(hass), form_input(speaker))
    assert caplog.text.count("<html>passcode=**REDACTED**</html>") == lines
    assert PASSCODE not in caplog.text


async def test_unplugged(hass: HomeAssistant, speaker: SpeakerServer) -> None:
    """A speaker that is off cannot be added, until it is on."""
    await speaker.unplug()
    flow = await submit(hass, await start(hass), form_input(speaker))
    assert flow["errors"] == {"base": "cannot_connect"}

    await speaker.plug_in()
    result = await submit(hass, flow, form_input(speaker))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_form_keeps_all_but_passcode(
    hass: HomeAssistant, speaker: SpeakerServer
) -> None:
    """After an error the form shows what was entered, the passcode excepted."""
    flow = await submit(
        hass,
        await start(hass),
        form_input(speaker, password="x", connection=CONNECTION | {CONF_PORT: 81}),
    )
    suggested = {
        str(key): (key.description or {}).get("suggested_value")
        for key in flow["data_schema"].schema
    }
    assert suggested[CONF_HOST] == f"{speaker.host}:{speaker.port}"
    assert suggested[CONF_PASSWORD] is None
    section = flow["data_schema"].schema["connection"].schema
    assert {str(key): key.description for key in section.schema}[CONF_PORT] == {
        "suggested_value": 81
    }


async def test_same_address_twice(
    hass: HomeAssistant, speaker: SpeakerServer, entry: MockConfigEntry
) -> None:
    """An address can be added once; nothing is requested for a second time."""
    result = await submit(hass, await start(hass), form_input(speaker))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert len(speaker.received) == 0


async def test_dhcp(
    hass: HomeAssistant, speaker: SpeakerServer, no_setup: AsyncMock
) -> None:
    """A speaker that DHCP finds is offered with its model, and identified by MAC."""
    flow = await start(hass, SOURCE_DHCP, dhcp_info(speaker))
    assert flow["step_id"] == "dhcp_confirm"
    assert flow["description_placeholders"] == {
        "model": "GSC3516",
        "host": speaker.host,
    }
    (progress,) = hass.config_entries.flow.async_progress()
    assert progress["context"]["title_placeholders"] == {
        "name": f"GSC3516 ({speaker.host})"
    }

    user_input = {
        CONF_PASSWORD: "x",
        "connection": CONNECTION | {CONF_PORT: speaker.port},
    }
    flow = await submit(hass, flow, user_input)
    assert flow["errors"] == {"base": "invalid_auth"}

    result = await submit(hass, flow, user_input | {CONF_PASSWORD: PASSCODE})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == f"GSC3516 ({speaker.host}:{speaker.port})"
    assert result["result"].unique_id == MAC
    assert result["data"][CONF_MAC] == MAC
    assert result["data"][CONF_MODEL] == "GSC3516"


async def test_dhcp_ignored(hass: HomeAssistant, speaker: SpeakerServer) -> None:
    """A speaker that the user ignores is not offered again."""
    MockConfigEntry(domain=DOMAIN, unique_id=MAC, source=SOURCE_IGNORE).add_to_hass(
        hass
    )
    result = await start(hass, SOURCE_DHCP, dhcp_info(speaker))
    assert result["reason"] == "already_configured"


async def test_dhcp_follows_known_speaker(
    hass: HomeAssistant, speaker: SpeakerServer, entry_data: dict[str, Any]
) -> None:
    """A speaker with a new address is followed there, and its title with it."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id=MAC,
        title=f"GSC3516 (127.0.0.9:{speaker.port})",
        data=entry_data
        | {CONF_HOST: "127.0.0.9", CONF_MAC: MAC, CONF_MODEL: "GSC3516"},
    )
    entry.add_to_hass(hass)

    result = await start(hass, SOURCE_DHCP, dhcp_info(speaker))
    await settle(hass)

    assert result["reason"] == "already_configured"
    assert entry.data[CONF_HOST] == speaker.host
    assert entry.title == f"GSC3516 ({speaker.host}:{speaker.port})"
    assert entry.state is ConfigEntryState.LOADED


async def test_dhcp_identifies_speaker_added_by_hand(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """A speaker added by hand learns who it is; its entities stay the same."""
    hass.config_entries.async_update_entry(loaded, title="Gym")
    result = await start(hass, SOURCE_DHCP, dhcp_info(speaker))
    await settle(hass)

    assert result["reason"] == "already_configured"
    assert loaded.unique_id is None
    assert loaded.title == "Gym"
    assert loaded.data[CONF_MAC] == MAC
    assert loaded.data[CONF_MODEL] == "GSC3516"
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)
    assert (dr.CONNECTION_NETWORK_MAC, MAC) in device.connections
    assert device.model == "GSC3516"
    assert (DOMAIN, loaded.entry_id) in device.identifiers

    assert await hass.config_entries.async_unload(loaded.entry_id)
    with patch("custom_components.grandstream_gsc.async_setup_entry"):
        result = await start(hass, SOURCE_DHCP, dhcp_info(speaker, ip="127.0.0.8"))
        await settle(hass)
    assert result["reason"] == "already_configured"
    assert loaded.data[CONF_HOST] == "127.0.0.8"


async def test_dhcp_tells_nothing_new(
    hass: HomeAssistant, speaker: SpeakerServer, entry_data: dict[str, Any]
) -> None:
    """A speaker that is where it was is left in peace."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id=MAC,
        data=entry_data | {CONF_MAC: MAC, CONF_MODEL: "GSC3516"},
    )
    entry.add_to_hass(hass)
    result = await start(hass, SOURCE_DHCP, dhcp_info(speaker, hostname="gsc35-gym"))
    await settle(hass)
    assert result["reason"] == "already_configured"
    assert entry.data[CONF_MODEL] == "GSC3516"
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert len(speaker.received) == 0


async def test_dhcp_keeps_host_name(
    hass: HomeAssistant, speaker: SpeakerServer, entry_data: dict[str, Any]
) -> None:
    """An entry with a host name learns who it is, and keeps the name."""
    entry = MockConfigEntry(
        domain=DOMAIN, data=entry_data | {CONF_HOST: "gsc3516-gym.lan"}
    )
    entry.add_to_hass(hass)
    result = await start(hass, SOURCE_DHCP, dhcp_info(speaker))
    assert result["reason"] == "already_configured"
    assert entry.data[CONF_HOST] == "gsc3516-gym.lan"
    assert entry.data[CONF_MAC] == MAC


async def test_dhcp_leaves_ambiguous_address_alone(
    hass: HomeAssistant, speaker: SpeakerServer, entry_data: dict[str, Any]
) -> None:
    """Of two entries at one address, nobody can tell which one DHCP means."""
    entries = [
        MockConfigEntry(domain=DOMAIN, data=entry_data | {CONF_PORT: port})
        for port in (8081, 8082)
    ]
    entries[0].add_to_hass(hass)
    entries[1].add_to_hass(hass)
    result = await start(hass, SOURCE_DHCP, dhcp_info(speaker))
    assert result["reason"] == "already_configured"
    assert CONF_MAC not in entries[0].data | entries[1].data


@pytest.fixture
async def dhcp_component(hass: HomeAssistant) -> None:
    """Load Home Assistant's DHCP component, without its watchers."""
    with patch("homeassistant.components.dhcp.DiscoverHosts"):
        assert await async_setup_component(hass, "dhcp", {})


def seen_by_dhcp(*infos: DhcpServiceInfo) -> Any:
    """Have Home Assistant's DHCP component know some devices."""
    return patch(
        "homeassistant.components.dhcp.helpers.async_discovered_service_info",
        return_value=list(infos),
    )


@pytest.mark.usefixtures("dhcp_component", "no_setup")
async def test_user_takes_identity_from_dhcp(
    hass: HomeAssistant, speaker: SpeakerServer
) -> None:
    """A speaker added by hand is identified where DHCP has seen it."""
    with seen_by_dhcp(
        dhcp_info(speaker, macaddress="aabbccddeeff"),
        dhcp_info(speaker, ip="127.0.0.7", macaddress="000b82000001"),
        dhcp_info(speaker),
    ):
        result = await submit(hass, await start(hass), form_input(speaker))
    assert result["result"].unique_id == MAC
    assert result["data"][CONF_MODEL] == "GSC3516"


@pytest.mark.usefixtures("dhcp_component", "no_setup")
async def test_user_stays_unidentified_where_dhcp_is_ambiguous(
    hass: HomeAssistant, speaker: SpeakerServer
) -> None:
    """Two devices that had one address identify nobody."""
    with seen_by_dhcp(
        dhcp_info(speaker), dhcp_info(speaker, macaddress="000b82000001")
    ):
        result = await submit(hass, await start(hass), form_input(speaker))
    assert result["result"].unique_id is None
    assert CONF_MAC not in result["data"]


@pytest.mark.usefixtures("dhcp_component", "no_setup")
async def test_user_adds_known_speaker_at_new_address(
    hass: HomeAssistant, speaker: SpeakerServer, entry_data: dict[str, Any]
) -> None:
    """A speaker that is known by its MAC is followed, not added twice."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id=MAC,
        data=entry_data | {CONF_HOST: "127.0.0.9", CONF_MAC: MAC},
    )
    entry.add_to_hass(hass)
    with seen_by_dhcp(dhcp_info(speaker)):
        result = await submit(hass, await start(hass), form_input(speaker))
    assert result["reason"] == "already_configured"
    assert entry.data[CONF_HOST] == speaker.host


async def test_reauth(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """A new passcode is tried before it is kept."""
    speaker.speaker.passcode = "new & better"
    flow = await loaded.start_reauth_flow(hass)
    assert flow["step_id"] == "reauth_confirm"
    assert (flow["description_placeholders"] or {})["speaker"] == loaded.title

    speaker.received.clear()
    flow = await submit(hass, flow, {CONF_PASSWORD: "wrong"})
    assert flow["errors"] == {"base": "invalid_auth"}
    assert len(speaker.received) == 1

    result = await submit(hass, flow, {CONF_PASSWORD: "new & better"})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert loaded.data[CONF_PASSWORD] == "new & better"
    assert loaded.state is ConfigEntryState.LOADED


async def test_reconfigure(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """Host, port and passcode can be changed; an empty passcode keeps the old one."""
    flow = await loaded.start_reconfigure_flow(hass)
    assert flow["step_id"] == "reconfigure"
    entity_ids = {state.entity_id for state in hass.states.async_all()}

    flow = await submit(hass, flow, {CONF_HOST: "a b", "connection": CONNECTION})
    assert flow["errors"] == {CONF_HOST: "invalid_host"}

    async with SpeakerServer(Speaker(passcode=PASSCODE)) as moved:
        result = await submit(
            hass,
            flow,
            {CONF_HOST: f"{moved.host}:{moved.port}", "connection": CONNECTION},
        )
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == "reconfigure_successful"
        assert loaded.data[CONF_PORT] == moved.port
        assert loaded.data[CONF_PASSWORD] == PASSCODE
        assert loaded.title == f"GSC35xx ({moved.host}:{moved.port})"
        assert loaded.state is ConfigEntryState.LOADED
        assert {state.entity_id for state in hass.states.async_all()} == entity_ids


async def test_reconfigure_keeps_what_is_not_given(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """Port and HTTPS stay as they are where the section is left out."""
    flow = await loaded.start_reconfigure_flow(hass)
    result = await submit(hass, flow, {CONF_HOST: speaker.host})
    assert result["reason"] == "reconfigure_successful"
    assert loaded.data[CONF_PORT] == speaker.port


async def test_reconfigure_to_known_address(
    hass: HomeAssistant, speaker: SpeakerServer, entry: MockConfigEntry
) -> None:
    """Two entries cannot share an address."""
    other = MockConfigEntry(domain=DOMAIN, data={**entry.data, CONF_HOST: "127.0.0.9"})
    other.add_to_hass(hass)
    flow = await other.start_reconfigure_flow(hass)
    result = await submit(hass, flow, form_input(speaker))
    assert result["reason"] == "already_configured"


@pytest.mark.usefixtures("dhcp_component", "no_setup")
async def test_reconfigure_takes_no_mac_of_another_entry(
    hass: HomeAssistant, speaker: SpeakerServer, entry_data: dict[str, Any]
) -> None:
    """A MAC address that another entry has is that entry's."""
    entry = MockConfigEntry(domain=DOMAIN, data=entry_data | {CONF_HOST: "127.0.0.8"})
    entry.add_to_hass(hass)
    other = MockConfigEntry(
        domain=DOMAIN, data=entry_data | {CONF_HOST: "127.0.0.9", CONF_MAC: MAC}
    )
    other.add_to_hass(hass)
    flow = await entry.start_reconfigure_flow(hass)
    with seen_by_dhcp(dhcp_info(speaker)):
        result = await submit(hass, flow, form_input(speaker))
    assert result["reason"] == "wrong_device"
    assert CONF_MAC not in entry.data


@pytest.mark.parametrize(
    ("port", "suggested"), [(80, {}), (81, {"port": 81}), (443, {"port": 443})]
)
async def test_reconfigure_suggests_no_usual_port(
    hass: HomeAssistant,
    entry_data: dict[str, Any],
    port: int,
    suggested: dict[str, int],
) -> None:
    """Who turns on HTTPS shall not keep the port of HTTP by oversight."""
    entry = MockConfigEntry(domain=DOMAIN, data=entry_data | {CONF_PORT: port})
    entry.add_to_hass(hass)
    flow: Any = await entry.start_reconfigure_flow(hass)
    section = flow["data_schema"].schema["connection"].schema
    assert {
        str(key): key.description["suggested_value"]
        for key in section.schema
        if key == CONF_PORT and key.description
    } == suggested


@pytest.mark.usefixtures("dhcp_component", "no_setup")
@pytest.mark.parametrize(
    ("seen_mac", "reason"),
    [("000b82000001", "wrong_device"), ("000b82123456", "reconfigure_successful")],
)
async def test_reconfigure_with_known_mac(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    entry_data: dict[str, Any],
    seen_mac: str,
    reason: str,
) -> None:
    """An identified speaker is not exchanged for another one by mistake."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id=MAC,
        data=entry_data | {CONF_HOST: "127.0.0.9", CONF_MAC: MAC},
    )
    entry.add_to_hass(hass)
    flow = await entry.start_reconfigure_flow(hass)
    with seen_by_dhcp(dhcp_info(speaker, macaddress=seen_mac)):
        result = await submit(hass, flow, form_input(speaker))
    assert result["reason"] == reason


async def test_options(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """The assumed length of a single play can be set."""
    flow = await hass.config_entries.options.async_init(loaded.entry_id)
    assert flow["step_id"] == "init"
    result = await hass.config_entries.options.async_configure(
        flow["flow_id"], {"single_play_seconds": 5.0}
    )
    await settle(hass)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert loaded.options == {"single_play_seconds": 5}
    assert loaded.state is ConfigEntryState.LOADED


@pytest.mark.parametrize("seconds", [0, 3601])
async def test_options_out_of_range(
    hass: HomeAssistant, loaded: MockConfigEntry, seconds: int
) -> None:
    """A single play lasts a second at least, an hour at most."""
    flow = await hass.config_entries.options.async_init(loaded.entry_id)
    with pytest.raises(InvalidData):
        await hass.config_entries.options.async_configure(
            flow["flow_id"], {"single_play_seconds": seconds}
        )
