"""Fixtures: sessions, clients, and certificates made for the occasion."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
import ssl

import aiohttp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
import pytest

from custom_components.grandstream_gsc.cti import CtiClient
from tests.conftest import PASSCODE
from tests.simulator import SpeakerServer


@pytest.fixture
def use_custom_components() -> None:
    """Do without Home Assistant."""


@pytest.fixture
def repeat_status_at_once() -> None:
    """Do without the coordinator."""


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session that verifies certificates."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def lax_session() -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session that verifies no certificates."""
    connector = aiohttp.TCPConnector(ssl=False)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield session


@pytest.fixture
def client(session: aiohttp.ClientSession, speaker: SpeakerServer) -> CtiClient:
    """Make a client for the simulated speaker."""
    return CtiClient(session, speaker.host, PASSCODE, port=speaker.port)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A self-signed certificate in a file, with its key."""

    file: Path

    def server_context(self) -> ssl.SSLContext:
        """Return what shows the certificate."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.file)
        return context

    def trusting_session(self) -> aiohttp.ClientSession:
        """Return a session that trusts the certificate, and no other."""
        context = ssl.create_default_context(cafile=self.file)
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context))


type MakeCertificate = Callable[..., Certificate]


@pytest.fixture
def make_certificate(tmp_path: Path) -> MakeCertificate:
    """Return what makes a certificate for an address."""

    def make(address: str = "127.0.0.1", *, days_left: float = 1) -> Certificate:
        file = tmp_path / f"{address}.pem"
        file.write_bytes(_pem(address, days_left))
        return Certificate(file)

    return make


def _pem(address: str, days_left: float) -> bytes:
    """Make a key and a certificate that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    public_key = key.public_key()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "GSC3516")])
    until = datetime.now(UTC) + timedelta(days=days_left)
    certificate = (
        x509.CertificateBuilder(name, name, public_key)
        .serial_number(1)
        .not_valid_before(until - timedelta(days=2))
        .not_valid_after(until)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + certificate.public_bytes(serialization.Encoding.PEM)
