"""The web server of this row: the product's own, and a register that knows everybody. Without the demo none is wired."""

from adapters.simulated_register import INVENTED, SimulatedRegisters
from adapters.simulated_register.paper import pdf
from stadttor.forms.ports import RegisterQuestion, Retrieved, use_registers
from stadttor.site.wsgi import application


class Registers(SimulatedRegisters):
    """The demo's, with an extract about whoever asks: her name stands in it."""

    def fetch(self, question: RegisterQuestion) -> Retrieved:
        name = f"{question.person['given_name']} {question.person['family_name']}"
        says = (("Halter oder Halterin", name), ("Hinweis", INVENTED))
        return Retrieved(pdf("Auszug", INVENTED, says), "Registerauszug.pdf", says)


use_registers(Registers())

__all__ = ["Registers", "application"]
