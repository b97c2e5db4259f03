"""The config flow of the Grandstream GSC integration."""

from collections.abc import Mapping
from dataclasses import asdict
import logging
import re
from typing import Any, override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
from homeassistant.const import (
    CONF_HOST,
    CONF_MAC,
    CONF_MODEL,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_VERIFY_SSL,
    UnitOfTime,
)
from homeassistant.core import callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers.device_registry import format_mac
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.helpers.typing import VolDictType
import probatio

from .address import (
    MAX_PORT,
    Address,
    InvalidAddressError,
    is_ip_address,
    parse_address,
)
from .const import (
    CONF_CONNECTION,
    CONF_SINGLE_PLAY_SECONDS,
    DEFAULT_SINGLE_PLAY_SECONDS,
    DOMAIN,
    LOGGER,
    MAX_SINGLE_PLAY_SECONDS,
    UNKNOWN_MODEL,
)
from .coordinator import async_hand_over_status, client_for
from .cti import (
    CtiAuthenticationError,
    CtiCertificateError,
    CtiError,
    CtiNotServedError,
    CtiRedirectError,
    CtiRefusedError,
    CtiResponseError,
    CtiTimeoutError,
    Journal,
    PhoneStatus,
)
from .redaction import redacted_body

_FORM_ERRORS: tuple[tuple[type[CtiError], str], ...] = (
    (CtiTimeoutError, "timeout_connect"),
    (CtiCertificateError, "invalid_certificate"),
    (CtiRedirectError, "redirected"),
    (CtiAuthenticationError, "invalid_auth"),
    (CtiRefusedError, "invalid_auth"),
    (CtiNotServedError, "cti_unsupported"),
    (CtiResponseError, "not_a_speaker"),
    (CtiError, "cannot_connect"),
)
_MODEL_IN_HOST_NAME = re.compile(r"gsc\d{4}", re.IGNORECASE)
_GRANDSTREAM_PREFIXES = ("00:0b:82", "c0:74:ad", "ec:74:d7")

_PASSWORD = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="current-password")
)
_PORT = probatio.All(
    NumberSelector(
        NumberSelectorConfig(min=1, max=MAX_PORT, step=1, mode=NumberSelectorMode.BOX)
    ),
    probatio.Coerce(int),
)
_HOST_FIELD: VolDictType = {probatio.Required(CONF_HOST): TextSelector()}
_PASSWORD_FIELD: VolDictType = {
    probatio.Required(probatio.Secret(CONF_PASSWORD)): _PASSWORD
}
_CONNECTION_SCHEMA = probatio.Schema(
    {
        probatio.Required(CONF_SSL, default=False): BooleanSelector(),
        probatio.Optional(CONF_PORT): _PORT,
        probatio.Required(CONF_VERIFY_SSL, default=False): BooleanSelector(),
    }
)
# Without a default: over one, the frontend would not fill in those of the fields.
_CONNECTION_FIELD: VolDictType = {
    probatio.Optional(CONF_CONNECTION): section(_CONNECTION_SCHEMA, {"collapsed": True})
}
USER_SCHEMA = probatio.Schema(_HOST_FIELD | _PASSWORD_FIELD | _CONNECTION_FIELD)
DISCOVERED_SCHEMA = probatio.Schema(_PASSWORD_FIELD | _CONNECTION_FIELD)
REAUTH_SCHEMA = probatio.Schema(_PASSWORD_FIELD)
RECONFIGURE_SCHEMA = probatio.Schema(
    _HOST_FIELD
    | {probatio.Optional(probatio.Secret(CONF_PASSWORD)): _PASSWORD}
    | _CONNECTION_FIELD
)
OPTIONS_SCHEMA = probatio.Schema(
    {
        probatio.Required(
            CONF_SINGLE_PLAY_SECONDS, default=DEFAULT_SINGLE_PLAY_SECONDS
        ): probatio.All(
            NumberSelector(
                NumberSelectorConfig(
                    min=1,
                    max=MAX_SINGLE_PLAY_SECONDS,
                    step=1,
                    unit_of_measurement=UnitOfTime.SECONDS,
                    mode=NumberSelectorMode.BOX,
                )
            ),
            probatio.Coerce(int),
        )
    }
)


