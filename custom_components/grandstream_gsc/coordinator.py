"""The coordinator of a speaker: polls it, and is the way of every command to it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple, override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util.hass_dict import HassKey

from .const import (
    AFTER_COMMAND_SECONDS,
    BUSY_INTERVAL,
    DOMAIN,
    FACTORY_PASSCODE,
    IDLE_INTERVAL,
    ISSUE_CTI_NOT_SERVED,
    ISSUE_FACTORY_PASSCODE,
    LOGGER,
    REPEAT_STATUS_SECONDS,
    TIMEOUT_INTERVAL,
)
from .cti import (
    CtiAuthenticationError,
    CtiCertificateError,
    CtiClient,
    CtiConnectionError,
    CtiDroppedError,
    CtiError,
    CtiIncompleteError,
    CtiNotServedError,
    CtiRefusedError,
    CtiTimeoutError,
    CtiValueError,
    LineState,
    LineStatus,
    PhoneStatus,
    Track,
)
from .device import device_info
from .error_translation import translation_of
from .issues import async_set_issue
from .login import LoginGuard
from .player import Player
from .redaction import redacted_text

type GrandstreamConfigEntry = ConfigEntry[GrandstreamCoordinator]

_CUT_OFF = (CtiConnectionError, CtiDroppedError, CtiIncompleteError)
_NO_ANSWER = (*_CUT_OFF, CtiTimeoutError)
_REFUSALS = (CtiNotServedError, CtiRefusedError, CtiAuthenticationError)

# A function that never answers must not be asked forever: it would hold up every
# command.
MAX_TRIES = 2

# What a config flow has just been told, for the set-up that follows it: adding a
# speaker then takes one status request, not two.
_FRESH_STATUS: HassKey[dict[tuple[str, int], PhoneStatus]] = HassKey(
    f"{DOMAIN}_fresh_status"
)


class SpeakerData(NamedTuple):
    """What a speaker told at the last poll."""

    status: PhoneStatus
    lines: tuple[LineStatus, ...]


def client_for(hass: HomeAssistant, data: Mapping[str, Any]) -> CtiClient:
    """Return a client for the speaker that a config entry's data describe."""
    return CtiClient(
        async_get_clientsession(hass, verify_ssl=data[CONF_VERIFY_SSL]),
        data[CONF_HOST],
        data[CONF_PASSWORD],
        port=data[CONF_PORT],
        ssl=data[CONF_SSL],
    )


@callback
def async_hand_over_status(
    hass: HomeAssistant, data: Mapping[str, Any], status: PhoneStatus
) -> None:
    """Keep a fresh status for the set-up of the entry that is about to be created."""
    hass.data.setdefault(_FRESH_STATUS, {})[_address(data)] = status


def _address(data: Mapping[str, Any]) -> tuple[str, int]:
    """Return what tells one speaker from another."""
    return data[CONF_HOST], data[CONF_PORT]


