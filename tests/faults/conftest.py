"""Fixtures of the tests of faults."""

import pytest

from tests.simulator.certificates import Authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Found a private authority."""
    return Authority(tmp_path_factory.mktemp("authority"))