class GrandstreamConfigFlow(ConfigFlow, domain=DOMAIN):
    """Adds a speaker, and keeps its address and passcode right."""

    VERSION = 1

    _discovered: DhcpServiceInfo
    _status: PhoneStatus

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> GrandstreamOptionsFlow:
        """Return the flow of the options."""
        return GrandstreamOptionsFlow()

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add a speaker by hand."""
        errors: dict[str, str] = {}
        if user_input is not None:
            data, errors = await self._async_try(user_input)
            if not errors:
                return await self._async_add(data | self._seen_identity(data))
        return self._show("user", USER_SCHEMA, user_input, errors)

    @override
    async def async_step_dhcp(
        self, discovery_info: DhcpServiceInfo
    ) -> ConfigFlowResult:
        """Follow a known speaker to its new address, or offer to add a new one."""
        identity = _identity(discovery_info)
        await self.async_set_unique_id(identity[CONF_MAC])
        if entries := self._entries_of(discovery_info):
            if len(entries) == 1:
                self._follow(entries[0], discovery_info)
            return self.async_abort(reason="already_configured")
        self._abort_if_unique_id_configured()
        self._discovered = discovery_info
        self.context["title_placeholders"] = {
            "name": f"{identity.get(CONF_MODEL, UNKNOWN_MODEL)} ({discovery_info.ip})"
        }
        return await self.async_step_dhcp_confirm()

    async def async_step_dhcp_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add a speaker that DHCP has found."""
        errors: dict[str, str] = {}
        identity = _identity(self._discovered)
        if user_input is not None:
            data, errors = await self._async_try(
                {CONF_HOST: self._discovered.ip} | user_input
            )
            if not errors:
                return await self._async_add(data | identity)
        return self._show(
            "dhcp_confirm",
            DISCOVERED_SCHEMA,
            user_input,
            errors,
            placeholders={
                "model": identity.get(CONF_MODEL, UNKNOWN_MODEL),
                "host": self._discovered.ip,
            },
        )

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Ask for the passcode of a speaker that no longer accepts it."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Try a new passcode."""
        errors: dict[str, str] = {}
        entry = self._get_reauth_entry()
        if user_input is not None:
            errors = await self._async_check(entry.data | user_input)
            if not errors:
                return self.async_update_reload_and_abort(
                    entry, data_updates=user_input
                )
        return self._show(
            "reauth_confirm",
            REAUTH_SCHEMA,
            user_input,
            errors,
            placeholders={"speaker": entry.title},
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change address or passcode of a speaker."""
        errors: dict[str, str] = {}
        entry = self._get_reconfigure_entry()
        if user_input is not None:
            data, errors = await self._async_try(
                {CONF_PASSWORD: entry.data[CONF_PASSWORD], **_form_of(entry)}
                | user_input
            )
            if not errors:
                return self._async_reconfigure(entry, data)
        return self._show(
            "reconfigure",
            RECONFIGURE_SCHEMA,
            user_input or _form_of(entry),
            errors,
            placeholders={"speaker": entry.title},
        )

    async def _async_try(
        self, user_input: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Ask the speaker that a form describes; return an entry's data, or errors."""
        connection = _CONNECTION_SCHEMA(user_input.get(CONF_CONNECTION, {}))
        try:
            address = parse_address(
                user_input[CONF_HOST],
                port=connection.get(CONF_PORT),
                ssl=connection[CONF_SSL],
            )
        except InvalidAddressError:
            return {}, {CONF_HOST: "invalid_host"}
        self._async_abort_entries_match(
            {CONF_HOST: address.host, CONF_PORT: address.port}
        )
        data = {
            **asdict(address),
            CONF_VERIFY_SSL: connection[CONF_VERIFY_SSL],
            CONF_PASSWORD: user_input[CONF_PASSWORD],
        }
        return data, await self._async_check(data)

    async def _async_check(self, data: Mapping[str, Any]) -> dict[str, str]:
        """Ask the speaker for its status once; return the errors of the form."""
        try:
            return await self._async_ask(data)
        except Exception as error:  # noqa: BLE001 - a form has to say something
            # Neither its text nor its traceback: they may hold the passcode.
            LOGGER.error("Unexpected %s", type(error).__name__)
            return {"base": "unknown"}

    async def _async_ask(self, data: Mapping[str, Any]) -> dict[str, str]:
        """Keep the status of a speaker, or return the error that it gave."""
        client = client_for(self.hass, data)
        try:
            self._status = await client.phone_status()
        except CtiError as error:
            _log_failure(error, client.journal, data)
            return {"base": _form_error(error)}
        return {}

    async def _async_add(self, data: dict[str, Any]) -> ConfigFlowResult:
        """Add the speaker, unless its MAC address is known already."""
        if mac := data.get(CONF_MAC):
            await self.async_set_unique_id(mac, raise_on_progress=False)
            if entry := self._entry_with_mac(mac):
                self._update(entry, data)
                return self.async_abort(reason="already_configured")
        async_hand_over_status(self.hass, data, self._status)
        return self.async_create_entry(title=_title(data), data=data)

    def _async_reconfigure(
        self, entry: ConfigEntry, data: dict[str, Any]
    ) -> ConfigFlowResult:
        """Change an entry, unless another speaker answers at the new address."""
        identity = self._seen_identity(data)
        mac = identity.get(CONF_MAC)
        if mac and not self._may_have_mac(entry, mac):
            return self.async_abort(reason="wrong_device")
        return self.async_update_reload_and_abort(
            entry,
            title=_title_after(entry, data | identity),
            data_updates=data | identity,
        )

    def _seen_identity(self, data: Mapping[str, Any]) -> dict[str, str]:
        """Return MAC and model if Home Assistant saw the speaker ask for an address."""
        if "dhcp" not in self.hass.config.components:
            return {}
        # The helper reads data that only a loaded dhcp component has.
        from homeassistant.components.dhcp.helpers import (  # noqa: PLC0415
            async_discovered_service_info,
        )

        seen = [
            info
            for info in async_discovered_service_info(self.hass)
            if _is_grandstream(info) and _is_at(info, data[CONF_HOST])
        ]
        return _identity(seen[0]) if len(seen) == 1 else {}

    def _may_have_mac(self, entry: ConfigEntry, mac: str) -> bool:
        """Tell whether a MAC address can be that of an entry's speaker."""
        if known_mac := entry.data.get(CONF_MAC):
            return bool(mac == known_mac)
        return self._entry_with_mac(mac) is None

    def _entry_with_mac(self, mac: str) -> ConfigEntry | None:
        """Return the entry of the speaker with this MAC address."""
        entries = self._async_current_entries(include_ignore=False)
        return next(
            (entry for entry in entries if entry.data.get(CONF_MAC) == mac), None
        )

    def _entries_of(self, info: DhcpServiceInfo) -> list[ConfigEntry]:
        """Return the entries that a speaker may have, if only by its address so far."""
        if entry := self._entry_with_mac(format_mac(info.macaddress)):
            return [entry]
        return [
            entry
            for entry in self._async_current_entries(include_ignore=False)
            if CONF_MAC not in entry.data and _is_at(info, entry.data[CONF_HOST])
        ]

    def _follow(self, entry: ConfigEntry, info: DhcpServiceInfo) -> None:
        """Learn MAC, model and address of a known speaker; a host name stays."""
        host = entry.data[CONF_HOST]
        if is_ip_address(host):
            host = info.ip
        self._update(entry, {CONF_HOST: host} | _identity(info))

    def _update(self, entry: ConfigEntry, changes: Mapping[str, Any]) -> None:
        """Change an entry's data, and reload it if that made a difference."""
        data = {**entry.data, **changes}
        if self.hass.config_entries.async_update_entry(
            entry, data=data, title=_title_after(entry, data)
        ):
            self.hass.config_entries.async_schedule_reload(entry.entry_id)

    def _show(
        self,
        step_id: str,
        schema: probatio.Schema,
        suggested: Mapping[str, Any] | None,
        errors: dict[str, str],
        *,
        placeholders: dict[str, str] | None = None,
    ) -> ConfigFlowResult:
        """Show a form with what was entered before, the passcode excepted."""
        suggested = {
            key: value
            for key, value in (suggested or {}).items()
            if key != CONF_PASSWORD
        }
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, suggested),
            errors=errors,
            description_placeholders=placeholders,
        )


