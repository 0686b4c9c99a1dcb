"""Who is led to the set-up. Asked for with every page of the desk, hence apart from all that the set-up itself needs."""

from stadttor.catalog.queries import has_live
from stadttor.ground.authorities import STEERING, AuthorityRow
from stadttor.identity.queries import Staff
from stadttor.tenancy.queries import profile


def is_to_be_set_up(authority: AuthorityRow | None, staff: Staff | None) -> bool:
    """Whether this colleague is led: an organiser of a town in which citizens can apply for nothing yet, unless the set-up was
    put aside.
    """
    if authority is None or staff is None or authority.kind == STEERING or not staff.may("organiser"):
        return False
    return not profile(authority.id).setup_aside and not has_live(authority.id)
