"""The fault matrix: what can go wrong, and what then must hold.

The tests and docs/faults.md both come from these tables.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from ssl import SSLContext
from types import MappingProxyType
from typing import ClassVar, Final

from homeassistant.config_entries import ConfigEntryState

from tests.simulator import SpeakerServer
from tests.simulator.certificates import Authority

OK: Final = "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a failure amounts to, and how each part of the integration takes it."""

    # Bears the key of the message that a command ends with.
    name: str
    # The error of the form.
    form: str
    # Where a set-up ends.
    setup: ConfigEntryState = ConfigEntryState.SETUP_RETRY
    # How often a status request is sent before the speaker is called gone.
    tries: int = 1
    # How often a status request is sent at the third poll in a row that ends so.
    third: int = 1
    # Whether polling goes on by itself after that.
    recovers: bool = True
    # Whether a reboot that ends so counts as accepted.
    reboots: bool = False


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind(name="unreachable", form="cannot_connect", tries=2),
        Kind(name="connect_timeout", form="timeout_connect"),
        Kind(name="certificate", form="invalid_certificate"),
        Kind(name="dropped", form="cannot_connect", tries=2, reboots=True),
        Kind(name="incomplete", form="not_a_speaker", tries=2, reboots=True),
        Kind(name="timeout", form="timeout_connect", reboots=True),
        Kind(name="server_error", form="cannot_connect"),
        Kind(name="redirected", form="redirected"),
        Kind(name="not_served", form="cti_unsupported"),
        Kind(
            name="authentication",
            form="invalid_auth",
            setup=ConfigEntryState.SETUP_ERROR,
            third=0,
            recovers=False,
        ),
        Kind(
            name="refused",
            form="invalid_auth",
            setup=ConfigEntryState.SETUP_ERROR,
            recovers=False,
        ),
        Kind(name="bad_answer", form="not_a_speaker"),
    )
}

COMMANDS: Final = ("play", "stop", "call", "hang up", "mute")
RESTART: Final = "reboot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A bad answer: a behaviour of the simulated speaker, by its name."""

    name: str
    says: str
    # What it amounts to, "ok" if it does no harm, and for which requests not.
    kind: str
    but: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    # Whether the speaker carries out what it answers so badly.
    done: bool = True
    # Whether it takes a timeout to end it.
    slow: bool = False
    # What the first line shows while it rings and the lines are answered so.
    line: str = "ringing"
    # How often a status request is sent where it does no harm.
    polls: int = 1
    # Requests arrive, whatever is answered to them.
    arrives: ClassVar[bool] = True
    ssl: ClassVar[bool] = False
    verify_ssl: ClassVar[bool] = False

    def kind_of(self, request: str) -> str:
        """Return what it amounts to for a request."""
        return self.but.get(request, self.kind)


def _only(kind: str, *requests: str) -> dict[str, str]:
    """Say that a fault amounts to something else for some requests."""
    return dict.fromkeys(requests, kind)


# A speaker that goes down for a reboot breaks off whatever it was about to say.
_REBOOT_BREAKS_OFF = _only("dropped", RESTART)
# What a command is told counts only if it is a refusal.
_HARMLESS_TO_COMMANDS = _only(OK, *COMMANDS) | _REBOOT_BREAKS_OFF

