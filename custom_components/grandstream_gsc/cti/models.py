"""What a speaker tells of itself."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

KNOWN_PHONE_WORDS = frozenset(
    {
        "available",
        "busy",
        "calling",
        "connected",
        "flash",
        "holding",
        "oncall",
        "preview",
        "ringing",
        "unavailable",
        "unknown",
    }
)


@dataclass(frozen=True, slots=True)
class PhoneStatus:
    """The phone status (guide, "Phone Status Function").

    ``word`` is the speaker's own word in lower case. The guide names ``available``
    and ``busy``; siblings of the speakers use more.
    """

    word: str

    @property
    def is_available(self) -> bool:
        """Whether the speaker is free to take a call or play."""
        return self.word == "available"

    @property
    def is_known(self) -> bool:
        """Whether the word has been seen on a speaker or a sibling of one."""
        return self.word in KNOWN_PHONE_WORDS


class LineState(StrEnum):
    """What a line is doing."""

    IDLE = "idle"
    RINGING = "ringing"
    DIALING = "dialing"
    CONNECTED = "connected"
    ON_HOLD = "on_hold"
    OTHER = "other"


_LINE_STATES = {
    "idle": LineState.IDLE,
    "none": LineState.IDLE,
    "available": LineState.IDLE,
    "ringing": LineState.RINGING,
    "dialing": LineState.DIALING,
    "connected": LineState.CONNECTED,
    "onhold": LineState.ON_HOLD,
}


@dataclass(frozen=True, slots=True)
class LineStatus:
    """One line (guide, "Positive answer with returned values").

    ``line`` counts from 1; ``word`` is the speaker's own word in lower case;
    ``remote_name`` and ``remote_number`` are empty when nobody is at the other end.
    """

    line: int
    word: str
    remote_name: str
    remote_number: str

    @property
    def state(self) -> LineState:
        """The state that the word stands for; ``other`` for an unknown word."""
        return _LINE_STATES.get(self.word, LineState.OTHER)


@dataclass(frozen=True, slots=True)
class Track:
    """A piece of music stored on the speaker (guide, "Get Local Music List").

    ``path`` names it in a play or stop command; ``file_name`` is what people see.
    """

    path: str
    file_name: str

    @property
    def stem(self) -> str:
        """The file name without its extension."""
        return PurePosixPath(self.file_name).stem
