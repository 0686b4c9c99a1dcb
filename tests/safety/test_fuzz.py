"""What counts as a broken promise; and that a defect put into the product on purpose is seen."""

import os
from functools import partial
from unittest.mock import patch

import pytest

from tests.measuring.lines import Lines, read
from tests.safety import fuzz
from tests.safety.fuzz.halves import beside
from tests.safety.running import RowLines, Size

BEGUN = {"kind": "begun", "size": "small"}
REQUEST = {"kind": "request", "operation": "readCase", "status": 404, "wrong": ""}
TYPED = {"kind": "typed", "source": "date: '1.1.2026'", "server": "1", "browser": "1"}
CONDITION = {"kind": "condition", "source": "true", "server": "1", "browser": "1"}
READ = {"kind": "read", "of": "YAML", "end": "understood", "seconds": 0.1}
STEPS = [
    {"kind": "step", "machine": name, "act": acts[0], "done": True, "wrong": ""} for name, acts in fuzz.MACHINES.items()
]
INPUT = {"input": "'x'"}


def counted(*more, size="small"):
    return fuzz.outcome([BEGUN | {"size": size}, REQUEST, CONDITION, TYPED, READ, *STEPS, *more])


def test_what_went_well_is_counted():
    found = counted(READ | {"end": "refused", "seconds": 0.5})
    assert (found.broken, found.injected, found.refused, found.worst_s) == ((), 8, 1, 0.5)
    assert found.figures == {"fuzz_requests": 1, "fuzz_5xx": 0}
    begins = "1 requests (0 done, 0 refused, 1 about nothing there is), 1 conditions and 1 typed values on both sides, 2 inputs"
    assert found.notes[0].startswith(begins)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (REQUEST | {"status": 500, "wrong": "Server error"}, "readCase answered 500: Server error"),
        (CONDITION | {"browser": "2"}, "true: server 1, browser 2"),
        (TYPED | {"browser": "2"}, "date: '1.1.2026': server 1, browser 2"),
        (READ | {"end": "KeyError: 'x'"} | INPUT, "YAML: KeyError: 'x' at 'x'"),
        (READ | {"seconds": 1.5} | INPUT, "YAML: 1.5 s at 'x'"),
        (READ | {"of": "BPMN", "end": "refused"}, "BPMN: understood nothing"),
        (STEPS[0] | {"wrong": "decide: done, the model expects otherwise"}, "case: decide: done, the model expects otherwise"),
    ],
)  # fmt: skip
def test_every_kind_of_defect_breaks_the_promise(line, fault):
    assert counted(line).broken == (fault,)


def test_too_few_trials_prove_nothing():
    assert counted(size="ci").broken[:2] == ("1 requests instead of 500", "1 conditions instead of 2000")
    assert "the model of a draft never came to: send, delete, wait, sweep" in counted(size="ci").broken
    refused = STEPS[1] | {"act": "over 1", "done": False}
    assert "the model of a payment was never refused: stale, refund, part, rest" in counted(refused, size="ci").broken
    [fault] = fuzz.outcome([BEGUN, REQUEST, CONDITION, READ, *STEPS[1:]]).broken
    assert fault.startswith("the model of a case never came to: take, ask")


def test_a_reader_that_was_tried_too_seldom_proves_nothing():
    """Report: a run without most of the readers, or with one input of each, was kept."""
    named = {"kind": "readers", "named": ["YAML", "BPMN"]}
    few = counted(named, {"kind": "readers", "named": ["multipart form"]}, *[READ] * 78, size="ci").broken
    assert {f"{found} inputs of {name} instead of 80" for found, name in ((79, "YAML"), (0, "BPMN"))} < set(few)
    assert "0 inputs of multipart form instead of 80" in few
    assert "1 typed values instead of 1000" in few
    assert "79 inputs of YAML instead of 5000" in counted(*[READ] * 78, size="night").broken, "a night without the list"
    assert not [one for one in counted(*[READ] * 79, size="ci").broken if "inputs of" in one]
    assert "no reader was tried" in fuzz.outcome([BEGUN, REQUEST, CONDITION, TYPED, *STEPS]).broken


def test_the_list_of_readers_is_written_with_what_they_were_given(tmp_path):
    from tests.safety.fuzz.inputs import Reader, texts

    fuzz._try_readers(
        Size("small"), RowLines(Lines(tmp_path), "fuzz"), [Reader("numbers", "1", texts, int, (ValueError,))]
    )
    first, *read_lines = read(tmp_path, "safety-fuzz")
    assert first == {"kind": "readers", "named": ["numbers"]}
    assert {line["of"] for line in read_lines} == {"numbers"}
    assert len(read_lines) > 12