FAULTS: Final = (
    Fault(name="hang", says="does not answer", kind="timeout", done=False, slow=True),
    Fault(
        name="hang_after",
        says="does as told and does not answer",
        kind="timeout",
        slow=True,
    ),
    Fault(
        name="hang_midway",
        says="stops in the middle of the answer",
        kind="timeout",
        slow=True,
    ),
    Fault(name="drip", says="answers one byte a second", kind="timeout", slow=True),
    Fault(name="fast_drip", says="answers byte by byte, in time", kind=OK),
    Fault(name="reset", says="resets the connection", kind="dropped", done=False),
    Fault(
        name="reset_after",
        says="does as told and resets the connection",
        kind="dropped",
    ),
    Fault(
        name="reset_midway",
        says="resets the connection in the middle of the answer",
        kind="dropped",
    ),
    Fault(
        name="reset_after_answer",
        says="resets the connection right after the answer",
        kind=OK,
    ),
    Fault(
        name="close",
        says="closes the connection without an answer",
        kind="dropped",
        done=False,
    ),
    Fault(
        name="close_after",
        says="does as told and closes the connection without an answer",
        kind="dropped",
    ),
    Fault(
        name="close_midway",
        says="closes the connection in the middle of the answer",
        kind="dropped",
    ),
    Fault(
        name="close_midway_without_length",
        says="the same, of an answer that does not tell its length",
        kind="incomplete",
    ),
    Fault(
        name="close_after_answer",
        says="closes the connection after the answer without having said so",
        kind=OK,
    ),
    Fault(
        name="forgets",
        says="forgets a kept connection, and resets it when it is used",
        kind="dropped",
        but=_only(OK, "status", "set-up", "flow"),
        done=False,
        polls=2,
    ),
    Fault(
        name="large_with_length",
        says="answers ten megabytes, and says so",
        kind="bad_answer",
    ),
    Fault(
        name="large_without_length",
        says="answers ten megabytes, and does not say so",
        kind="bad_answer",
    ),
    Fault(
        name="large_when_unpacked",
        says="answers a few bytes that become a hundred megabytes when unpacked",
        kind="bad_answer",
    ),
    Fault(
        name="endless_chunks",
        says="answers without end, in chunks",
        kind="bad_answer",
    ),
    Fault(
        name="endless_headers",
        says="answers headers without end",
        kind="bad_answer",
    ),
    Fault(
        name="endless_header",
        says="answers one header without end",
        kind="bad_answer",
    ),
    Fault(
        name="endless_continue",
        says='answers "100 Continue" for ever',
        kind="timeout",
        slow=True,
    ),
    Fault(
        name="redirect_relative",
        says="redirects to a path of its own",
        kind="redirected",
        done=False,
    ),
    Fault(
        name="redirect_absolute",
        says="redirects to another address",
        kind="redirected",
        done=False,
    ),
    Fault(
        name="redirect_to_https",
        says="redirects to HTTPS",
        kind="redirected",
        done=False,
    ),
    Fault(
        name="redirect_nowhere",
        says="redirects without saying where to",
        kind="redirected",
        done=False,
    ),
    Fault(
        name="redirect_loop",
        says="redirects to the same address",
        kind="redirected",
        done=False,
    ),
    Fault(name="http_400", says="HTTP status 400", kind="bad_answer", done=False),
    Fault(name="http_401", says="HTTP status 401", kind="authentication", done=False),
    Fault(name="http_403", says="HTTP status 403", kind="authentication", done=False),
    Fault(name="http_404", says="HTTP status 404", kind="not_served", done=False),
    Fault(name="http_429", says="HTTP status 429", kind="bad_answer", done=False),
    Fault(name="http_500", says="HTTP status 500", kind="server_error", done=False),
    Fault(name="http_501", says="HTTP status 501", kind="not_served", done=False),
    Fault(name="http_503", says="HTTP status 503", kind="server_error", done=False),
    Fault(
        name="http_999",
        says="an HTTP status that does not exist",
        kind="bad_answer",
        done=False,
    ),
    Fault(
        name="switches_protocols",
        says="switches to another protocol",
        kind="bad_answer",
    ),
    Fault(
        name="login_page",
        says="HTTP status 200 with a login page",
        kind="bad_answer",
        but=_REBOOT_BREAKS_OFF,
    ),
    Fault(
        name="echoes",
        says="repeats the whole request, passcode included, in page and headers",
        kind="bad_answer",
        done=False,
    ),
    Fault(
        name="echoes_and_breaks",
        says="the same in a header, followed by one that is not allowed",
        kind="bad_answer",
        done=False,
    ),
    Fault(name="not_http", says="answers like an SSH server", kind="bad_answer"),
    Fault(
        name="length_too_long",
        says="announces more than it sends, and keeps the connection",
        kind="timeout",
        slow=True,
    ),
    Fault(
        name="length_too_long_and_close",
        says="announces more than it sends, and closes the connection",
        kind="dropped",
    ),
    Fault(
        name="length_too_short",
        says="announces less than it sends",
        kind="bad_answer",
    ),
    Fault(
        name="length_negative", says="announces less than nothing", kind="bad_answer"
    ),
    Fault(
        name="length_no_number",
        says="announces a length that is no number",
        kind="bad_answer",
    ),
    Fault(name="bad_chunk", says="sends a chunk without a length", kind="bad_answer"),
    Fault(name="bad_gzip", says="sends gzip that is none", kind="dropped"),
    Fault(name="answers_twice", says="answers twice", kind=OK),
    Fault(name="empty", says="an empty answer", kind="incomplete"),
    Fault(
        name="truncated",
        says="JSON that breaks off",
        kind="incomplete",
        but=_REBOOT_BREAKS_OFF,
    ),
    Fault(name="trailing", says="JSON with something behind it", kind=OK),
    Fault(
        name="leading",
        says="JSON with something before it",
        kind="bad_answer",
        but=_REBOOT_BREAKS_OFF,
    ),
    Fault(name="bom", says="JSON with a byte order mark", kind=OK),
    Fault(
        name="utf_16",
        says="JSON in UTF-16",
        kind="bad_answer",
        but=_REBOOT_BREAKS_OFF,
    ),
    Fault(name="invalid_utf_8", says="JSON with bytes that are not UTF-8", kind=OK),
    Fault(name="lone_surrogate", says="JSON with half a character", kind=OK),
    Fault(
        name="duplicate_keys",
        says="JSON that first refuses and then, with the same keys, answers",
        kind=OK,
    ),
    Fault(
        name="nan",
        says="NaN in the place of the body",
        kind="bad_answer",
        but=_HARMLESS_TO_COMMANDS,
    ),
    Fault(
        name="deep",
        says="JSON that is a hundred thousand levels deep",
        kind="incomplete",
        but=_REBOOT_BREAKS_OFF,
    ),
    Fault(
        name="top_list",
        says="a list in the place of an object",
        kind="bad_answer",
        but=_REBOOT_BREAKS_OFF,
    ),
    Fault(
        name="top_null",
        says="null in the place of an object",
        kind="bad_answer",
        but=_REBOOT_BREAKS_OFF,
    ),
    Fault(
        name="body_number",
        says="a number in the place of the body",
        kind="bad_answer",
        but=_HARMLESS_TO_COMMANDS,
    ),
    Fault(
        name="body_object",
        says="an object in the place of the body",
        kind="bad_answer",
        but=_HARMLESS_TO_COMMANDS,
    ),
    Fault(
        name="body_null",
        says="null in the place of the body",
        kind="bad_answer",
        but=_HARMLESS_TO_COMMANDS | _only(OK, "music"),
    ),
    Fault(
        name="body_missing",
        says="no body",
        kind="bad_answer",
        but=_HARMLESS_TO_COMMANDS | _only(OK, "music"),
    ),
    Fault(
        name="body_of_wrong_types",
        says="a list with everything of the wrong type",
        kind="bad_answer",
        but=_HARMLESS_TO_COMMANDS | _only(OK, "lines", "music"),
        line="unknown",
    ),
    Fault(
        name="response_number",
        says="a number in the place of success",
        kind="bad_answer",
        but=_REBOOT_BREAKS_OFF,
    ),
    Fault(
        name="failed",
        says="does as told and says that it failed",
        kind="refused",
        but=_REBOOT_BREAKS_OFF,
    ),
    Fault(
        name="not_logged_in",
        says='"success", and "unauthorized" in the place of the body',
        kind="authentication",
        done=False,
    ),
    Fault(
        name="locked",
        says="says that the account is locked",
        kind="authentication",
        done=False,
    ),
)


