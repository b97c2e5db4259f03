"""Tests of the media player, and of the action that has it make a call."""

from typing import Any

from homeassistant.components.media_player import (
    MediaPlayerEntityFeature,
    MediaPlayerState,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.grandstream_gsc.const import DOMAIN

from .common import (
    BUSY_SECONDS,
    CALL,
    IDLE_SECONDS,
    MUSIC,
    PLAY,
    STATUS,
    act,
    advance,
    reload,
    settle,
    state_of,
)
from .conftest import PASSCODE
from .simulator import (
    Behaviour,
    Speaker,
    SpeakerServer,
    cut,
    drop,
    drop_after,
    reply,
)

FIRST = "/var/user/music/music1.ogg"
SECOND = "/var/user/music/music2.ogg"
BELL = "/var/user/music/Schulglocke groß.ogg"
ODD = "/var/user/music/Tom & Jerry #1 +50%.ogg"


def player(hass: HomeAssistant, entry: MockConfigEntry) -> State:
    """Return the state of the media player."""
    return state_of(hass, entry, Platform.MEDIA_PLAYER, "music")


def music_commands(speaker: SpeakerServer) -> list[dict[str, str]]:
    """Return what was told to play or stop, and forget it."""
    commands = [
        {key: request.params[key] for key in ("state", "type", "url", "loop")}
        for request in speaker.received
        if request.function == PLAY
    ]
    speaker.received.clear()
    return commands


def play(path: str, *, loop: bool = False) -> dict[str, str]:
    """Return the parameters of a play."""
    return {"state": "1", "type": "1", "url": path, "loop": "1" if loop else "0"}


def stop(path: str) -> dict[str, str]:
    """Return the parameters of a stop."""
    return {"state": "0", "type": "1", "url": path, "loop": "0"}


async def play_media(hass: HomeAssistant, target: str, name: str, **data: Any) -> None:
    """Play a track by its name."""
    await act(
        hass,
        "media_player.play_media",
        target,
        {"media_content_id": name, "media_content_type": "music"} | data,
    )


async def test_state(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """The media player bears the device's name, and says that its state is assumed."""
    state = player(hass, loaded)
    assert state.state == MediaPlayerState.IDLE
    assert state.name == "Grandstream GSC35xx"
    assert state.attributes["assumed_state"] is True
    assert state.attributes["device_class"] == "speaker"
    assert state.attributes["source_list"] == [
        "music1.ogg",
        "music2.ogg",
        "Schulglocke groß.ogg",
        "Tom & Jerry #1 +50%.ogg",
    ]
    assert state.attributes["supported_features"] == (
        MediaPlayerEntityFeature.PLAY
        | MediaPlayerEntityFeature.PLAY_MEDIA
        | MediaPlayerEntityFeature.STOP
        | MediaPlayerEntityFeature.NEXT_TRACK
        | MediaPlayerEntityFeature.PREVIOUS_TRACK
        | MediaPlayerEntityFeature.REPEAT_SET
        | MediaPlayerEntityFeature.SELECT_SOURCE
        | MediaPlayerEntityFeature.BROWSE_MEDIA
        | MediaPlayerEntityFeature.SEARCH_MEDIA
    )


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (FIRST, FIRST),
        ("music2.ogg", SECOND),
        ("music2", SECOND),
        ("MUSIC2", SECOND),
        ("Schulglocke GROSS", BELL),
        ("schulglocke groß", BELL),
        ("Tom & Jerry #1 +50%", ODD),
    ],
)
async def test_play_media(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    media_player: str,
    name: str,
    path: str,
) -> None:
    """A track is found by path, file name or stem, in upper or lower case."""
    speaker.received.clear()
    await play_media(hass, media_player, name)
    assert music_commands(speaker) == [play(path)]
    state = player(hass, loaded)
    assert state.state == MediaPlayerState.PLAYING
    assert state.attributes["media_content_id"] == path


