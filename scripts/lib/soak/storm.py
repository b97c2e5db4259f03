"""Random use of the speakers by people, and random faults of the speakers."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from random import Random

from scripts.lib.develop.api import Api
from scripts.lib.develop.errors import DevelopError
from scripts.lib.develop.household import DOMAIN, Added, submit
from scripts.lib.develop.world import OWNER

TRACKS = ("music1.ogg", "music2.ogg", "Schulglocke groß.ogg", "Tom & Jerry #1 +50%.ogg")
FUNCTIONS = (
    None,
    "api-get_phone_status",
    "api-get_line_status",
    "api-get_music",
    "api-ctrl_music_play",
    "api-phone_operation",
    "api-sys_operation",
    "api-make_call",
)
MAX_DURATION = 5
JANITOR_SECONDS = 2
TOKEN_SECONDS = 600

type Act = Callable[[], Awaitable[object]]


@dataclass
class Storm:
    """What happens to all speakers, at random but for the seed."""

    api: Api
    random: Random
    behaviours: list[str]
    # What was done, and how often it was answered with a message to the user.
    acts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    passcodes: dict[str, str] = field(default_factory=dict)
    numbers: count[int] = field(default_factory=lambda: count(1000))

    async def rage(self, added: tuple[Added, ...], seconds: float) -> None:
        """Let it all happen at once, for a time."""
        tasks = [
            asyncio.create_task(self._enter_passcodes(added)),
            asyncio.create_task(self._stay_signed_in()),
        ]
        for one in added:
            self.passcodes[one.entry_id] = one.speaker.plan.passcode
            tasks.append(asyncio.create_task(self._use(one)))
            tasks.append(asyncio.create_task(self._harm(one)))
        done, pending = await asyncio.wait(
            tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION
        )
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        for task in done:
            task.result()

    async def enter_passcodes(self, added: tuple[Added, ...]) -> int:
        """Enter the passcode wherever it is asked for; return how often it was."""
        flows = await self.api.command("config_entries/flow/progress")
        asked = [
            flow
            for flow in flows
            if flow["handler"] == DOMAIN and flow["context"]["source"] == "reauth"
        ]
        for flow in asked:
            passcode = self.passcodes[flow["context"]["entry_id"]]
            enter = partial(submit, self.api, flow["flow_id"], password=passcode)
            await self._try("reauth", enter)
        return len(asked)

    async def heal(self, one: Added) -> None:
        """Let a speaker be well, but for calls and music."""
        await one.speaker.do("behave_well")
        await one.speaker.do("unlock")
        await one.speaker.do("plug_in")

    async def _enter_passcodes(self, added: tuple[Added, ...]) -> None:
        """Be the one who is called when a passcode is wrong."""
        while True:
            await asyncio.sleep(JANITOR_SECONDS)
            await self.enter_passcodes(added)

    async def _stay_signed_in(self) -> None:
        """Get a new token in time: one is good for half an hour."""
        while True:
            await asyncio.sleep(TOKEN_SECONDS)
            await self.api.sign_in(OWNER)

    async def _use(self, one: Added) -> None:
        """Be people who use a speaker."""
        acts: tuple[tuple[str, Callable[[Added], Awaitable[object]]], ...] = (
            ("play", self._play),
            ("siren", self._sound),
            ("stop", lambda one: self._call("media_player.media_stop", one, "music")),
            ("silence", lambda one: self._call("siren.turn_off", one, "alarm")),
            (
                "next",
                lambda one: self._call("media_player.media_next_track", one, "music"),
            ),
            ("call", self._dial),
            ("hang up", lambda one: self._call("button.press", one, "end_call")),
            ("accept", lambda one: self._call("button.press", one, "accept_call")),
            ("mute", lambda one: self._call("button.press", one, "toggle_mute")),
            ("reboot", lambda one: self._call("button.press", one, "reboot")),
            ("browse", self._browse),
            ("diagnose", self._diagnose),
            ("reload", self._reload),
        )
        weights = (8, 6, 4, 2, 2, 4, 3, 1, 1, 0.3, 1, 0.5, 0.5)
        while True:
            await asyncio.sleep(self.random.uniform(0.2, 3))
            ((name, act),) = self.random.choices(acts, weights)
            await self._try(name, partial(act, one))

    async def _harm(self, one: Added) -> None:
        """Be what goes wrong with a speaker."""
        harms = (self._misbehave, self._unplug, self._ring, self._change_passcode)
        weights = (10, 2, 3, 0.2)
        while True:
            await asyncio.sleep(self.random.uniform(1, 12))
            (harm,) = self.random.choices(harms, weights)
            await self._try(harm.__name__.strip("_"), partial(harm, one))

    async def _try(self, name: str, act: Act) -> None:
        """Do something that may end with a message, and count both."""
        self.acts[name] += 1
        try:
            await act()
        except DevelopError:
            self.refusals[name] += 1

    async def _call(self, action: str, one: Added, key: str, **data: object) -> None:
        """Perform an action."""
        await self.api.call(action, one.entities[key], **data)

    async def _play(self, one: Added) -> None:
        """Play a track, looped or not."""
        await self._call(
            "media_player.play_media",
            one,
            "music",
            media_content_type="music",
            media_content_id=self.random.choice(TRACKS),
            extra={"loop": self.random.random() < 1 / 3},
        )

    async def _sound(self, one: Added) -> None:
        """Sound the siren for some seconds."""
        duration = self.random.randint(1, MAX_DURATION)
        tone = self.random.choice(TRACKS)
        await self._call("siren.turn_on", one, "alarm", tone=tone, duration=duration)

    async def _dial(self, one: Added) -> None:
        """Call a number that nobody calls a second time."""
        number = str(next(self.numbers))
        await self._call(f"{DOMAIN}.make_call", one, "music", phone_number=number)

    async def _browse(self, one: Added) -> None:
        """Browse the tracks."""
        await self.api.command(
            "media_player/browse_media", entity_id=one.entities["music"]
        )

    async def _diagnose(self, one: Added) -> None:
        """Download diagnostics."""
        await self.api.get(f"/api/diagnostics/config_entry/{one.entry_id}")

    async def _reload(self, one: Added) -> None:
        """Reload the entry."""
        await self.api.post(f"/api/config/config_entries/entry/{one.entry_id}/reload")

    async def _misbehave(self, one: Added) -> None:
        """Answer badly, for some requests or for some time."""
        await one.speaker.do(
            "behave",
            behaviour=self.random.choice(self.behaviours),
            function=self.random.choice(FUNCTIONS) or "",
            times=self.random.randint(1, 20),
        )
        await asyncio.sleep(self.random.uniform(1, 12))
        await self.heal(one)

    async def _unplug(self, one: Added) -> None:
        """Be away for a while, in one way or another."""
        await one.speaker.do(self.random.choice(("unplug", "clog", "reboot")))
        await asyncio.sleep(self.random.uniform(0.1, 20))
        await self.heal(one)

    async def _ring(self, one: Added) -> None:
        """Be called by somebody who gives up after a while."""
        await one.speaker.do("ring", number="100", name="Office")
        await asyncio.sleep(self.random.uniform(0.1, 5))
        await one.speaker.do("hang_up")

    async def _change_passcode(self, one: Added) -> None:
        """Change the passcode on the speaker itself."""
        passcode = f"nëw {self.random.randrange(10**9)} w&rd#+%/?\"'"
        self.passcodes[one.entry_id] = passcode
        await one.speaker.do("passcode", passcode=passcode)
