"""Frau Kern, organiser of Weißenburg, and what she needs to employ colleagues."""

import pytest

PASSWORD = "ein-gutes-kennwort"


@pytest.fixture
def employ(now):
    """`employ(authority, "olsen@weissenburg.example", ["clerk"])`: a colleague with the password above; gives her membership."""

    from stadttor.ground.actor import SYSTEM
    from stadttor.identity import services

    def create(authority, email, roles, name="Herr Olsen", password=PASSWORD, unit_ids=()):
        return services.create_member(
            authority_id=authority.id, email=email, name=name, roles=roles, unit_ids=unit_ids,
            password=password, actor=SYSTEM, now=now,
        )  # fmt: skip

    return create


@pytest.fixture
def sign_in(authority, now):
    """`sign_in(password)` as Herr Olsen from one address; gives the token."""

    from stadttor.identity import services

    def enter(password=PASSWORD, *, email="olsen@weissenburg.example", at=now, where=authority, address="203.0.113.7"):
        return services.sign_in(authority_id=where.id, email=email, password=password, address=address, now=at)

    return enter
