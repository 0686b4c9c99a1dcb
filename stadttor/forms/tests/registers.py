"""A register for tests, and what every way to registers must do (`stadttor.forms.ports.RegisterPort`)."""

from uuid import uuid4

from stadttor.forms.ports import Register, RegisterAway, RegisterQuestion, Retrieved
from stadttor.forms.tests import hostile
from stadttor.forms.uploads.checking import must_be_sound

AMIRA = {"family_name": "YILMAZ", "given_name": "AMIRA", "birth_date": "1988-05-24"}


class FakeRegisters:
    """Gives `answer` to everybody; RegisterAway is raised, a list of what was asked is kept; `meanwhile` happens once."""

    simulated = False
    meanwhile = None

    def __init__(self, answer=None):
        self.answer, self.asked = answer or Retrieved(hostile.pdf(), "Auszug.pdf", (("Kennzeichen", "WUG-AY 88"),)), []

    def register(self, name):
        known = Register("Zentrales Fahrzeugregister", "Kraftfahrt-Bundesamt", "substantiell")
        return known if name == "fahrzeugregister" else None

    def fetch(self, question):
        self.asked.append(question)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        if self.answer is KeyboardInterrupt:
            raise KeyboardInterrupt
        if self.answer == "away":
            raise RegisterAway("no answer")
        return None if self.answer == "nothing" else self.answer


def question(register="fahrzeugregister", evidence="zulassungsbescheinigung_teil_1", **person):
    return RegisterQuestion(uuid4(), register, evidence, {**AMIRA, **person}, "Bewohnerparkausweis", "Stadt Weißenburg")


def must_keep_the_contract(registers):
    """A register it names has a title, a keeper and a level; an unknown one is none; the same question, the same answer."""
    known = registers.register("fahrzeugregister")
    assert known.title
    assert known.keeper
    assert known.level in ("normal", "substantiell", "hoch")
    assert registers.register("unbekannt") is None
    once, again = registers.fetch(question()), registers.fetch(question())
    assert once == again
    assert once.name
    assert must_be_sound(once.data, "pdf", "x") >= 1
    assert isinstance(registers.simulated, bool)
