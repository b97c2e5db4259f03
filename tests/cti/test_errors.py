"""Test what callers can tell from an error."""

import pytest

from custom_components.grandstream_gsc.cti import (
    CtiAuthenticationError,
    CtiCertificateError,
    CtiConnectionError,
    CtiConnectTimeoutError,
    CtiDroppedError,
    CtiError,
    CtiIncompleteError,
    CtiNotServedError,
    CtiRedirectError,
    CtiRefusedError,
    CtiResponseError,
    CtiServerError,
    CtiTimeoutError,
    CtiValueError,
)


@pytest.mark.parametrize(
    ("error", "kind", "in_doubt"),
    [
        (CtiValueError, "unsendable", False),
        (CtiConnectionError, "unreachable", False),
        (CtiCertificateError, "certificate", False),
        (CtiConnectTimeoutError, "connect_timeout", False),
        (CtiRedirectError, "redirected", False),
        (CtiNotServedError, "not_served", False),
        (CtiAuthenticationError, "authentication", False),
        (CtiRefusedError, "refused", False),
        (CtiDroppedError, "dropped", True),
        (CtiTimeoutError, "timeout", True),
        (CtiServerError, "server_error", True),
        (CtiResponseError, "bad_answer", True),
        (CtiIncompleteError, "incomplete", True),
    ],
)
def test_error(error: type[CtiError], kind: str, *, in_doubt: bool) -> None:
    """Tell the kind of a failure, and whether a command may have been carried out."""
    assert error.kind == kind
    assert error.in_doubt is in_doubt
    assert issubclass(error, CtiError)
