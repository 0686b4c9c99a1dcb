"""Two citizens, one place: both saw it free, one gets it, the other one reads so and has nothing."""

from datetime import time
from functools import partial
from os import urandom
from uuid import UUID, uuid4

from stadttor.appointments import services
from stadttor.appointments.models import Booking, TakenStep
from stadttor.appointments.queries import BookingRow
from stadttor.appointments.secrets import new_token
from stadttor.ground.actor import CITIZEN
from stadttor.ground.clock import now
from stadttor.ground.work import work
from tests.safety.live.meeting import next_time, pool
from tests.safety.races.meeting import Point
from tests.safety.races.race import WRITTEN, Guard, Race, Round

SERVICE = "personalausweis"
LOOKED = Point("place looked for", ("stadttor.appointments.services.taking:_places",))
TAKEN = Point("place taken", ("stadttor.appointments.services.taking:_is_written",))
ONE_PLACE = Guard(statements=("ALTER TABLE appointments_takenstep DROP CONSTRAINT IF EXISTS appointment_place_once",))


def race_of_appointments(town: UUID) -> Race:
    """In this town."""
    return Race("two citizens, one place", partial(_round, town), (LOOKED, TAKEN, WRITTEN), LOOKED, ONE_PLACE)


def booked_at(town: UUID) -> BookingRow:
    """An appointment of Amira's at a counter of its own."""
    counter = pool(town, SERVICE, places=1, until=time(8, 10))
    return _book(town, services.Wanted(counter, SERVICE, "Personalausweis", next_time(town, counter, SERVICE)))


def _book(town: UUID, wanted: services.Wanted) -> BookingRow:
    return services.book(
        authority_id=town, wanted=wanted, person=services.Person("Amira Yılmaz", f"{uuid4().hex}@example.org"),
        token=new_token(), randomness=urandom(16), channel="online", actor=CITIZEN, now=now(),
    )  # fmt: skip


def _round(town: UUID) -> Round:
    counter = pool(town, SERVICE, places=1, until=time(8, 10))
    wanted = services.Wanted(counter, SERVICE, "Personalausweis", next_time(town, counter, SERVICE))

    book = partial(_book, town, wanted)
    return Round((book, book), lambda became: _wrong(town, counter, became))


def _wrong(town: UUID, counter: UUID, became: tuple[str, str]) -> str:
    """One has an appointment with both its steps, the other one nothing at all."""
    with work(town):
        booked = Booking.objects.filter(authority_id=town, pool_id=counter).count()
        steps = TakenStep.objects.filter(authority_id=town, pool_id=counter).count()
    right = (sorted(became), booked, steps) == (["done", "time_taken"], 1, 2)
    return "" if right else f"{became}, {booked} appointments, {steps} steps"
