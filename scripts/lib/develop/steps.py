"""The steps of the check, in their order; the first line of each is its name.

Each returns what it saw. What takes its time, such as a reboot, ends in a step of its
own, so that others can take place meanwhile.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
import json

from .console import leaks
from .household import (
    DOMAIN,
    SET_UP_SECONDS,
    Added,
    find_all,
    settle,
    start_flow,
    submit,
    user_input,
    wait_until_loaded,
)
from .scene import (
    BUSY_POLL_SECONDS,
    POLL_SECONDS,
    Scene,
    require,
)
from .simulator import Command
from .waiting import eventually
from .world import PLANS

WRONG_PASSCODE = "wrÖng & +%41/#"
NEW_PASSCODE = "nëw pass&code=%20+#?"
# The factory's passcode is a word of many logs.
SECRETS = (WRONG_PASSCODE, NEW_PASSCODE, *(plan.passcode for plan in PLANS[:-1]))

FOLDER = "/var/user/music"
BELL = "Schulglocke groß.ogg"
SHORT_SECONDS = 3
LONG_SECONDS = 8
# A siren may end a little late, never early; timers and clocks are not exact.
TOLERANCE_SECONDS = 0.1
MAX_BAD_LOGINS = 2

type Step = Callable[[Scene], Awaitable[str]]


async def find_speakers(scene: Scene) -> str:
    """Find two speakers in Home Assistant."""
    scene.added = await find_all(scene.world.api, scene.world.speakers)
    require(len(scene.added) == len(PLANS) - 1, f"there are {[*scene.added]}")
    return ", ".join(added.entities["music"] for added in scene.added.values())


async def refuse_wrong_passcode(scene: Scene) -> str:
    """Refuse a wrong passcode in the form."""
    speaker = scene.world.speakers[-1]
    scene.flow_id = await start_flow(scene.world.api)
    form = user_input(speaker, WRONG_PASSCODE)
    answer = await submit(scene.world.api, scene.flow_id, **form)
    errors = answer.get("errors")
    require(errors == {"base": "invalid_auth"}, f"the form says {errors}")
    return f"invalid_auth; bad logins: {(await speaker.look())['bad_logins']}"


async def add_speaker(scene: Scene) -> str:
    """Add a speaker with the right passcode."""
    api, speaker = scene.world.api, scene.world.speakers[-1]
    form = user_input(speaker, speaker.plan.passcode)
    answer = await submit(api, scene.flow_id, **form)
    require(answer["type"] == "create_entry", f"the form says {answer.get('errors')}")
    added = await settle(api, speaker, answer["result"]["entry_id"])
    scene.added[speaker.plan.area] = added
    require(await _has_issue(scene), "no repair issue about the factory's passcode")
    return f"{answer['title']}, {len(added.entities)} entities, factory passcode noted"


async def change_passcode(scene: Scene) -> str:
    """Change the passcode on that speaker."""
    before = await scene.entrance.speaker.do("passcode", passcode=NEW_PASSCODE)
    scene.marks["bad_logins"] = before["bad_logins"]
    _expect_complaint(scene, scene.entrance)
    return "at the control surface"


async def reboot(scene: Scene) -> str:
    """Reboot another speaker, which becomes unavailable."""
    corridor = scene.corridor
    press = partial(scene.call, "button.press", corridor, "reboot")
    commands = await scene.told(corridor, press, "api-sys_operation request=REBOOT")
    await scene.wait_for(corridor, "music", "unavailable")
    _expect_complaint(scene, corridor)
    return _received(commands)


async def browse(scene: Scene) -> str:
    """Browse the tracks."""
    speaker = scene.gym.speaker
    since = (await speaker.look())["received"]
    folder = await scene.world.api.command(
        "media_player/browse_media", entity_id=scene.gym.entities["music"]
    )
    paths = [child["media_content_id"] for child in folder["children"]]
    tracks = (await speaker.look())["tracks"]
    require(paths == tracks, f"the browser shows {paths}, not {tracks}")
    texts = [command.text for command in await speaker.received(since)]
    return f"{len(paths)} tracks <- {'; '.join(texts)}"


async def play_looped(scene: Scene) -> str:
    """Play a track looped."""
    return await _play(scene, "music1.ogg", loop=True)


async def play_once(scene: Scene) -> str:
    """Play a track once."""
    return await _play(scene, "Tom & Jerry #1 +50%.ogg", loop=False)


async def stop(scene: Scene) -> str:
    """Stop."""
    stop = partial(scene.call, "media_player.media_stop", scene.gym, "music")
    commands = await scene.told(scene.gym, stop, _stop("Tom & Jerry #1 +50%.ogg"))
    await scene.wait_for(scene.gym, "music", "idle")
    return _received(commands)


async def make_call(scene: Scene) -> str:
    """Make a call that the far end answers."""
    gym = scene.gym
    call = partial(
        scene.call, f"{DOMAIN}.make_call", gym, "music", phone_number="*72+1"
    )
    commands = await scene.told(gym, call, "api-make_call phonenumber=*72+1")
    await scene.wait_for(gym, "line_1", "dialing")
    await gym.speaker.do("answer")
    await scene.wait_for(gym, "line_1", "connected", BUSY_POLL_SECONDS)
    return _received(commands)


async def end_call(scene: Scene) -> str:
    """End that call."""
    press = partial(scene.call, "button.press", scene.gym, "end_call")
    commands = await scene.told(scene.gym, press, "api-phone_operation cmd=endcall")
    await scene.wait_for(scene.gym, "line_1", "idle")
    await scene.wait_for(scene.gym, "busy", "off")
    return _received(commands)


async def let_call_come_in(scene: Scene) -> str:
    """Let a call come in: busy, and the caller is shown."""
    gym = scene.gym
    await gym.speaker.do("ring", number="100", name="Bürö")
    await scene.wait_for(gym, "busy", "on", POLL_SECONDS)
    shown = await scene.wait_for(gym, "line_1", "ringing")
    caller = (shown["remote_name"], shown["remote_number"])
    require(caller == ("Bürö", "100"), f"the line shows {caller}")
    return f"{caller[0]}, {caller[1]}"


async def let_caller_hang_up(scene: Scene) -> str:
    """Let the caller hang up: no longer busy."""
    await scene.gym.speaker.do("hang_up")
    await scene.wait_for(scene.gym, "busy", "off", BUSY_POLL_SECONDS)
    shown = await scene.wait_for(scene.gym, "line_1", "idle")
    require(shown["remote_number"] is None, "the line still shows the caller")
    return "idle"


async def sound_siren(scene: Scene) -> str:
    """Sound the siren, which ends by itself."""
    sound = partial(_sound, scene, SHORT_SECONDS)
    return await _see_siren_end(scene, sound, SHORT_SECONDS, SHORT_SECONDS + 2)


async def come_back(scene: Scene) -> str:
    """See the speaker come back from its reboot."""
    await scene.wait_for(scene.corridor, "music", "idle", POLL_SECONDS)
    return scene.corridor.entities["music"]


async def offer_reauth(scene: Scene) -> str:
    """Be asked for the new passcode after two bad logins."""
    api = scene.world.api

    async def find_flow() -> str | None:
        flows = await api.command("config_entries/flow/progress")
        ids = [
            flow["flow_id"]
            for flow in flows
            if flow["context"]["source"] == "reauth" and flow["handler"] == DOMAIN
        ]
        return ids[0] if ids else None

    failure = "no flow asks for the new passcode"
    scene.flow_id = await eventually(find_flow, 2 * POLL_SECONDS, failure)
    return f"bad logins: {await _bad_logins(scene)}"


async def enter_new_passcode(scene: Scene) -> str:
    """Enter the new passcode."""
    api, entrance = scene.world.api, scene.entrance
    answer = await submit(api, scene.flow_id, password=NEW_PASSCODE)
    reason = answer.get("reason")
    require(reason == "reauth_successful", f"the form says {answer.get('errors')}")
    await wait_until_loaded(api, entrance.entry_id)
    await scene.wait_for(entrance, "music", "idle", SET_UP_SECONDS)
    require(not await _has_issue(scene), "the factory's passcode is still noted")
    return f"{reason}; bad logins: {await _bad_logins(scene)}"


async def restart(scene: Scene) -> str:
    """Restart Home Assistant in the middle of a siren."""
    end = scene.world.home_assistant.stop
    return await _restart_in_siren(scene, end, LONG_SECONDS)


async def kill(scene: Scene) -> str:
    """Kill Home Assistant in the middle of a siren."""

    async def kill_for_long() -> None:
        await scene.world.home_assistant.kill()
        # Nobody is there to stop the siren in time.
        await asyncio.sleep(SHORT_SECONDS)

    return await _restart_in_siren(scene, kill_for_long, SHORT_SECONDS)


async def download_diagnostics(scene: Scene) -> str:
    """Download diagnostics without a passcode in them."""
    sizes = []
    for added in scene.added.values():
        path = f"/api/diagnostics/config_entry/{added.entry_id}"
        text = json.dumps(await scene.world.api.get(path), ensure_ascii=False)
        require(not leaks(text, SECRETS), f"a passcode in those of {added.entry_id}")
        require("**REDACTED**" in text, "nothing is redacted")
        sizes.append(f"{len(text)} characters")
    return ", ".join(sizes)


async def remove(scene: Scene) -> str:
    """Remove a speaker with all that is known of it."""
    entrance, api = scene.entrance, scene.world.api
    await api.delete(f"/api/config/config_entries/entry/{entrance.entry_id}")
    registry = await api.command("config/entity_registry/list")
    left = {entity["entity_id"] for entity in registry} & {*entrance.entities.values()}
    require(not left, f"there still is {left}")
    return f"{len(entrance.entities)} entities"


STEPS: tuple[Step, ...] = (
    find_speakers,
    refuse_wrong_passcode,
    add_speaker,
    change_passcode,
    reboot,
    browse,
    play_looped,
    play_once,
    stop,
    make_call,
    end_call,
    let_call_come_in,
    let_caller_hang_up,
    sound_siren,
    come_back,
    offer_reauth,
    enter_new_passcode,
    restart,
    kill,
    download_diagnostics,
    remove,
)


async def _play(scene: Scene, track: str, *, loop: bool) -> str:
    """Play a track and see that the media player shows it."""
    play = partial(
        scene.call,
        "media_player.play_media",
        scene.gym,
        "music",
        media_content_type="music",
        media_content_id=track,
        extra={"loop": loop},
    )
    commands = await scene.told(scene.gym, play, _start(track, loop=loop))
    shown = await scene.wait_for(scene.gym, "music", "playing")
    require(shown["source"] == track, f"the media player shows {shown['source']}")
    return _received(commands)


async def _sound(scene: Scene, seconds: int) -> None:
    """Sound the siren for some seconds, and see that it is on."""
    await scene.call("siren.turn_on", scene.gym, "alarm", tone=BELL, duration=seconds)
    await scene.wait_for(scene.gym, "alarm", "on")


async def _restart_in_siren(
    scene: Scene, end: Callable[[], Awaitable[None]], seconds: int
) -> str:
    """Start Home Assistant anew while a siren sounds, and see the siren end."""

    async def sound_and_restart() -> None:
        await _sound(scene, seconds)
        await end()
        await scene.world.start_home_assistant()

    return await _see_siren_end(
        scene, sound_and_restart, seconds, seconds + POLL_SECONDS
    )


async def _see_siren_end(
    scene: Scene, sound: Callable[[], Awaitable[None]], seconds: int, deadline: float
) -> str:
    """See a siren end, not before its time, with one stop at the speaker."""
    started, stopped = await scene.told(
        scene.gym, sound, _start(BELL, loop=True), _stop(BELL), seconds=deadline
    )
    lasted = stopped.time - started.time
    require(lasted >= seconds - TOLERANCE_SECONDS, f"it lasted {lasted:.1f} s only")
    await scene.wait_for(scene.gym, "alarm", "off", POLL_SECONDS)
    return f"{_received([started])}; after {lasted:.1f} s {stopped.text}"


async def _bad_logins(scene: Scene) -> int:
    """Count the bad logins since the passcode was changed: two at most."""
    now = (await scene.entrance.speaker.look())["bad_logins"]
    count: int = now - scene.marks["bad_logins"]
    require(0 < count <= MAX_BAD_LOGINS, f"there were {count} bad logins")
    return count


async def _has_issue(scene: Scene) -> bool:
    """Tell whether a repair issue is about the factory's passcode."""
    issues = (await scene.world.api.command("repairs/list_issues"))["issues"]
    return any(issue["translation_key"] == "factory_passcode" for issue in issues)


def _expect_complaint(scene: Scene, added: Added) -> None:
    """Expect one line in the log that tells of a speaker that is gone."""
    scene.console.expect(f"Error fetching GSC35xx ({added.speaker.address})")


def _start(track: str, *, loop: bool) -> str:
    """Return the command that plays a track."""
    return f"api-ctrl_music_play state=1 url={FOLDER}/{track} loop={int(loop)}"


def _stop(track: str) -> str:
    """Return the command that stops a track."""
    return f"api-ctrl_music_play state=0 url={FOLDER}/{track} loop=0"


def _received(commands: list[Command]) -> str:
    """Say what a speaker received."""
    return f"<- {'; '.join(command.text for command in commands)}"
