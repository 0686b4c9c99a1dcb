"""Classes of data, from public to secret, and how long each kind of record keeps them.

K0 public, K1 internal, K2 personal, K3 special (Art. 9 GDPR, social data, protected addresses, children), K4 keys and credentials.
"""

from enum import StrEnum


class DataClass(StrEnum):
    K0 = "K0"
    K1 = "K1"
    K2 = "K2"
    K3 = "K3"
    K4 = "K4"


K0, K1, K2, K3, K4 = DataClass

RETENTIONS = {
    "draft": "30 days after the last edit (§ 8a Abs. 3 OZG)",
    "case": "the package's retention after closing",
    "account": "while the account exists",
    "audit": "for good: nothing deletes an entry, its chain would break",
    "feedback": "1 year",
    "barrier": "3 months after the answer, 1 year after the report",
    "session": "until the session ends",
    "appointment": "14 days after the appointment, or after it was cancelled",
}
