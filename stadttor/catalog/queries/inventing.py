"""An invented application for a service, as an authority has set it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from stadttor.catalog.queries.adopted import AdoptedForm
from stadttor.catalog.rules.inventing import Place, invented

POSTCODES = "postleitzahlen"


def invented_answers(form: AdoptedForm, today: date, place: Place | None, email: str) -> Mapping[str, Any] | None:
    """As `rules.inventing.invented`, under the authority's settings; its own postal codes come before the one of `place`."""
    codes = form.parameters.get(POSTCODES)
    if codes and place:
        place = (place[0] if place[0] in codes else str(codes[0]), place[1])
    return invented(form.content, form.parameters, today, place, email)
