"""A control surface over HTTP and JSON for simulated speakers."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from http import HTTPStatus
import json
from typing import Any, Final

from aiohttp import web

from .behaviour import well
from .faults import FAULTS
from .server import SpeakerServer
from .speaker import Speaker, WrongPasscode

type Data = dict[str, Any]
type Action = Callable[[SpeakerServer, Data], Awaitable[None]]
type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

CALLS: Final = {
    "GET /": "this list",
    "GET /speakers": "state of all speakers",
    "GET /speakers/{n}": "state of one speaker, counted from 1",
    "GET /speakers/{n}/received": "requests that arrived; all, or ?since=index",
    "DELETE /speakers/{n}/received": "forget them",
    "POST /speakers/{n}/ring": 'a call comes in: {"number": "100", "name": "Office"}',
    "POST /speakers/{n}/answer": "the far end answers",
    "POST /speakers/{n}/hang_up": "the far end hangs up",
    "POST /speakers/{n}/finish_track": "the track reaches its end",
    "POST /speakers/{n}/unplug": "no more network",
    "POST /speakers/{n}/plug_in": "network again",
    "POST /speakers/{n}/reboot": "the speaker reboots by itself",
    "POST /speakers/{n}/come_back": "the reboot ends",
    "POST /speakers/{n}/passcode": 'change the passcode: {"passcode": "secret"}',
    "POST /speakers/{n}/tracks": 'change the tracks: {"tracks": ["music1.ogg"]}',
    "POST /speakers/{n}/wrong_passcode": 'answer to a wrong one: {"answer": "wrongN"}',
    "POST /speakers/{n}/unlock": "unlock after bad logins",
    "POST /speakers/{n}/clog": "let no connection come about, until plugged in",
    "POST /speakers/{n}/reboot_every": 'on a clock: {"seconds": 60}; {}: no more',
    "POST /speakers/{n}/behave": (
        'treat requests badly: {"behaviour": "reset"}; or, for one function and a '
        'number of times: {"behaviour": "http_503", "function": '
        '"api-get_phone_status", "times": 2}; "well" is an exception from others'
    ),
    "POST /speakers/{n}/behave_well": "forget all of that",
    "GET /behaviours": "the names of the behaviours",
}


def control_app(servers: Sequence[SpeakerServer]) -> web.Application:
    """Make the web application that controls some speakers."""
    control = _Control(servers)
    app = web.Application(middlewares=[_answer_errors])
    app.add_routes(
        [
            web.get("/", _list_calls),
            web.get("/behaviours", _list_behaviours),
            web.get("/speakers", control.list_speakers),
            web.get("/speakers/{n}", control.show_speaker),
            web.get("/speakers/{n}/received", control.list_received),
            web.delete("/speakers/{n}/received", control.clear_received),
            web.post("/speakers/{n}/{action}", control.act),
        ]
    )
    return app


class _Control:
    """The calls that concern speakers."""

    def __init__(self, servers: Sequence[SpeakerServer]) -> None:
        """Remember the speakers."""
        self._servers = servers

    async def list_speakers(self, _request: web.Request) -> web.Response:
        """Answer the state of all speakers."""
        return web.json_response([_describe(server) for server in self._servers])

    async def show_speaker(self, request: web.Request) -> web.Response:
        """Answer the state of one speaker."""
        return web.json_response(_describe(self._find(request)))

    async def list_received(self, request: web.Request) -> web.Response:
        """Answer what arrived since an index."""
        since = request.query.get("since", "0")
        if not since.isdecimal():
            raise ValueError("since must be a number from 0 on")
        received = self._find(request).received[int(since) :]
        return web.json_response([asdict(one) for one in received])

    async def clear_received(self, request: web.Request) -> web.Response:
        """Forget what arrived."""
        server = self._find(request)
        server.received.clear()
        return web.json_response(_describe(server))

    async def act(self, request: web.Request) -> web.Response:
        """Let something happen to a speaker and answer its state."""
        server = self._find(request)
        if (action := ACTIONS.get(request.match_info["action"])) is None:
            raise web.HTTPNotFound
        await action(server, await _read(request))
        return web.json_response(_describe(server))

    def _find(self, request: web.Request) -> SpeakerServer:
        """Find the speaker that a request is about."""
        number = request.match_info["n"]
        if not number.isdecimal() or not 1 <= int(number) <= len(self._servers):
            raise web.HTTPNotFound
        return self._servers[int(number) - 1]


async def _list_calls(_request: web.Request) -> web.Response:
    """Answer the list of calls."""
    return web.json_response(CALLS)


async def _list_behaviours(_request: web.Request) -> web.Response:
    """Answer the names of the behaviours."""
    return web.json_response([*BEHAVIOURS])


@web.middleware
async def _answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer errors in JSON."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return web.json_response({"error": error.reason}, status=error.status)
    except ValueError as error:
        status = HTTPStatus.BAD_REQUEST
        return web.json_response({"error": str(error)}, status=status)


async def _read(request: web.Request) -> Data:
    """Read a JSON object; no body is an empty one."""
    data = json.loads(await request.read() or b"{}")
    if not isinstance(data, dict):
        raise ValueError("the body must be a JSON object")  # noqa: TRY004
    return data


def _describe(server: SpeakerServer) -> Data:
    """Describe a speaker and its socket."""
    return {
        "url": server.url,
        "listening": server.listening.is_set(),
        "received": len(server.received),
        **server.speaker.describe(),
    }


def _text(data: Data, name: str, default: str | None = None) -> str:
    """Return a field that must be a string."""
    value = data.get(name, default)
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a string")  # noqa: TRY004
    return value


def _number(data: Data, name: str) -> int | float | None:
    """Return a field that must be a positive number, if it is there."""
    value = data.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise ValueError(f"{name} must be a positive number")
    return value


def _on_speaker(action: Callable[[Speaker], None]) -> Action:
    """Make an action of a method of the speaker that takes nothing."""

    async def act(server: SpeakerServer, _data: Data) -> None:
        action(server.speaker)

    return act


def _on_server(action: Callable[[SpeakerServer], Awaitable[None]]) -> Action:
    """Make an action of a method of the server that takes nothing."""

    async def act(server: SpeakerServer, _data: Data) -> None:
        await action(server)

    return act


async def _ring(server: SpeakerServer, data: Data) -> None:
    """Let a call come in."""
    server.speaker.ring(_text(data, "number"), _text(data, "name", ""))


async def _change_passcode(server: SpeakerServer, data: Data) -> None:
    """Change the passcode."""
    server.speaker.passcode = _text(data, "passcode")


async def _change_tracks(server: SpeakerServer, data: Data) -> None:
    """Change the tracks."""
    tracks = data.get("tracks")
    if not isinstance(tracks, list) or not all(isinstance(one, str) for one in tracks):
        raise ValueError("tracks must be a list of strings")
    server.speaker.tracks = tracks


async def _answer_wrong_passcode(server: SpeakerServer, data: Data) -> None:
    """Choose the answer to a wrong passcode."""
    server.speaker.wrong_passcode = WrongPasscode(_text(data, "answer"))


async def _reboot_every(server: SpeakerServer, data: Data) -> None:
    """Reboot on a clock."""
    server.reboot_every(_number(data, "seconds"))


async def _behave(server: SpeakerServer, data: Data) -> None:
    """Treat requests in a certain way."""
    name = _text(data, "behaviour")
    if name not in BEHAVIOURS:
        raise ValueError(f"there is no behaviour {name}")
    function = _text(data, "function", "") or None
    times = _number(data, "times")
    server.behave(BEHAVIOURS[name], function, None if times is None else int(times))


async def _behave_well(server: SpeakerServer, _data: Data) -> None:
    """Forget all installed behaviours."""
    server.behave_well()


BEHAVIOURS: Final = {"well": well, **FAULTS}

ACTIONS: Final[dict[str, Action]] = {
    "ring": _ring,
    "answer": _on_speaker(Speaker.far_end_answers),
    "hang_up": _on_speaker(Speaker.far_end_hangs_up),
    "finish_track": _on_speaker(Speaker.finish_track),
    "unplug": _on_server(SpeakerServer.unplug),
    "plug_in": _on_server(SpeakerServer.plug_in),
    "reboot": _on_speaker(Speaker.reboot),
    "come_back": _on_server(SpeakerServer.come_back),
    "passcode": _change_passcode,
    "tracks": _change_tracks,
    "wrong_passcode": _answer_wrong_passcode,
    "unlock": _on_speaker(Speaker.unlock),
    "clog": _on_server(SpeakerServer.clog),
    "reboot_every": _reboot_every,
    "behave": _behave,
    "behave_well": _behave_well,
}
