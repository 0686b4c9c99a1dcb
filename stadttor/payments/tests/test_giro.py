"""The GiroCode as EPC069-12 has it."""

from stadttor.payments.rules.giro import giro_code


def test_the_lines_stand_in_the_order_of_the_standard():
    lines = giro_code(
        holder="Stadtkasse", iban="DE02120300000000202051", bic="BYLADEM1001", text="57700000145", cents=5000
    ).split("\n")
    assert lines == [
        "BCD", "002", "1", "SCT", "BYLADEM1001", "Stadtkasse", "DE02120300000000202051", "EUR50.00", "", "",
        "57700000145",
    ]  # fmt: skip


def test_without_an_amount_the_payer_enters_it():
    assert giro_code(holder="Stadtkasse", iban="DE02120300000000202051", bic="", text="1").split("\n")[7] == ""


def test_it_is_never_longer_than_a_code_may_be():
    longest = giro_code(holder="x" * 200, iban="D" * 34, bic="B" * 11, text="x" * 300, cents=99_999_999_999)
    assert len(longest.encode()) <= 331