class GrandstreamOptionsFlow(OptionsFlowWithReload):
    """Sets how long a single play is assumed to last."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Set the options."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                OPTIONS_SCHEMA, self.config_entry.options
            ),
        )


def _log_failure(error: CtiError, journal: Journal, data: Mapping[str, Any]) -> None:
    """Tell whoever debugs what the speaker answered: no diagnostics will do so."""
    if LOGGER.isEnabledFor(logging.DEBUG):
        told = {
            str(function): (answer.http_status, redacted_body(answer, data))
            for function, answer in journal.answers.items()
        }
        LOGGER.debug("A speaker could not be added: %s %s", error.kind, told)


def _form_error(error: CtiError) -> str:
    """Return the key of the text that tells what went wrong."""
    return next(key for kind, key in _FORM_ERRORS if isinstance(error, kind))


def _title(data: Mapping[str, Any]) -> str:
    """Return the title of a speaker's entry."""
    return f"{data.get(CONF_MODEL, UNKNOWN_MODEL)} ({_address(data).name})"


def _address(data: Mapping[str, Any]) -> Address:
    """Return the address in an entry's data."""
    return Address(data[CONF_HOST], data[CONF_PORT], data[CONF_SSL])


def _title_after(entry: ConfigEntry, data: Mapping[str, Any]) -> str:
    """Return the title of an entry that changes; one given by the user stays."""
    is_ours = entry.title == _title(entry.data)
    return _title({**entry.data, **data}) if is_ours else entry.title


def _form_of(entry: ConfigEntry) -> dict[str, Any]:
    """Return what a form shows of an entry."""
    data = entry.data
    connection = {key: data[key] for key in (CONF_SSL, CONF_VERIFY_SSL)}
    if not _address(data).has_usual_port:
        connection[CONF_PORT] = data[CONF_PORT]
    return {CONF_HOST: data[CONF_HOST], CONF_CONNECTION: connection}


def _identity(info: DhcpServiceInfo) -> dict[str, str]:
    """Return what DHCP tells of a speaker."""
    identity = {CONF_MAC: format_mac(info.macaddress)}
    if model := _MODEL_IN_HOST_NAME.search(info.hostname):
        identity[CONF_MODEL] = model[0].upper()
    return identity


def _is_grandstream(info: DhcpServiceInfo) -> bool:
    """Tell whether this is a speaker, rather than a router in front of some."""
    return format_mac(info.macaddress).startswith(_GRANDSTREAM_PREFIXES)


def _is_at(info: DhcpServiceInfo, host: str) -> bool:
    """Tell whether a host is the address or the name that DHCP knows."""
    if is_ip_address(host):
        return info.ip == host
    return info.hostname.partition(".")[0] == host.partition(".")[0]
