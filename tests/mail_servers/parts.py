"""What the real mail servers of the tests share: free ports, and a certificate for 127.0.0.1."""

import ipaddress
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificate:
    """A certificate that signed itself, for 127.0.0.1 and localhost; `path` is also who vouches for it."""

    path: Path
    key_path: Path


def certificate(folder: Path, *, days: int = 30, host: str = "localhost") -> Certificate:
    """Make a certificate in `folder`, good for so many days from now (fewer than none: it has run out)."""
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    if made.path.exists():
        return made
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    ends_at = datetime.now(UTC) + timedelta(days=days)
    names = [x509.DNSName(host), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends_at - timedelta(days=90))
        .not_valid_after(ends_at)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    made.path.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    made.key_path.touch(mode=0o600)
    made.key_path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def is_open(port: int) -> bool:
    """Tell whether somebody listens there."""
    with socket.socket() as client:
        client.settimeout(0.5)
        return client.connect_ex(("127.0.0.1", port)) == 0