async def test_playing_state(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    media_player: str,
) -> None:
    """What plays is shown by name and source, and no longer after a stop."""
    speaker.received.clear()
    await play_media(hass, media_player, "music2")
    state = player(hass, loaded)
    assert state.attributes["media_title"] == "music2"
    assert state.attributes["source"] == "music2.ogg"
    assert [request.function for request in speaker.received][:1] == [PLAY]

    await act(hass, "media_player.media_stop", media_player)
    assert music_commands(speaker) == [play(SECOND), stop(SECOND)]
    state = player(hass, loaded)
    assert state.state == MediaPlayerState.IDLE
    assert "media_title" not in state.attributes
    assert "source" not in state.attributes


async def test_unknown_track(
    hass: HomeAssistant, speaker: SpeakerServer, media_player: str
) -> None:
    """An unknown name makes one fresh look, then an error that names it."""
    speaker.received.clear()
    with pytest.raises(ServiceValidationError) as error:
        await play_media(hass, media_player, "Gong")
    assert error.value.translation_key == "unknown_track"
    assert (error.value.translation_placeholders or {})["track"] == "Gong"
    assert [request.function for request in speaker.received] == [MUSIC]


async def test_new_track_is_found(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    media_player: str,
) -> None:
    """A track uploaded a moment ago can be played by its name."""
    speaker.speaker.tracks = [*speaker.speaker.tracks, "Gong.wav"]
    speaker.received.clear()
    await play_media(hass, media_player, "gong")
    assert music_commands(speaker) == [play("/var/user/music/Gong.wav")]
    assert "Gong.wav" in player(hass, loaded).attributes["source_list"]


@pytest.mark.parametrize(
    "media", ["http://example.org/a.mp3", "media-source://tts/cloud?message=Hi"]
)
async def test_unsupported_media(
    hass: HomeAssistant, speaker: SpeakerServer, media_player: str, media: str
) -> None:
    """What is not stored on the speaker is refused without a request."""
    speaker.received.clear()
    with pytest.raises(ServiceValidationError) as error:
        await play_media(hass, media_player, media)
    assert error.value.translation_key == "unsupported_media"
    assert error.value.translation_placeholders == {"media": media}
    assert len(speaker.received) == 0


@pytest.mark.parametrize(
    ("repeat", "shown", "extra", "loop"),
    [
        ("off", "off", None, False),
        ("one", "one", None, True),
        ("all", "one", None, True),
        ("off", "off", True, True),
        ("one", "one", False, False),
    ],
)
async def test_loop(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    media_player: str,
    repeat: str,
    shown: str,
    extra: bool | None,
    loop: bool,
) -> None:
    """The repeat mode decides, unless the action says otherwise."""
    speaker.received.clear()
    await act(hass, "media_player.repeat_set", media_player, {"repeat": repeat})
    assert len(speaker.received) == 0
    assert player(hass, loaded).attributes["repeat"] == shown
    await play_media(hass, media_player, "music1", extra={"loop": extra})
    assert music_commands(speaker) == [play(FIRST, loop=loop)]


async def test_repeat_that_stays_writes_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry, media_player: str
) -> None:
    """Where nothing changed, the other entities keep still."""
    before = state_of(hass, loaded, Platform.SIREN, "alarm").last_reported
    await act(hass, "media_player.repeat_set", media_player, {"repeat": "off"})
    assert state_of(hass, loaded, Platform.SIREN, "alarm").last_reported == before


async def test_invalid_loop(
    hass: HomeAssistant, speaker: SpeakerServer, media_player: str
) -> None:
    """A loop that is neither true nor false is an error."""
    speaker.received.clear()
    with pytest.raises(ServiceValidationError) as error:
        await play_media(hass, media_player, "music1", extra={"loop": "maybe"})
    assert error.value.translation_key == "invalid_loop"
    assert len(speaker.received) == 0


async def test_transport(
    hass: HomeAssistant, speaker: SpeakerServer, media_player: str
) -> None:
    """Play takes the first or last track, next and previous walk around the list."""
    speaker.received.clear()
    for action in ("play", "next_track", "play", "previous_track", "previous_track"):
        await act(hass, f"media_player.media_{action}", media_player)
    await act(hass, "media_player.media_next_track", media_player)
    assert music_commands(speaker) == [
        play(path) for path in (FIRST, SECOND, SECOND, FIRST, ODD, FIRST)
    ]


