"""What an organiser has to know of a certificate."""

from datetime import datetime, timedelta
from typing import Any

SOON = timedelta(days=60)


def about(pem: bytes, moment: datetime) -> dict[str, Any]:
    """Name, fingerprint and last day of the first certificate: `late` when it ends within 60 days."""
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256

    certificate = x509.load_pem_x509_certificates(pem)[0]
    ends = certificate.not_valid_after_utc
    return {
        "name": certificate.subject.rfc4514_string(),
        "print": f"SHA-256 {certificate.fingerprint(SHA256()).hex(':')}",
        "ends": ends,
        "late": ends - moment < SOON,
    }
