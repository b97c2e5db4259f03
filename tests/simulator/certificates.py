"""Certificates made for the occasion, good and bad, and servers that show them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
import ssl
import warnings

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

ADDRESS = "127.0.0.1"


def _name(text: str) -> x509.Name:
    """Make a name."""
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


_AUTHORITY = _name("authority")
_OF_AUTHORITY: tuple[x509.ExtensionType, ...] = (
    x509.BasicConstraints(ca=True, path_length=0),
    x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    ),
)


@dataclass(frozen=True, slots=True)
class Authority:
    """A private authority that signs certificates of speakers (S)."""

    folder: Path
    _key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1()), repr=False
    )

    @property
    def file(self) -> Path:
        """The certificate of the authority itself."""
        file = self.folder / "authority.pem"
        if not file.exists():
            file.write_bytes(_pem(_sign(_AUTHORITY, self._key, _AUTHORITY, self._key)))
        return file

    def server(
        self,
        name: str = "good",
        *,
        address: str = ADDRESS,
        days_left: float = 1,
        self_signed: bool = False,
    ) -> ssl.SSLContext:
        """Return what shows a certificate for an address."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(f"GSC3516 {name}")
        certificate = _sign(
            subject if self_signed else _AUTHORITY,
            key if self_signed else self._key,
            subject,
            key,
            address=address,
            days_left=days_left,
        )
        file = self.folder / f"{name}.pem"
        file.write_bytes(_key_pem(key) + _pem(certificate))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(file)
        return context

    def expired(self) -> ssl.SSLContext:
        """Return what shows a certificate whose time is over."""
        return self.server("expired", days_left=-1)

    def self_signed(self) -> ssl.SSLContext:
        """Return what shows a certificate that nobody vouches for."""
        return self.server("self-signed", self_signed=True)

    def wrong_name(self) -> ssl.SSLContext:
        """Return what shows a certificate for another address."""
        return self.server("wrong-name", address="192.0.2.1")

    def old(self) -> ssl.SSLContext:
        """Return what speaks TLS 1.0 and nothing newer."""
        context = self.server("old")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:@SECLEVEL=0")
        return context


def _sign(
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    *,
    address: str | None = None,
    days_left: float = 1,
) -> x509.Certificate:
    """Sign a key: for an address, or as an authority."""
    until = datetime.now(UTC) + timedelta(days=days_left)
    extensions = _of_server(address) if address else _OF_AUTHORITY
    builder = (
        x509.CertificateBuilder(issuer, subject, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=2))
        .not_valid_after(until)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def _of_server(address: str) -> tuple[x509.ExtensionType, ...]:
    """Say for which address a certificate is."""
    return (
        x509.BasicConstraints(ca=False, path_length=None),
        x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]),
    )


def _pem(certificate: x509.Certificate) -> bytes:
    """Encode a certificate."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Encode a key."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
