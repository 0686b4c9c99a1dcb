"""The procedures of others: a real SFTP server and a real HTTP interface over TLS, with a certificate of this run."""

import shutil
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.http_api.tests.server import Endpoint
from adapters.sftp.tests.server import SftpTarget

LASTS = timedelta(days=3_000)
"""The day of the story may be a year ahead, and an Epiphany beside a weekend is passed over."""


@dataclass(frozen=True)
class Targets:
    """Both run; `environment` is what the operator names for them."""

    sftp: SftpTarget
    api: Endpoint
    environment: dict[str, str]


@contextmanager
def targets(folder: Path) -> Iterator[Targets]:
    """For the length of the block."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    certificate, key = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    sftp, api = SftpTarget(folder / "sftp"), Endpoint(context)
    named = {"STADTTOR_HAND_OVER_HOSTS": f"{sftp.host} {api.host}", "SSL_CERT_FILE": str(certificate)}
    try:
        yield Targets(sftp, api, named)
    finally:
        sftp.stop()
        api.stop()


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Of localhost, signed by itself: whoever trusts this file trusts this server alone."""
    key, name, now = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
        datetime.now(UTC),
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LASTS)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "localhost.crt", folder / "localhost.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    paths[1].write_bytes(private)
    return paths
