from django.urls import path

from stadttor.appointments.pages import booked, choosing, days, entering, pools

app_name = "appointments"
urlpatterns = [
    path("leistungen/<slug:slug>/termin", choosing.times, name="times"),
    path("leistungen/<slug:slug>/termin/angaben", choosing.details, name="details"),
    path("termin/oeffnen/<str:link_token>", booked.follow, name="follow"),
    path("termin/<uuid:booking_id>", booked.booked, name="booked"),
    path("termin/<uuid:booking_id>/termin.ics", booked.ics, name="ics"),
    path("termin/<uuid:booking_id>/verschieben", booked.move, name="move"),
    path("termin/<uuid:booking_id>/absagen", booked.cancel, name="cancel"),
    path("termin/<uuid:booking_id>/konto", booked.keep, name="keep"),
    path("desk/appointments/", days.day, name="day"),
    path("desk/appointments/new", entering.enter, name="enter"),
    path("desk/places", pools.pools, name="pools"),
    path("desk/places/new", pools.new, name="new_pool"),
    path("desk/places/<uuid:pool_id>", pools.one, name="pool"),
    path("desk/appointments/<uuid:booking_id>", days.one, name="one"),
    path("desk/appointments/<uuid:booking_id>/look", days.look, name="look"),
    path("desk/appointments/<uuid:booking_id>/protect", days.protect, name="protect"),
    path("desk/appointments/<uuid:booking_id>/mark", days.mark, name="mark"),
    path("desk/appointments/<uuid:booking_id>/move", entering.move, name="move_for"),
    path("desk/appointments/<uuid:booking_id>/delete", days.delete, name="delete"),
]
