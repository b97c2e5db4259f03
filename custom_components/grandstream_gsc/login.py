"""Counts bad logins: a speaker may lock the account after some."""

from .cti import CtiAuthenticationError, CtiError, CtiRefusedError

# Siblings of the speakers lock the account after five bad logins. A refusal without a
# reason may or may not be one.
MAX_DENIALS = 2
MAX_REFUSALS = 3


class LoginGuard:
    """Tells when nothing more must be sent until the passcode is right."""

    def __init__(self) -> None:
        """Start with a passcode that was not denied yet."""
        self.is_locked_out = False
        self._denials = 0
        self._refusals = 0

    def check(self) -> None:
        """Raise CtiAuthenticationError if nothing more must be sent."""
        if self.is_locked_out:
            raise CtiAuthenticationError("the passcode was denied before")

    def note_success(self) -> None:
        """Forget what was denied before the passcode was accepted."""
        self._denials = self._refusals = 0

    def note_denial(self) -> None:
        """Count an answer that denies the passcode."""
        self._denials += 1
        self.note_refusal()

    def note_refusal(self) -> None:
        """Count an answer that may deny the passcode."""
        self._refusals += 1
        if self._denials >= MAX_DENIALS or self._refusals >= MAX_REFUSALS:
            self.is_locked_out = True

    def note_failed_setup(self, error: CtiError) -> None:
        """Take the first bad login of a set-up for all: each try counts anew."""
        if isinstance(error, CtiAuthenticationError | CtiRefusedError):
            self.is_locked_out = True