def test_an_operation_that_was_never_done_proves_nothing():
    """Report: eleven of seventeen operations were answered with 404 alone."""
    named = {"kind": "operations", "named": ["readCase", "decide"]}
    assert counted(named, REQUEST | {"status": 200}).broken == ("decide: no request was ever done",)


def test_an_error_nobody_declared_is_written_down_with_its_input(tmp_path):
    from tests.safety.fuzz.inputs import Reader, texts

    lines = RowLines(Lines(tmp_path), "fuzz")
    for sent in ("12", "x", ""):
        fuzz._read(lines, Reader("numbers", "1", texts, lambda text: 1 / int(text or "0"), (ValueError,)), sent)
    ends = [(line["end"], line.get("input")) for line in read(tmp_path, "safety-fuzz")]
    assert ends == [("understood", None), ("refused", None), ("ZeroDivisionError: division by zero", "''")]


OF_STRANGERS = {
    "new passkey": "stadttor.identity.webauthn_calls.registered",
    "answer of a passkey": "stadttor.identity.webauthn_calls.answered",
    "genericode": "stadttor.catalog.fim.codelists.parse",
    "status list": "adapters.eudi_wallet.status_list.read_packed",
    "entries of a status list": "adapters.eudi_wallet.status_list.from_b64url",
    "header of a signed text": "adapters.eudi_wallet.jws.read_object",
    "answer of a wallet": "adapters.eudi_wallet.response.read_object",
    "COSE": "adapters.eudi_wallet.cose.read_cbor",
    "claims with what they hide": "adapters.eudi_wallet.sd_jwt.digest_of",
    "answer of a target": "adapters.http_api._readable",
    "table of the inventory, CSV": "stadttor.inventory.rules.tables._csv",
    "table of the inventory, XLSX": "stadttor.inventory.rules.tables._xlsx",
    "descriptions, CSV": "stadttor.descriptions.rules.csv_file._records",
    "descriptions, XZuFi": "stadttor.descriptions.rules.xzufi._given",
    "export of an authority": "stadttor.site.leaving.archive.Export.faults",
}
"""By the name of a reader: what of the product it must go through."""


@pytest.mark.parametrize("name", OF_STRANGERS)
def test_what_devices_issuers_and_targets_say_is_read_and_a_defect_is_seen(name):
    """Report: passkeys, genericode, status lists and what targets answer had no reader."""
    from tests.safety.fuzz.parsers import readers

    [reader] = [one for one in readers() if one.name == name]
    assert fuzz._once(reader, reader.sound)[0] == "understood"
    with patch(OF_STRANGERS[name], side_effect=IndexError("planted")):
        assert fuzz._once(reader, reader.sound)[0] == "IndexError: planted"


def test_a_condition_that_the_server_judges_otherwise_is_seen():
    from random import Random

    from stadttor.core.cel import Expression
    from tests.safety.fuzz.conditions import compared, trial

    chance = Random(1)
    found = [trial(chance) for _ in range(40)]
    alike, _ = compared(found)
    assert all(one.server == one.browser for one in alike)
    with patch.object(Expression, "evaluate", lambda self, env: "something else"):
        wrong, _ = compared(found)
    assert all(one.server != one.browser for one in wrong)


@pytest.mark.db
@pytest.mark.parametrize(
    ("guard", "machine"),
    [
        ("stadttor.payments.services.must_be_open", "payment"),
        ("stadttor.payments.services.must_be_payable_back", "payment"),
        ("stadttor.payments.services.must_be_left", "payment"),
        ("stadttor.payments.services._return", "payment"),
        ("stadttor.cases.services.closing.must", "case"),
        ("stadttor.forms.services.drafting._explain", "draft"),
    ],
)
def test_a_rule_that_is_gone_is_noticed_by_the_model(authority, tmp_path, guard, machine):
    from stadttor.site import wiring
    from tests.safety.fuzz.machines import run_machines

    lines = RowLines(Lines(tmp_path), "fuzz")
    try:
        with patch(guard, lambda *_: "withdrawn"):
            run_machines(Size("small"), lines, authority.id, fuzz.SEED, [machine])
    finally:
        wiring.connect()
    assert {line["machine"] for line in read(tmp_path, "safety-fuzz") if line["wrong"]} == {machine}


def test_a_half_that_fails_is_not_taken_for_done():
    done = []
    with beside(lambda: None):
        done.append("mine")
    with pytest.raises(RuntimeError, match="other half"), beside(partial(os._exit, 3)):
        done.append("mine")
    assert done == ["mine", "mine"]
