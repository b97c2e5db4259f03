"""What can go wrong with a speaker, one class for each thing a caller can do.

No message holds anything that came from the network or went to it: the passcode
stands in every request URL.
"""

from typing import ClassVar


class CtiError(Exception):
    """Something went wrong between the caller and the speaker."""

    kind: ClassVar[str]
    """A name for counters and translations."""

    in_doubt: ClassVar[bool] = False
    """Whether the speaker may have carried out the request nevertheless."""


class CtiValueError(CtiError):
    """The value cannot be sent to a speaker; nothing was sent."""

    kind = "unsendable"


class CtiConnectionError(CtiError):
    """The speaker could not be reached; nothing was sent."""

    kind = "unreachable"


class CtiCertificateError(CtiConnectionError):
    """The speaker's certificate was not accepted; nothing was sent."""

    kind = "certificate"


class CtiDroppedError(CtiError):
    """The connection ended after the request had been sent, before its answer."""

    kind = "dropped"
    in_doubt = True


class CtiTimeoutError(CtiError):
    """The request was sent, and no whole answer came in time."""

    kind = "timeout"
    in_doubt = True


class CtiConnectTimeoutError(CtiTimeoutError):
    """No connection came about in time; nothing was sent."""

    kind = "connect_timeout"
    in_doubt = False


class CtiServerError(CtiError):
    """The speaker answered with a server error (HTTP 5xx)."""

    kind = "server_error"
    in_doubt = True


class CtiRedirectError(CtiError):
    """The speaker points elsewhere (HTTP 3xx); it may want HTTPS."""

    kind = "redirected"


class CtiNotServedError(CtiError):
    """The speaker does not know the function (HTTP 404 or 501)."""

    kind = "not_served"


class CtiAuthenticationError(CtiError):
    """The speaker did not accept the passcode, or locked the account."""

    kind = "authentication"


class CtiRefusedError(CtiError):
    """The speaker refused without saying why (guide, "Negative answer")."""

    kind = "refused"


class CtiResponseError(CtiError):
    """The answer is not one of a CTI speaker."""

    kind = "bad_answer"
    in_doubt = True


class CtiIncompleteError(CtiResponseError):
    """The answer is empty, or begins as a CTI answer and breaks off."""

    kind = "incomplete"
