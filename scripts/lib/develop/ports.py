"""The ports to listen on."""

from contextlib import closing
from dataclasses import dataclass
import errno
import os
import socket

from .errors import DevelopError

HOST = "127.0.0.1"
LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Ports:
    """Where Home Assistant, the control surface and the first speaker listen.

    The other speakers follow the first one; 0 stands for any free port.
    """

    home_assistant: int = 8123
    control: int = 8350
    first_speaker: int = 8351

    def refuse_taken(self, speakers: int) -> None:
        """Raise DevelopError, with what can be done, for a port that is taken."""
        _refuse_taken(self.home_assistant, "or choose another one with --port")
        for port in (self.control, *self._speaker_ports(speakers)):
            _refuse_taken(port, "which may be another scripts/develop")

    def _speaker_ports(self, speakers: int) -> range:
        """Return the ports of all speakers."""
        count = speakers if self.first_speaker else 0
        return range(self.first_speaker, self.first_speaker + count)


def free_ports() -> Ports:
    """Return ports that nobody uses now."""
    with closing(_bind(0)) as listener:
        return Ports(listener.getsockname()[1], 0, 0)


def _refuse_taken(port: int, advice: str) -> None:
    """Raise DevelopError if a port cannot be listened on."""
    try:
        _bind(port).close()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            reason = os.strerror(error.errno or 0)
            raise DevelopError(f"Port {port} cannot be used: {reason}.") from error
        raise DevelopError(
            f"Port {port} is taken: end the program that listens on it, {advice}."
        ) from error


def _bind(port: int) -> socket.socket:
    """Bind a port in the way in which servers do it."""
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    return listener
