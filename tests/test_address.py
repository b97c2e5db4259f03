"""Tests of the addresses that people write."""

import pytest

from custom_components.grandstream_gsc.address import (
    Address,
    InvalidAddressError,
    parse_address,
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("10.0.0.5", Address("10.0.0.5", 80, ssl=False)),
        (" 10.0.0.5\n", Address("10.0.0.5", 80, ssl=False)),
        ("10.0.0.5:8080", Address("10.0.0.5", 8080, ssl=False)),
        ("Speaker.Example.", Address("speaker.example", 80, ssl=False)),
        ("gsc_gym-1:81", Address("gsc_gym-1", 81, ssl=False)),
        ("fd00::5", Address("fd00::5", 80, ssl=False)),
        ("FD00:0:0::5", Address("fd00::5", 80, ssl=False)),
        ("[fd00::5]", Address("fd00::5", 80, ssl=False)),
        ("[fd00::5]:8080", Address("fd00::5", 8080, ssl=False)),
        ("fe80::1%eth0", Address("fe80::1%eth0", 80, ssl=False)),
        ("http://10.0.0.5", Address("10.0.0.5", 80, ssl=False)),
        ("https://10.0.0.5", Address("10.0.0.5", 443, ssl=True)),
        ("HTTPS://10.0.0.5:8443/", Address("10.0.0.5", 8443, ssl=True)),
        ("http://10.0.0.5/#/login", Address("10.0.0.5", 80, ssl=False)),
        ("http://10.0.0.5:81/cgi?a=b", Address("10.0.0.5", 81, ssl=False)),
        ("https://[fd00::5]:8443", Address("fd00::5", 8443, ssl=True)),
    ],
)
def test_address(text: str, address: Address) -> None:
    """Hosts, hosts with ports, and URLs are understood."""
    assert parse_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a b",
        "host/path",
        "http://10.0.0.5:8080/x y",
        "http://",
        "ftp://10.0.0.5",
        "https://https://10.0.0.5",
        "user:secret@10.0.0.5",
        "10.0.0.256",
        "10.0.0",
        "10.0.0.5:",
        "10.0.0.5:0",
        "10.0.0.5:65536",
        "10.0.0.5:x",
        "10.0.0.5:٨٠",
        "[10.0.0.5]",
        "[fd00::5",
        "fd00::5]",
        "[fd00::5]x",
        "fd00:::5",
        "fe80::1%a b",
        "fe80::1%a@evil",
        "fe80::1%?x#y",
        "http://10.0.0.5/ x",
        "//10.0.0.5",
        "-host",
        "host-.example",
        "host..example",
        "host?x",
        "host#x",
        "büro",
        "a" * 64,
        ".".join(["a" * 60] * 5),
        "ho\nst",
        "host\x00",
    ],
)
def test_invalid_address(text: str) -> None:
    """Anything else is refused."""
    with pytest.raises(InvalidAddressError):
        parse_address(text)


def test_text_counts_before_arguments() -> None:
    """A port or scheme that was pasted is meant."""
    assert parse_address("http://a", port=81, ssl=True) == Address("a", 81, ssl=False)
    assert parse_address("a:82", port=81, ssl=True) == Address("a", 82, ssl=True)
    assert parse_address("a", port=81, ssl=True) == Address("a", 81, ssl=True)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (Address("10.0.0.5", 80, ssl=False), "10.0.0.5"),
        (Address("10.0.0.5", 443, ssl=True), "10.0.0.5"),
        (Address("10.0.0.5", 443, ssl=False), "10.0.0.5:443"),
        (Address("fd00::5", 80, ssl=False), "fd00::5"),
        (Address("fd00::5", 81, ssl=False), "[fd00::5]:81"),
    ],
)
def test_name(address: Address, name: str) -> None:
    """An address is named with its port where that is not the usual one."""
    assert address.name == name
    assert parse_address(name, ssl=address.ssl) == address
