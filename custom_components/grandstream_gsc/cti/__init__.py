"""A client for the CTI of Grandstream's GSC35xx speakers.

Written from the vendor's "GSC3505/3510/3506/3516 Series CTI Guide" (firmware 1.0.3.8
and newer), called "the guide" here. Needs nothing of Home Assistant.
"""

from .client import HTTP_PORT, HTTPS_PORT, CtiClient
from .errors import (
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
from .journal import Answer, Journal
from .models import LineState, LineStatus, PhoneStatus, Track
from .protocol import Function, is_phone_number

__all__ = [
    "HTTPS_PORT",
    "HTTP_PORT",
    "Answer",
    "CtiAuthenticationError",
    "CtiCertificateError",
    "CtiClient",
    "CtiConnectTimeoutError",
    "CtiConnectionError",
    "CtiDroppedError",
    "CtiError",
    "CtiIncompleteError",
    "CtiNotServedError",
    "CtiRedirectError",
    "CtiRefusedError",
    "CtiResponseError",
    "CtiServerError",
    "CtiTimeoutError",
    "CtiValueError",
    "Function",
    "Journal",
    "LineState",
    "LineStatus",
    "PhoneStatus",
    "Track",
    "is_phone_number",
]
