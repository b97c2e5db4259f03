"""What a speaker is assumed to play: no CTI function tells.

Media player and siren both read and steer one Player, so that they show one truth.
"""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later, async_track_point_in_utc_time
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from .const import (
    CONF_SINGLE_PLAY_SECONDS,
    DEFAULT_SINGLE_PLAY_SECONDS,
    DOMAIN,
    LOGGER,
)
from .cti import PhoneStatus, Track

if TYPE_CHECKING:
    from .coordinator import GrandstreamCoordinator

STORAGE_VERSION = 1
# A later end could not be told from none, and dates end in the year 9999.
MAX_DURATION_SECONDS = 365 * 24 * 60 * 60
MAX_REFUSED_STOPS = 3


class Playback(NamedTuple):
    """A track that the speaker is assumed to play."""

    track: Track
    loop: bool
    siren: bool = False


class StopDue(NamedTuple):
    """A promise to stop a siren: it outlives reload and restart."""

    path: str
    at: datetime


def storage(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    """Return the store of what has to outlive Home Assistant."""
    return Store(hass, STORAGE_VERSION, f"{DOMAIN}.{entry_id}")


class Player:
    """Steers the music of a speaker and remembers what it was told to play."""

    def __init__(self, coordinator: GrandstreamCoordinator) -> None:
        """Start with nothing known."""
        self.playback: Playback | None = None
        self.last_track: Track | None = None
        self.last_tone: Track | None = None
        self.loop = False
        self.stop_due: StopDue | None = None
        self._coordinator = coordinator
        self._hass = coordinator.hass
        self._store = storage(coordinator.hass, coordinator.config_entry.entry_id)
        # Between a command and what it changes here no other may slip in: a siren's
        # end must not stop the track that was started a moment before it.
        self._lock = asyncio.Lock()
        self._was_busy = False
        self.is_stop_overdue = False
        self._refused_stops = 0
        self._is_changed = False
        self._cancel_single_end: CALLBACK_TYPE = _nothing
        self._cancel_stop: CALLBACK_TYPE = _nothing
        coordinator.config_entry.async_on_unload(self._async_unload)

    @property
    def current_track(self) -> Track | None:
        """The track that plays, else the last one."""
        return self.playback.track if self.playback else self.last_track

    @property
    def is_siren_on(self) -> bool:
        """Whether a loop plays that the siren started."""
        return self.playback is not None and self.playback.siren

    @property
    def is_single_playing(self) -> bool:
        """Whether a track plays that ends by itself."""
        return self.playback is not None and not self.playback.loop

    @property
    def is_looping(self) -> bool:
        """Whether a track plays over and over."""
        return self.playback is not None and self.playback.loop

    async def async_restore(self) -> None:
        """Restore what was known before a reload or restart."""
        if not (stored := await self._store.async_load()):
            return
        self.loop = stored["loop"]
        self.last_track = _restored_track(stored["last_track"])
        self.last_tone = _restored_track(stored["last_tone"])
        if looping := stored["looping"]:
            self.playback = Playback(
                track=Track(**looping["track"]), loop=True, siren=looping["siren"]
            )
        if due := stored["stop_due"]:
            self.stop_due = StopDue(due["path"], datetime.fromisoformat(due["at"]))
            self._arm_stop(self.stop_due)

    @callback
    def async_set_loop(self, *, loop: bool) -> None:
        """Set whether the next play loops."""
        if loop != self.loop:
            self.loop = loop
            self._changed()

    @callback
    def async_note_status(self, status: PhoneStatus) -> None:
        """End a single play when the speaker was busy and is available again."""
        if not self.is_single_playing:
            return
        if not status.is_available:
            self._was_busy = True
        elif self._was_busy:
            self._set_playback(None)

    @callback
    def async_note_restart(self) -> None:
        """Assume silence after a restart, but keep the promise of a stop."""
        if self.stop_due is None:
            self._set_playback(None)

    async def async_play(self, track: Track, *, loop: bool) -> None:
        """Play a track once, or over and over."""
        async with self._lock:
            await self._async_command_play(track, loop=loop)
            self.last_track = track
            self._set_stop_due(None)
            self._set_playback(Playback(track=track, loop=loop))

    async def async_sound(self, tone: Track, duration: int | None) -> None:
        """Loop a tone until it is stopped or the seconds of the duration are over.

        The stop is promised before the tone is asked for: if no answer comes, it may
        sound nevertheless.
        """
        async with self._lock:
            before = self.stop_due
            due = None if duration is None else _stop_due(tone, duration)
            self._set_stop_due(due or before)
            await self._async_command_play(
                tone, loop=True, not_done=partial(self._set_stop_due, before)
            )
            self.last_tone = tone
            self._set_stop_due(due)
            self._set_playback(Playback(track=tone, loop=True, siren=True))

    async def async_stop(self, track: Track) -> None:
        """Stop the music; the guide names a track in this command too."""
        async with self._lock:
            await self._coordinator.async_command(
                partial(self._coordinator.client.stop, track.path)
            )
            self._set_stop_due(None)
            self._set_playback(None)

    async def async_keep_promise(self) -> None:
        """Send the stop that is due, if there is one."""
        async with self._lock:
            if self.stop_due is None or not self.is_stop_overdue:
                return
            await self._coordinator.async_send(
                partial(self._coordinator.client.stop, self.stop_due.path)
            )
            self._set_stop_due(None)
            self._set_playback(None)

    @callback
    def async_note_refused_stop(self) -> None:
        """Assume silence where a speaker keeps refusing a stop that is due.

        It may have been restarted meanwhile, and refuse because nothing plays.
        """
        self._refused_stops += 1
        if self._refused_stops >= MAX_REFUSED_STOPS:
            LOGGER.warning("%s refuses to stop the siren", self._coordinator.name)
            self._set_stop_due(None)
            self._set_playback(None)

    async def _async_command_play(
        self,
        track: Track,
        *,
        loop: bool,
        not_done: Callable[[], None] | None = None,
    ) -> None:
        """Tell the speaker to play a track."""
        await self._coordinator.async_command(
            partial(self._coordinator.client.play, track.path, loop=loop),
            not_done=not_done,
        )

    @callback
    def _set_playback(self, playback: Playback | None) -> None:
        """Assume that the speaker plays this, and for how long."""
        is_other = playback != self.playback
        self.playback = playback
        self._was_busy = False
        self._cancel_single_end()
        if self.is_single_playing:
            self._cancel_single_end = async_call_later(
                self._hass,
                self._coordinator.config_entry.options.get(
                    CONF_SINGLE_PLAY_SECONDS, DEFAULT_SINGLE_PLAY_SECONDS
                ),
                HassJob(self._async_single_ended, cancel_on_shutdown=True),
            )
        if is_other:
            self._changed()

    @callback
    def _async_single_ended(self, _now: datetime) -> None:
        """End a single play after the time that the user has set."""
        self._set_playback(None)

    @callback
    def _set_stop_due(self, due: StopDue | None) -> None:
        """Promise a stop, or take the promise back."""
        if due == self.stop_due:
            return
        self._cancel_stop()
        self.is_stop_overdue = False
        self._refused_stops = 0
        self.stop_due = due
        if due:
            self._arm_stop(due)
        self._save()

    @callback
    def _arm_stop(self, due: StopDue) -> None:
        """Wait for the moment of a promised stop."""
        if due.at <= dt_util.utcnow():
            self.is_stop_overdue = True
            return
        self._cancel_stop = async_track_point_in_utc_time(
            self._hass,
            HassJob(self._async_stop_is_due, cancel_on_shutdown=True),
            due.at,
        )

    @callback
    def _async_stop_is_due(self, _now: datetime) -> None:
        """Have the coordinator look at the speaker and keep the promise."""
        self.is_stop_overdue = True
        self._coordinator.async_refresh_soon()

    async def _async_unload(self) -> None:
        """Cancel the timers; what is known and promised stays on disk.

        A command under way ends first: what it changes must not get lost.
        """
        async with self._lock:
            self._cancel_single_end()
            self._cancel_stop()
            if self._is_changed:
                await self._store.async_save(self._stored())

    @callback
    def _changed(self) -> None:
        """Keep and show what has changed."""
        self._save()
        self._coordinator.async_update_listeners()

    @callback
    def _save(self) -> None:
        """Keep what has to outlive Home Assistant."""
        self._is_changed = True
        self._store.async_delay_save(self._stored)

    @callback
    def _stored(self) -> dict[str, Any]:
        """Return what has to outlive Home Assistant."""
        looping = self.playback if self.is_looping else None
        due = self.stop_due
        return {
            "loop": self.loop,
            "last_track": self.last_track and asdict(self.last_track),
            "last_tone": self.last_tone and asdict(self.last_tone),
            "looping": looping
            and {"track": asdict(looping.track), "siren": looping.siren},
            "stop_due": due and {"path": due.path, "at": due.at.isoformat()},
        }


def _stop_due(tone: Track, duration: int) -> StopDue:
    """Promise a stop after some seconds."""
    seconds = min(duration, MAX_DURATION_SECONDS)
    return StopDue(tone.path, dt_util.utcnow() + timedelta(seconds=seconds))


def _restored_track(stored: dict[str, str] | None) -> Track | None:
    """Restore a track."""
    return Track(**stored) if stored else None


def _nothing() -> None:
    """Cancel a timer that is not there."""