type Step = Callable[[SpeakerServer, Authority], Awaitable[None]]


async def _plug_in(server: SpeakerServer, _authority: Authority) -> None:
    """Plug the cable in."""
    await server.plug_in()


async def _unplug(server: SpeakerServer, _authority: Authority) -> None:
    """Pull the cable."""
    await server.unplug()


async def _clog(server: SpeakerServer, _authority: Authority) -> None:
    """Let no connection come about."""
    await server.clog()


async def _reboot(server: SpeakerServer, _authority: Authority) -> None:
    """Reboot, without end, and let go of all connections."""
    server.speaker.reboot()
    await server.unplug()


async def _come_back(server: SpeakerServer, _authority: Authority) -> None:
    """End the reboot."""
    await server.plug_in()
    await server.come_back()


async def _speak_plainly(server: SpeakerServer, _authority: Authority) -> None:
    """Speak HTTP without TLS."""
    await server.show(None)


def _show(context: Callable[[Authority], SSLContext]) -> Step:
    """Make a step that has a speaker show a certificate."""

    async def step(server: SpeakerServer, authority: Authority) -> None:
        await server.show(context(authority))

    return step


_show_good = _show(Authority.server)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A fault of the whole speaker, or of the way to it: no request arrives."""

    name: str
    says: str
    kind: str
    begin: Step
    end: Step = _show_good
    slow: bool = False
    # How the speaker is reached.
    ssl: bool = True
    verify_ssl: bool = False
    polls: ClassVar[int] = 1

    @property
    def done(self) -> bool:
        """Whether the speaker carries out what it is told."""
        return self.arrives

    @property
    def arrives(self) -> bool:
        """Whether requests arrive nevertheless."""
        return self.kind == OK

    @property
    def line(self) -> str:
        """What the first line shows while it rings."""
        return "ringing" if self.arrives else "unavailable"

    def kind_of(self, _request: str) -> str:
        """Return what it amounts to for a request."""
        return self.kind


OUTAGES: Final = (
    Outage(
        name="unplugged",
        says="is not there, or refuses connections",
        kind="unreachable",
        begin=_unplug,
        end=_plug_in,
        ssl=False,
    ),
    Outage(
        name="clogged",
        says="does not answer attempts to connect",
        kind="connect_timeout",
        begin=_clog,
        end=_plug_in,
        ssl=False,
        slow=True,
    ),
    Outage(
        name="rebooting",
        says="reboots by itself",
        kind="unreachable",
        begin=_reboot,
        end=_come_back,
        ssl=False,
    ),
    Outage(
        name="wants_tls",
        says="speaks HTTPS, and is asked without",
        kind="dropped",
        begin=_show_good,
        end=_speak_plainly,
        ssl=False,
    ),
    Outage(
        name="silent_handshake",
        says="is asked with HTTPS, and does not answer that",
        kind="connect_timeout",
        begin=_speak_plainly,
        slow=True,
    ),
    Outage(
        name="tls_1_0",
        says="speaks TLS 1.0 and nothing newer",
        kind="unreachable",
        begin=_show(Authority.old),
    ),
    Outage(
        name="expired",
        says="shows an expired certificate, which is verified",
        kind="certificate",
        begin=_show(Authority.expired),
        verify_ssl=True,
    ),
    Outage(
        name="self_signed",
        says="shows a self-signed certificate, which is verified",
        kind="certificate",
        begin=_show(Authority.self_signed),
        verify_ssl=True,
    ),
    Outage(
        name="wrong_name",
        says="shows a certificate for another address, which is verified",
        kind="certificate",
        begin=_show(Authority.wrong_name),
        verify_ssl=True,
    ),
    Outage(
        name="unverified",
        says="shows a certificate that is bad in one of these ways, not verified",
        kind=OK,
        begin=_show(Authority.self_signed),
    ),
)
