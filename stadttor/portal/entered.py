"""The words for how an application came in that a colleague enters for somebody."""

from stadttor.forms.queries.entries import EntryRow
from stadttor.ground.web.formats import day
from stadttor.ground.web.language import N_, _

CHANNELS = {
    "counter": N_("at the counter"),
    "phone": N_("by phone"),
    "paper": N_("on paper"),
}
IDENTITY_DOCUMENTS = {
    "": N_("no document"),
    "id_card": N_("identity card"),
    "passport": N_("passport"),
    "residence_title": N_("residence title"),
    "other": N_("another official document with a photo"),
}


def channel_of(entry: EntryRow) -> str:
    """By which way it came in, in the current language."""
    return _(CHANNELS.get(entry.channel, entry.channel))


def document_of(entry: EntryRow) -> str:
    """Which kind of identity document the colleague saw."""
    return _(IDENTITY_DOCUMENTS.get(entry.identity_document, entry.identity_document))


def came_in(entry: EntryRow | None) -> str:
    """`You enter this for somebody: by phone, received on 20 November 2026.` Empty for what nobody of the house enters."""
    if entry is None:
        return ""
    text = N_("You enter this for somebody: {channel}, received on {day}.")
    return _(text, channel=channel_of(entry), day=day(entry.received_on))