@pytest.mark.parametrize(("action", "path"), [("next", FIRST), ("previous", ODD)])
async def test_step_from_nowhere(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    media_player: str,
    action: str,
    path: str,
) -> None:
    """With nothing played yet, next is the first track, previous the last."""
    speaker.received.clear()
    await act(hass, f"media_player.media_{action}_track", media_player)
    assert music_commands(speaker) == [play(path)]


async def test_stop_without_a_play(
    hass: HomeAssistant, speaker: SpeakerServer, media_player: str
) -> None:
    """A stop names the first track where none was played."""
    speaker.received.clear()
    await act(hass, "media_player.media_stop", media_player)
    assert music_commands(speaker) == [stop(FIRST)]


@pytest.mark.parametrize(
    "action", ["media_play", "media_stop", "media_next_track", "media_previous_track"]
)
async def test_no_tracks(
    hass: HomeAssistant, speaker: SpeakerServer, entry: MockConfigEntry, action: str
) -> None:
    """Without any music there is nothing to play or stop."""
    speaker.speaker.tracks = []
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)
    speaker.received.clear()
    with pytest.raises(ServiceValidationError) as error:
        await act(hass, f"media_player.{action}", player(hass, entry).entity_id)
    assert error.value.translation_key == "no_tracks"
    assert [request.function for request in speaker.received] == [MUSIC]


