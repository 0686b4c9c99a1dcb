"""Registers of the demo: one of vehicles, which knows the vehicles of two invented people and is away for a third.

What it gives says on its face that it is invented. It is wired in the demo alone (site/wiring.py).
"""

from adapters.simulated_register.paper import pdf
from stadttor.forms.ports import Register, RegisterAway, RegisterQuestion, Retrieved

REGISTERS = {"fahrzeugregister": Register("Zentrales Fahrzeugregister", "Kraftfahrt-Bundesamt", "substantiell")}
EVIDENCE = {"fahrzeugregister": "zulassungsbescheinigung_teil_1"}
INVENTED = "Simulation: erfundener Auszug, beweist nichts"
# By family name and day of birth, as the demo's accounts and wallet say them.
VEHICLES = {
    ("yilmaz", "1988-05-24"): ("WUG-AY 88", "Kompaktwagen, blau", "14.03.2022", "1.540 kg"),
    ("aydın", "1969-11-03"): ("WUG-DA 69", "Kombi, grau", "02.09.2019", "2.050 kg"),
}
AWAY = ("suri", "1950-00-00")


class SimulatedRegisters:
    """Implements `stadttor.forms.ports.RegisterPort`."""

    simulated = True

    def register(self, name: str) -> Register | None:
        return REGISTERS.get(name)

    def fetch(self, question: RegisterQuestion) -> Retrieved | None:
        """An extract about the person's vehicle. Raises RegisterAway for the one person for whom it is away."""
        who = (question.person["family_name"].casefold(), question.person["birth_date"])
        if who == AWAY or question.register not in REGISTERS:
            raise RegisterAway("simulated")
        vehicle = VEHICLES.get(who)
        if vehicle is None or question.evidence != EVIDENCE[question.register]:
            return None
        says = _says(question, vehicle)
        return Retrieved(pdf("Auszug aus dem Zentralen Fahrzeugregister", INVENTED, says), "Registerauszug.pdf", says)


def _says(question: RegisterQuestion, vehicle: tuple[str, str, str, str]) -> tuple[tuple[str, str], ...]:
    names = (question.person.get("given_name", ""), question.person["family_name"])
    labels = ("Kennzeichen", "Fahrzeug", "Erstzulassung", "Zulässige Gesamtmasse")
    holder = ("Halter oder Halterin", " ".join(name for name in names if name))
    return (holder, *zip(labels, vehicle, strict=True), ("Hinweis", INVENTED))
