"""A GSC35xx speaker in software: what the tests talk to instead of a real one."""

from .behaviour import (
    Behaviour,
    Exchange,
    cut,
    drop,
    drop_after,
    hang,
    reply,
    truncate,
    well,
)
from .messages import Answer, Received, ReceivedLog
from .server import SpeakerServer
from .speaker import (
    DEFAULT_TRACKS,
    FACTORY_PASSCODE,
    MODEL_LINES,
    Call,
    CallState,
    ImpossibleError,
    NoLines,
    Playback,
    Speaker,
    StatusStyle,
    WrongPasscode,
)

__all__ = [
    "DEFAULT_TRACKS",
    "FACTORY_PASSCODE",
    "MODEL_LINES",
    "Answer",
    "Behaviour",
    "Call",
    "CallState",
    "Exchange",
    "ImpossibleError",
    "NoLines",
    "Playback",
    "Received",
    "ReceivedLog",
    "Speaker",
    "SpeakerServer",
    "StatusStyle",
    "WrongPasscode",
    "cut",
    "drop",
    "drop_after",
    "hang",
    "reply",
    "truncate",
    "well",
]
