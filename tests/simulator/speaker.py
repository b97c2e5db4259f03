"""A GSC35xx speaker without its sockets: what it is, does and answers.

The letters are those of the wire format notes: G is the vendor's guide or a real
GSC3516, S was seen on a sibling, ? is a guess.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
import json
import posixpath
from typing import Any, Final, Literal

from .messages import CGI_FOLDER, Answer, Received, page

FACTORY_PASSCODE: Final = "admin"
LOGIN_TRIES: Final = 5
MODEL_LINES: Final = {"GSC3505": 3, "GSC3506": 4, "GSC3510": 3, "GSC3516": 4}
MUSIC_FOLDER: Final = "/var/user/music"
DEFAULT_TRACKS: Final = (
    "music1.ogg",
    "music2.ogg",
    "Schulglocke groß.ogg",
    "Tom & Jerry #1 +50%.ogg",
)

type Params = dict[str, str]


class StatusStyle(StrEnum):
    """How the phone status is written."""

    CAPTURE = "capture"
    GUIDE = "guide"


class WrongPasscode(StrEnum):
    """What is said to a wrong passcode; which one a GSC takes is unknown (?)."""

    UNAUTHORIZED = "unauthorized"
    SESSION_EXPIRED = "session-expired"
    COUNTDOWN = "wrongN"
    HTTP_401 = "401"
    HTTP_403 = "403"
    FAILED = "failed"
    NOT_ALLOWED = "not_allowed"


class NoLines(StrEnum):
    """What is said to a line status request where it is not served."""

    NOT_FOUND = "404"
    NOT_IMPLEMENTED = "501"
    REFUSED = "refused"


class CallState(StrEnum):
    """State of a call, in the words of the line status (S)."""

    RINGING = "ringing"
    DIALING = "dialing"
    CONNECTED = "connected"


@dataclass(frozen=True, slots=True)
class Call:
    """The one call that a speaker can have."""

    state: CallState
    number: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Playback:
    """A track that is playing."""

    path: str
    loop: bool


class ImpossibleError(ValueError):
    """What was asked of the speaker cannot happen in its state."""


class RefusedError(Exception):
    """A request was refused with an answer."""

    def __init__(self, answer: Answer) -> None:
        """Keep the answer."""
        super().__init__()
        self.answer = answer


def _json(**content: object) -> Answer:
    """Encode a JSON object; the siblings call it plain text (S)."""
    text = json.dumps(content, ensure_ascii=False)
    return Answer(body=text.encode(), content_type="text/plain")


COMPLETE: Final = _json(response="success", body="complete")  # G
FAILED: Final = _json(response="error", body="failed")  # G
DIALED: Final = _json(response="success", body=True)  # G
LOCKED: Final = _json(response="error", body="locked", lockTime=5)  # S

_WRONG_PASSCODE: Final = {
    WrongPasscode.UNAUTHORIZED: _json(response="success", body="unauthorized"),  # S
    WrongPasscode.SESSION_EXPIRED: _json(
        response="error", body={"status": "session-expired"}
    ),  # S
    WrongPasscode.HTTP_401: page(401),  # S
    WrongPasscode.HTTP_403: page(403),  # S
    WrongPasscode.FAILED: FAILED,  # ?
    WrongPasscode.NOT_ALLOWED: _json(
        response="error", message="user is not allowed"
    ),  # S
}
_NO_LINES: Final = {
    NoLines.NOT_FOUND: page(404),  # S
    NoLines.NOT_IMPLEMENTED: page(501),  # S
    NoLines.REFUSED: FAILED,  # ?
}


def ignore() -> None:
    """Take no notice."""


@dataclass(kw_only=True)
class Speaker:
    """A speaker: options first, then the state it is in."""

    model: str = "GSC3516"
    passcode: str = FACTORY_PASSCODE
    # Paths; a bare file name lies in the music folder.
    tracks: list[str] = field(default_factory=lambda: list(DEFAULT_TRACKS))
    status_style: StatusStyle = StatusStyle.CAPTURE
    wrong_passcode: WrongPasscode = WrongPasscode.UNAUTHORIZED
    serves_lines: bool = True
    no_lines: NoLines = NoLines.NOT_IMPLEMENTED
    number_key: Literal["remotenum", "remotenumber"] = "remotenum"
    busy_while_playing: bool = True
    # None: only by finish_track() and by come_back().
    play_seconds: float | None = None
    reboot_seconds: float | None = None
    # Called after everything that may have changed the state.
    on_change: Callable[[], None] = field(default=ignore, repr=False)

    call: Call | None = field(default=None, init=False)
    muted: bool = field(default=False, init=False)
    playback: Playback | None = field(default=None, init=False)
    rebooting: bool = field(default=False, init=False)
    bad_logins: int = field(default=0, init=False)
    tries_left: int = field(default=LOGIN_TRIES, init=False)

    def __post_init__(self) -> None:
        """Refuse a model that does not exist."""
        if self.model not in MODEL_LINES:
            raise ValueError(f"unknown model {self.model}")

    @property
    def locked(self) -> bool:
        """Tell whether too many bad logins have locked the account."""
        counts = self.wrong_passcode == WrongPasscode.COUNTDOWN
        return counts and self.tries_left == 0

    @property
    def activity(self) -> str:
        """Say in one word what the speaker does."""
        if self.rebooting:
            return "rebooting"
        if self.call:
            return self.call.state
        return "playing" if self.playback else "idle"

    @property
    def track_paths(self) -> list[str]:
        """List the paths of the tracks."""
        return [posixpath.join(MUSIC_FOLDER, track) for track in self.tracks]

    # What the world around it does.

    def ring(self, number: str, name: str = "") -> None:
        """Let a call come in."""
        self._start_call(Call(CallState.RINGING, number, name))
        self.on_change()

    def far_end_answers(self) -> None:
        """Let the far end answer a call that the speaker makes."""
        self.call = self._connect(CallState.DIALING)
        self.on_change()

    def far_end_hangs_up(self) -> None:
        """Let the far end end the call."""
        self._end_call(*CallState)
        self.on_change()

    def finish_track(self) -> None:
        """Let the track reach its end; a loop starts over."""
        if self.playback is None:
            raise ImpossibleError("nothing is playing")
        if not self.playback.loop:
            self.playback = None
        self.on_change()

    def reboot(self) -> None:
        """Go down until come_back()."""
        self.call = self.playback = None
        self.muted = False
        self.rebooting = True
        self.on_change()

    def reset(self) -> None:
        """Reboot with the settings of the factory and without tracks."""
        self.passcode = FACTORY_PASSCODE
        self.tracks = []
        self.reboot()

    def come_back(self) -> None:
        """End the reboot."""
        self.rebooting = False
        self.on_change()

    def unlock(self) -> None:
        """Unlock the account."""
        self.tries_left = LOGIN_TRIES

    # What the CTI does.

    def answer(self, request: Received) -> Answer:
        """Do what a request asks for and answer it."""
        try:
            function = self._find(request)
            self._log_in(request.params.get("passcode"))
            answer = function(request.params)
        except RefusedError as refusal:
            return refusal.answer
        except ImpossibleError:
            return FAILED
        self.on_change()
        return answer

    def _find(self, request: Received) -> Callable[[Params], Answer]:
        """Find the function for a request."""
        if not request.method:
            raise RefusedError(page(400))
        if not request.target.startswith(CGI_FOLDER):
            raise RefusedError(page(404))  # S
        if request.method == "POST" and not request.has_length:
            raise RefusedError(page(411, {"Connection": "close"}))  # S
        if (function := self._functions().get(request.function)) is None:
            raise RefusedError(page(501))  # S
        # A real GSC3516 answers a POST of the line status (G).
        posts_lines = request.method == "POST" and function == self._lines
        if request.method != "GET" and not posts_lines:
            raise RefusedError(page(405))  # ?
        return function

    def _functions(self) -> dict[str, Callable[[Params], Answer]]:
        """Name the CTI functions."""
        return {
            "api-get_phone_status": self._status,
            "api-get_line_status": self._lines,
            "api-make_call": self._make_call,
            "api-phone_operation": self._operate_phone,
            "api-sys_operation": self._operate_system,
            "api-get_music": self._music,
            "api-ctrl_music_play": self._control_music,
        }

    def _log_in(self, passcode: str | None) -> None:
        """Check the passcode; five bad logins in a row use up all tries (S)."""
        is_wrong = passcode != self.passcode
        if is_wrong:
            self.bad_logins += 1
            self.tries_left = max(0, self.tries_left - 1)
        if self.locked:
            raise RefusedError(LOCKED)
        if is_wrong:
            raise RefusedError(self._refuse_login())
        self.tries_left = LOGIN_TRIES

    def _refuse_login(self) -> Answer:
        """Answer a wrong passcode in the chosen way (S)."""
        if self.wrong_passcode == WrongPasscode.COUNTDOWN:
            return _json(response="error", body=f"wrong{self.tries_left}")
        return _WRONG_PASSCODE[self.wrong_passcode]

    def _status(self, _params: Params) -> Answer:
        """Answer the phone status as it is printed (G) or as it was seen (S)."""
        word = self._status_word()
        if self.status_style == StatusStyle.CAPTURE:
            text = f'{{"response":"success","body":"{word}","misc":"0"}}'
        else:
            comma = "," if word == "busy" else ""
            text = f'{{"response": "success", "misc": "1"}} "body": "{word}"{comma}'
        return Answer(body=text.encode(), content_type="text/plain")

    def _status_word(self) -> str:
        """Choose the word for the phone status: ringing (S), the others (G)."""
        if self.call is None:
            is_busy = self.playback is not None and self.busy_while_playing  # ?
            return "busy" if is_busy else "available"
        is_ringing = self.call.state is CallState.RINGING
        return (
            "ringing"
            if is_ringing and self.status_style == StatusStyle.CAPTURE
            else "busy"
        )

    def _lines(self, _params: Params) -> Answer:
        """Answer the line status (G); the call is on the first line."""
        if not self.serves_lines:
            raise RefusedError(_NO_LINES[self.no_lines])
        calls = [self.call, *[None] * (MODEL_LINES[self.model] - 1)]
        lines = [self._line(number, call) for number, call in enumerate(calls, 1)]
        return _json(response="success", body=lines)

    def _line(self, number: int, call: Call | None) -> dict[str, str | int]:
        """Describe one line; active stays 0 even when connected (S)."""
        return {
            "line": number,
            "state": call.state if call else "idle",
            "acct": "",
            "remotename": call.name if call else "",
            self.number_key: call.number if call else "",
            "active": 0,
        }

    def _music(self, _params: Params) -> Answer:
        """Answer the list of tracks (G)."""
        tracks = [
            {"fileName": posixpath.basename(path), "path": path}
            for path in self.track_paths
        ]
        return _json(response="success", body=tracks)

    def _make_call(self, params: Params) -> Answer:
        """Dial a number (G)."""
        if not (number := params.get("phonenumber")):
            raise RefusedError(FAILED)
        self._start_call(Call(CallState.DIALING, number))
        return DIALED

    def _operate_phone(self, params: Params) -> Answer:
        """Control the call (G)."""
        match params.get("cmd"):
            case "endcall":
                self._end_call(CallState.DIALING, CallState.CONNECTED)
            case "acceptcall":
                self.call = self._connect(CallState.RINGING)
            case "rejectcall":
                self._end_call(CallState.RINGING)
            case "mute" if self.call:
                self.muted = not self.muted
            case _:
                raise RefusedError(FAILED)
        return COMPLETE

    def _operate_system(self, params: Params) -> Answer:
        """Reboot or reset (G)."""
        match params.get("request"):
            case "REBOOT":
                self.reboot()
            case "RESET":
                self.reset()
            case _:
                raise RefusedError(FAILED)
        return COMPLETE

    def _control_music(self, params: Params) -> Answer:
        """Play or stop (G); a stop when nothing plays succeeds (?)."""
        match params:
            case {"state": "0", "type": "1"}:
                self.playback = None
            case {"state": "1", "type": "1", "url": url, "loop": "0" | "1" as loop}:
                self._play(Playback(url, loop=loop == "1"))
            case _:
                raise RefusedError(FAILED)
        return COMPLETE

    def _play(self, playback: Playback) -> None:
        """Play a track that there is, unless there is a call (?)."""
        if self.call or playback.path not in self.track_paths:
            raise RefusedError(FAILED)
        self.playback = playback

    def _start_call(self, call: Call) -> None:
        """Start a call, which ends the music (?)."""
        if self.call or self.rebooting:
            raise ImpossibleError(f"the speaker is {self.activity}")
        self.playback = None
        self.call = call

    def _connect(self, before: CallState) -> Call:
        """Return the call, which must be in a certain state, as a connected one."""
        call = self._require_call(before)
        return Call(CallState.CONNECTED, call.number, call.name)

    def _end_call(self, *states: CallState) -> None:
        """End the call, which must be in one of some states."""
        self._require_call(*states)
        self.call = None
        self.muted = False

    def _require_call(self, *states: CallState) -> Call:
        """Return the call, which must be in one of some states."""
        if self.call is None or self.call.state not in states:
            raise ImpossibleError(f"no call is {' or '.join(states)}")
        return self.call

    def describe(self) -> dict[str, Any]:
        """Describe the speaker as JSON."""
        return {
            "model": self.model,
            "activity": self.activity,
            "call": self.call and {"number": self.call.number, "name": self.call.name},
            "muted": self.muted,
            "playing": self.playback
            and {"path": self.playback.path, "loop": self.playback.loop},
            "passcode": self.passcode,
            "bad_logins": self.bad_logins,
            "locked": self.locked,
            "tracks": self.track_paths,
        }