async def test_select_source(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """Choosing a source plays it; a second track of one name bears its path."""
    speaker.speaker.tracks = ["/a/Gong.ogg", "/b/Gong.ogg"]
    await reload(hass, loaded)
    state = player(hass, loaded)
    assert state.attributes["source_list"] == ["Gong.ogg", "/b/Gong.ogg"]
    speaker.received.clear()
    await act(
        hass, "media_player.select_source", state.entity_id, {"source": "/b/Gong.ogg"}
    )
    assert music_commands(speaker) == [play("/b/Gong.ogg")]
    assert player(hass, loaded).attributes["source"] == "/b/Gong.ogg"


async def test_single_play_ends_when_the_speaker_is_free_again(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    media_player: str,
) -> None:
    """A track is over when the speaker was busy and is available again."""
    await play_media(hass, media_player, "music1")
    await advance(hass, BUSY_SECONDS)
    assert player(hass, loaded).state == MediaPlayerState.PLAYING
    speaker.speaker.finish_track()
    await advance(hass, BUSY_SECONDS)
    assert player(hass, loaded).state == MediaPlayerState.IDLE


@pytest.mark.parametrize(
    ("options", "seconds"), [({}, 30), ({"single_play_seconds": 5}, 5)]
)
async def test_single_play_ends_by_time(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    media_player: str,
    options: dict[str, int],
    seconds: int,
) -> None:
    """A track is over after the time set, if the speaker was never seen busy."""
    speaker.speaker.busy_while_playing = False
    hass.config_entries.async_update_entry(loaded, options=options)
    await play_media(hass, media_player, "music1")
    await advance(hass, seconds - 1)
    assert player(hass, loaded).state == MediaPlayerState.PLAYING
    await advance(hass, seconds + 1)
    assert player(hass, loaded).state == MediaPlayerState.IDLE


async def test_single_play_is_watched_closely(
    hass: HomeAssistant, speaker: SpeakerServer, media_player: str
) -> None:
    """While a track is about to end, the speaker is asked every two seconds."""
    speaker.speaker.busy_while_playing = False
    await play_media(hass, media_player, "music1")
    speaker.received.clear()
    await advance(hass, BUSY_SECONDS)
    assert speaker.received.count(STATUS) == 1


@pytest.mark.parametrize("busy", [True, False])
async def test_loop_goes_on(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    media_player: str,
    busy: bool,
) -> None:
    """A loop ends by a stop only, and is not watched more closely."""
    speaker.speaker.busy_while_playing = busy
    await play_media(hass, media_player, "music1", extra={"loop": True})
    speaker.received.clear()
    await advance(hass, BUSY_SECONDS)
    assert len(speaker.received) == 0
    await advance(hass, 3600)
    speaker.speaker.playback = None
    await advance(hass, IDLE_SECONDS)
    assert player(hass, loaded).state == MediaPlayerState.PLAYING


async def test_another_play_replaces_the_first(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    media_player: str,
) -> None:
    """The end of a first track does not end the second."""
    speaker.speaker.busy_while_playing = False
    await play_media(hass, media_player, "music1")
    await play_media(hass, media_player, "music2", extra={"loop": True})
    await advance(hass, 31)
    assert player(hass, loaded).attributes["media_content_id"] == SECOND


async def test_restore(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    media_player: str,
) -> None:
    """Repeat mode, last track and a loop outlive a reload."""
    await act(hass, "media_player.repeat_set", media_player, {"repeat": "one"})
    await play_media(hass, media_player, "music2")
    await reload(hass, loaded)
    state = player(hass, loaded)
    assert state.state == MediaPlayerState.PLAYING
    assert state.attributes["media_content_id"] == SECOND
    assert state.attributes["repeat"] == "one"

    await play_media(hass, media_player, "music2", extra={"loop": False})
    await reload(hass, loaded)
    assert player(hass, loaded).state == MediaPlayerState.IDLE
    speaker.received.clear()
    await act(hass, "media_player.media_play", media_player)
    assert music_commands(speaker) == [play(SECOND, loop=True)]


@pytest.mark.parametrize(
    ("behaviour", "key", "count"),
    [
        pytest.param(drop, "dropped", 1, id="drop"),
        pytest.param(drop_after, "dropped", 1, id="drop_after"),
        pytest.param(reply(500), "server_error", 1, id="500"),
        pytest.param(reply(302), "redirected", 1, id="302"),
        pytest.param(reply(404), "not_served", 1, id="404"),
        pytest.param(reply(200, b"<html>"), "bad_answer", 1, id="page"),
        pytest.param(cut, "incomplete", 1, id="cut"),
    ],
)
async def test_failing_play(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    media_player: str,
    behaviour: Behaviour,
    key: str,
    count: int,
) -> None:
    """A play that fails is told as an error, sent once, and not shown as playing."""
    speaker.received.clear()
    speaker.behave(behaviour, PLAY)
    with pytest.raises(HomeAssistantError) as error:
        await play_media(hass, media_player, "music1")
    await settle(hass)
    assert error.value.translation_key == key
    assert error.value.translation_placeholders == {
        "speaker": loaded.title,
        "command": "play",
    }
    assert speaker.received.count(PLAY) == count
    assert player(hass, loaded).state == MediaPlayerState.IDLE


async def test_play_on_a_speaker_that_is_gone(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    media_player: str,
) -> None:
    """A speaker that went a moment ago gives an error; it is seen as gone at once."""
    await speaker.unplug()
    await settle(hass)
    with pytest.raises(HomeAssistantError) as error:
        await play_media(hass, media_player, "music1")
    await settle(hass)
    assert error.value.translation_key == "unreachable"
    assert player(hass, loaded).state == "unavailable"


async def test_failing_stop_keeps_playing(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    media_player: str,
) -> None:
    """A stop that failed is not shown as one."""
    await play_media(hass, media_player, "music1", extra={"loop": True})
    speaker.behave(reply(500), PLAY)
    with pytest.raises(HomeAssistantError) as error:
        await act(hass, "media_player.media_stop", media_player)
    assert error.value.translation_key == "server_error"
    assert player(hass, loaded).state == MediaPlayerState.PLAYING


async def test_browse_and_search(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    media_player: str,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """The browser shows the list as it is now; search filters it by name."""
    speaker.speaker.tracks = ["Gong.ogg", "/b/Gong.ogg", "Bell.ogg"]
    client = await hass_ws_client(hass)

    async def ask(kind: str, **data: str) -> Any:
        """Ask the media player over the websocket."""
        await client.send_json_auto_id(
            {"type": f"media_player/{kind}", "entity_id": media_player} | data
        )
        return await client.receive_json()

    answer = await ask("browse_media")
    assert answer["result"]["can_search"] is True
    assert [
        (child["title"], child["media_content_id"], child["can_play"])
        for child in answer["result"]["children"]
    ] == [
        ("Gong.ogg", "/var/user/music/Gong.ogg", True),
        ("/b/Gong.ogg", "/b/Gong.ogg", True),
        ("Bell.ogg", "/var/user/music/Bell.ogg", True),
    ]

    answer = await ask("search_media", search_query=" gONG")
    assert len(answer["result"]["result"]) == 2
    answer = await ask("search_media", search_query="nothing")
    assert answer["result"]["result"] == []

    answer = await ask(
        "browse_media", media_content_type="music", media_content_id="/elsewhere"
    )
    assert "/elsewhere" in answer["error"]["message"]

    speaker.behave(reply(200, b"<html>"), MUSIC)
    for kind, data in (("browse_media", {}), ("search_media", {"search_query": "a"})):
        answer = await ask(kind, **data)
        assert answer["error"]["translation_key"] == "bad_answer"

    speaker.behave_well()
    speaker.speaker.tracks = []
    answer = await ask("browse_media")
    assert answer["result"]["children"] == []


@pytest.mark.parametrize(
    "number", ["1001", "*70", "#31#", "+49301234", "bob", "sip:bob@pbx.example:5060"]
)
async def test_make_call(
    hass: HomeAssistant, speaker: SpeakerServer, media_player: str, number: str
) -> None:
    """A number is called as it is."""
    await act(hass, "grandstream_gsc.make_call", media_player, {"phone_number": number})
    (request,) = speaker.received.commands()
    assert request.function == CALL
    assert request.params["phonenumber"] == number


@pytest.mark.parametrize("number", ["12 34", "abc;drop", "", "1" * 129, "１２"])
async def test_invalid_phone_number(
    hass: HomeAssistant, speaker: SpeakerServer, media_player: str, number: str
) -> None:
    """What is no phone number is refused, and nothing is sent."""
    speaker.received.clear()
    with pytest.raises(ServiceValidationError) as error:
        await act(
            hass, "grandstream_gsc.make_call", media_player, {"phone_number": number}
        )
    assert error.value.translation_key == "invalid_phone_number"
    assert len(speaker.received) == 0


async def test_make_call_in_an_area(
    hass: HomeAssistant, speaker: SpeakerServer, media_player: str
) -> None:
    """The action reaches all speakers of an area."""
    area = ar.async_get(hass).async_create("Gym")
    entity = er.async_get(hass).async_get(media_player)
    assert entity is not None
    assert entity.device_id is not None
    dr.async_get(hass).async_update_device(entity.device_id, area_id=area.id)
    await hass.services.async_call(
        DOMAIN,
        "make_call",
        {"area_id": area.id, "phone_number": "100"},
        blocking=True,
    )
    await settle(hass)
    assert speaker.received.count(CALL) == 1


async def test_failing_call(
    hass: HomeAssistant, speaker: SpeakerServer, media_player: str
) -> None:
    """A call that the speaker refuses is told as such, and not tried again."""
    speaker.speaker.ring("100")
    with pytest.raises(HomeAssistantError) as error:
        await act(
            hass, "grandstream_gsc.make_call", media_player, {"phone_number": "1"}
        )
    assert error.value.translation_key == "refused"
    assert (error.value.translation_placeholders or {})["command"] == "make_call"
    assert speaker.received.count(CALL) == 1


async def test_unavailable_speaker_is_skipped(
    hass: HomeAssistant, speaker: SpeakerServer, media_player: str
) -> None:
    """Home Assistant itself skips an unavailable speaker; the others play."""
    async with SpeakerServer(Speaker(passcode=PASSCODE)) as other:
        second = MockConfigEntry(
            domain=DOMAIN,
            data={
                "host": other.host,
                "port": other.port,
                "ssl": False,
                "verify_ssl": False,
                "password": PASSCODE,
            },
        )
        second.add_to_hass(hass)
        await hass.config_entries.async_setup(second.entry_id)
        await settle(hass)
        speaker.behave(reply(500))
        await advance(hass, IDLE_SECONDS)
        speaker.received.clear()
        await act(
            hass,
            "media_player.play_media",
            [media_player, player(hass, second).entity_id],
            {"media_content_id": "music1", "media_content_type": "music"},
        )
        assert speaker.received.count(PLAY) == 0
        assert music_commands(other) == [play(FIRST)]
        assert await hass.config_entries.async_unload(second.entry_id)
