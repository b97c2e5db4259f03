"""What whoever runs scripts/develop has to be told."""


class DevelopError(Exception):
    """Something does not run, or is not as it should be."""
