"""The address of a speaker, as people write it."""

from dataclasses import dataclass
from ipaddress import ip_address
import re

from .cti import HTTP_PORT, HTTPS_PORT

_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
# A last label of digits alone would be an IPv4 address, and it is none.
_HOST_NAME = re.compile(rf"(?:{_LABEL}\.)*(?!\d+$){_LABEL}")
_HOST_AND_PORT = re.compile(
    r"(?:\[(?P<ipv6>[^\[\]]*:[^\[\]]*)\]|(?P<host>[^:\[\]]*))(?::(?P<port>.*))?"
)
_MAX_HOST_NAME_LENGTH = 253
MAX_PORT = 65535
_SCHEMES = {"http": False, "https": True}
_SPACE = re.compile(r"\s")
_PATH = re.compile(r"[/?#].*")
# The name of an interface, behind the percent sign of a link-local IPv6 address.
_ZONE = re.compile(r"[A-Za-z0-9_.-]*")
_PORT = re.compile(r"[1-9]\d{0,4}", re.ASCII)


class InvalidAddressError(ValueError):
    """The text is not the address of anything."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a speaker answers."""

    host: str
    port: int
    ssl: bool

    @property
    def has_usual_port(self) -> bool:
        """Whether the port is the one that the scheme implies."""
        return self.port == _usual_port(ssl=self.ssl)

    @property
    def name(self) -> str:
        """The host, with the port where it is not the usual one."""
        if self.has_usual_port:
            return self.host
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def parse_address(text: str, *, port: int | None = None, ssl: bool = False) -> Address:
    """Understand a host, with or without a port, or a URL pasted from a browser.

    What the text says of scheme and port counts before the arguments. Raises
    InvalidAddressError for anything else.
    """
    scheme, separator, rest = text.strip().rpartition("://")
    if separator:
        if scheme.lower() not in _SCHEMES or _SPACE.search(rest):
            raise InvalidAddressError
        ssl = _SCHEMES[scheme.lower()]
        rest = _PATH.sub("", rest)
    host, port_in_text = _split_port(rest)
    return Address(
        _normalized_host(host), port_in_text or port or _usual_port(ssl=ssl), ssl
    )


def is_ip_address(host: str) -> bool:
    """Tell whether a host is an IP address rather than a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return _ZONE.fullmatch(host.partition("%")[2]) is not None


def _usual_port(*, ssl: bool) -> int:
    """Return the port of a scheme."""
    return HTTPS_PORT if ssl else HTTP_PORT


def _split_port(text: str) -> tuple[str, int | None]:
    """Split a port off a host; an IPv6 address with a port stands in brackets."""
    if is_ip_address(text):
        return text, None
    if not (match := _HOST_AND_PORT.fullmatch(text)):
        raise InvalidAddressError
    port = match["port"]
    return match["ipv6"] or match["host"], None if port is None else _port(port)


def _port(text: str) -> int:
    """Return a port number."""
    if not _PORT.fullmatch(text) or int(text) > MAX_PORT:
        raise InvalidAddressError
    return int(text)


def _normalized_host(host: str) -> str:
    """Return a host name or IP address in the form in which it is compared."""
    if is_ip_address(host):
        return str(ip_address(host))
    name = host.lower().removesuffix(".")
    if len(name) > _MAX_HOST_NAME_LENGTH or not _HOST_NAME.fullmatch(name):
        raise InvalidAddressError
    return name
