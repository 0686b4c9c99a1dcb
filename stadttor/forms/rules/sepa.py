"""Where a euro account can be debited: the countries of the SEPA schemes."""

SEPA_COUNTRIES = frozenset(
    str.split(
        "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK "
        "AD AL CH GB GI MC MD ME MK RS SM VA"
    )
)
"""Country codes of IBANs within the geographical scope of the SEPA schemes: European Payments Council, EPC409-09 "List of
SEPA scheme countries", as of 2026 (the European Economic Area, then the others; Serbia is the youngest, May 2026).
Territories bank under the code of their state (Guadeloupe FR, Jersey GB), Gibraltar under its own.
"""


def in_sepa(iban: str) -> bool:
    """Whether the account's country takes part, by the first two letters of a valid IBAN."""
    return iban[:2] in SEPA_COUNTRIES
