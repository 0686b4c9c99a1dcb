"""The receipt number: short enough to read over the phone, with a check character against slips."""

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
"""31 characters, without 0, 1, I, O and U, which are taken for others; a prime number, so that the check is sharp."""
RANDOM = 7


def receipt_number(prefix: str, year: int, randomness: bytes) -> str:
    """For example `WUG-2026-4F7K-92QM`: town, year, seven random characters (34 bits) and the check character."""
    value = int.from_bytes(randomness, "big")
    body = "".join(ALPHABET[value // len(ALPHABET) ** place % len(ALPHABET)] for place in range(RANDOM))
    body += check_character(body)
    return f"{prefix}-{year}-{body[:4]}-{body[4:]}"


def check_character(body: str) -> str:
    """Sum weighted by place, modulo 31: notices any single wrong character and any swap of neighbours."""
    return ALPHABET[sum(place * ALPHABET.index(character) for place, character in enumerate(body, 2)) % len(ALPHABET)]


def is_well_formed(number: str) -> bool:
    """Whether a number typed by a person can be right; spaces and small letters are forgiven by the caller."""
    parts = number.split("-")
    body = "".join(parts[-2:])
    if len(parts) != 4 or len(body) != RANDOM + 1 or not set(body) <= set(ALPHABET):
        return False
    return check_character(body[:-1]) == body[-1]