class GrandstreamCoordinator(DataUpdateCoordinator[SpeakerData]):
    """Polls one speaker and sends it commands."""

    config_entry: GrandstreamConfigEntry

    def __init__(self, hass: HomeAssistant, entry: GrandstreamConfigEntry) -> None:
        """Prepare to poll the speaker of a config entry."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=entry.title,
            update_interval=IDLE_INTERVAL,
            always_update=False,
        )
        self.client = client_for(hass, entry.data)
        self.device_info = device_info(entry, self.client.origin)
        self._fresh_status = hass.data.get(_FRESH_STATUS, {}).pop(
            _address(entry.data), None
        )
        self.player = Player(self)
        self.tracks: tuple[Track, ...] = ()
        self.serves_lines: bool | None = None
        self.login = LoginGuard()
        self._turn = asyncio.Lock()
        self._lines: tuple[LineStatus, ...] = ()
        self._line_tries = MAX_TRIES
        self._track_tries = 0
        self._was_away = True
        self._refresh_wanted = False
        self._refresh_task: asyncio.Task[None] | None = None
        self._logged_words: set[str] = set()

    @property
    def _is_setting_up(self) -> bool:
        """Whether this is the first look at the speaker."""
        return self.config_entry.state is ConfigEntryState.SETUP_IN_PROGRESS

    async def async_command(
        self,
        command: Callable[[], Awaitable[None]],
        *,
        not_done: Callable[[], None] | None = None,
    ) -> None:
        """Send a command once, and look at the speaker right after it.

        Calls not_done where the command failed and was certainly not carried out.
        """
        try:
            await self.async_send(command)
        except CtiError as error:
            if not_done and not error.in_doubt:
                not_done()
            if not isinstance(error, CtiValueError):
                self.async_refresh_soon()
            raise
        self.async_refresh_soon()

    async def async_send[T](self, request: Callable[[], Awaitable[T]]) -> T:
        """Send a request once, unless the speaker denied the passcode before.

        One at a time: what waits for its turn must know how the one before it ended,
        or a burst of commands would be a burst of bad logins.
        """
        async with self._turn:
            if self._shutdown_requested:
                # Nobody would remember it: the next set-up may have read the disk.
                raise CtiConnectionError("the entry is unloaded")
            self.login.check()
            try:
                answer = await request()
            except CtiAuthenticationError:
                self.login.note_denial()
                raise
            self.login.note_success()
            return answer

    async def async_fetch_tracks(self) -> tuple[Track, ...]:
        """Fetch the list of tracks as the speaker has it now."""
        tracks = await self.async_send(self.client.tracks)
        if tracks != self.tracks:
            self.tracks = tracks
            self.async_update_listeners()
        return tracks

    @callback
    def async_refresh_soon(self) -> None:
        """Look at the speaker at once, without making the caller wait.

        A poll under way may have asked before the caller's command arrived: another
        one follows it.
        """
        self._refresh_wanted = True
        if self._refresh_task is None or self._refresh_task.done():
            self._refresh_task = self.config_entry.async_create_task(
                self.hass, self._async_refresh_while_wanted(), "refresh after a command"
            )

    async def _async_refresh_while_wanted(self) -> None:
        """Poll until no command has come since the last poll began.

        Whoever sent the command goes on first, and of many commands at once none has
        to wait for a poll.
        """
        while self._refresh_wanted:
            await asyncio.sleep(AFTER_COMMAND_SECONDS)
            self._refresh_wanted = False
            await self.async_refresh()

    @override
    async def _async_setup(self) -> None:
        """Restore what was playing."""
        await self.player.async_restore()

    @override
    async def _async_update_data(self) -> SpeakerData:
        """Ask the speaker what it is doing."""
        self._refresh_wanted = False
        try:
            status = await self._async_phone_status()
        except CtiError as error:
            self._was_away = True
            self.update_interval = _interval_after(error)
            raise self._update_error(error) from error
        if self._was_away:
            self._note_return()
        self.player.async_note_status(status)
        if self.player.is_stop_overdue:
            await self._async_keep_promise()
        if self._are_lines_wanted(status):
            await self._async_poll_lines(status)
        if self._track_tries:
            await self._async_poll_tracks()
        self.update_interval = self._next_interval(status)
        data = SpeakerData(status, self._lines)
        if data != self.data:
            self._log_unknown_words(data)
        return data

    async def _async_phone_status(self) -> PhoneStatus:
        """Ask for the status, twice before the speaker is called gone.

        Home Assistant skips unavailable entities: one lost packet must not cost an
        alarm.
        """
        if fresh := self._fresh_status:
            self._fresh_status = None
            return fresh
        try:
            return await self.async_send(self.client.phone_status)
        except _CUT_OFF as error:
            if isinstance(error, CtiCertificateError) or not self.last_update_success:
                raise
        await asyncio.sleep(REPEAT_STATUS_SECONDS)
        return await self.async_send(self.client.phone_status)

    def _update_error(self, error: CtiError) -> HomeAssistantError:
        """Return what the failure of a status request means to Home Assistant."""
        if isinstance(error, CtiRefusedError):
            self.login.note_refusal()
        if self._is_setting_up:
            self.login.note_failed_setup(error)
        translation = translation_of(
            error, speaker=self.config_entry.title, command="phone_status"
        )
        if self.login.is_locked_out:
            return ConfigEntryAuthFailed(**translation)
        if isinstance(error, CtiNotServedError):
            self._set_issue(ISSUE_CTI_NOT_SERVED, is_open=True)
        return UpdateFailed(**translation)

    def _note_return(self) -> None:
        """Set the repair issues, and what to ask, after a speaker came (back)."""
        self._was_away = False
        self._track_tries = MAX_TRIES
        self._set_issue(ISSUE_CTI_NOT_SERVED, is_open=False)
        self._set_issue(
            ISSUE_FACTORY_PASSCODE,
            is_open=self.config_entry.data[CONF_PASSWORD] == FACTORY_PASSCODE,
        )

    def _set_issue(self, key: str, *, is_open: bool) -> None:
        """Open or close a repair issue of this speaker."""
        async_set_issue(self.hass, self.config_entry, key, is_open=is_open)

    async def _async_keep_promise(self) -> None:
        """Make good a stop that is due; the next poll tries again if it fails."""
        try:
            await self.player.async_keep_promise()
        except CtiRefusedError:
            self.player.async_note_refused_stop()
        except CtiError as error:
            LOGGER.debug("%s: the stop of the siren failed: %s", self.name, error.kind)

    def _are_lines_wanted(self, status: PhoneStatus) -> bool:
        """Return whether lines are served and may have changed."""
        return self.serves_lines is not False and (
            self._line_tries > 0 or not status.is_available
        )

    async def _async_poll_lines(self, status: PhoneStatus) -> None:
        """Ask for the lines; a bad answer keeps the last line states.

        It counts for no bad login either: the status has just been given for the same
        passcode.
        """
        self._line_tries = self._line_tries - 1 if status.is_available else MAX_TRIES
        try:
            self._lines = await self.client.line_statuses()
            self.serves_lines = True
        except _NO_ANSWER:
            return
        except _REFUSALS:
            self.serves_lines = bool(self.serves_lines)
        except CtiError as error:
            LOGGER.debug("%s: no line states: %s", self.name, error.kind)
        if status.is_available:
            self._line_tries = 0

    async def _async_poll_tracks(self) -> None:
        """Fetch the list of tracks after a speaker came (back)."""
        self._track_tries -= 1
        try:
            await self.async_fetch_tracks()
            self._track_tries = 0
        except _NO_ANSWER as error:
            LOGGER.debug("%s: the list of tracks got lost: %s", self.name, error.kind)
        except CtiError as error:
            self._track_tries = 0
            LOGGER.debug("%s: no list of tracks: %s", self.name, error.kind)

    def _next_interval(self, status: PhoneStatus) -> timedelta:
        """Return how long to wait: shorter while something is about to end.

        A loop may last all day.
        """
        is_call = not status.is_available and not self.player.is_looping
        return (
            BUSY_INTERVAL if is_call or self.player.is_single_playing else IDLE_INTERVAL
        )

    def _log_unknown_words(self, data: SpeakerData) -> None:
        """Log each word that nobody has seen on a speaker before, once."""
        words = {line.word for line in data.lines if line.state is LineState.OTHER}
        if not data.status.is_known:
            words.add(data.status.word)
        for word in words - self._logged_words:
            shown = redacted_text(word, self.config_entry.data)
            LOGGER.info("%s uses an unknown status word: %r", self.name, shown)
        self._logged_words |= words


def _interval_after(error: CtiError) -> timedelta:
    """Return how long to wait before a speaker that failed is asked again."""
    has_waited = isinstance(error, CtiTimeoutError) and error.in_doubt
    return TIMEOUT_INTERVAL if has_waited else IDLE_INTERVAL
