"""A process from a stranger: what is refused, where, and that nothing of it is executed."""

import pytest

from stadttor.processes.queries import BUILTIN
from stadttor.processes.rules import check_bpmn
from stadttor.processes.rules.parsing import NotAProcess, parse
from stadttor.processes.tests.builders import FIRST, branched, flow, longer

ANTRAG = BUILTIN.decode()
CHECK = '<userTask id="check" name="Angaben und Nachweise prüfen"/>'


def faults(xml: str | bytes) -> str:
    return "\n".join(map(str, check_bpmn(xml.encode() if isinstance(xml, str) else xml)))


def with_extension(element: str) -> str:
    """A user task with something of another program."""
    return f'<userTask id="check" name="x"><extensionElements>{element}</extensionElements></userTask>'


def with_check_replaced_by(element: str) -> str:
    assert CHECK in ANTRAG
    return ANTRAG.replace(CHECK, element)


def test_the_built_in_process_is_accepted() -> None:
    assert check_bpmn(BUILTIN) == []


@pytest.mark.parametrize(
    ("element", "said"),
    [
        ('<scriptTask id="check"><script>import os; os.getuid()</script></scriptTask>', "scriptTask is refused"),
        ('<serviceTask id="check" implementation="https://evil.example/"/>', "unknown to the platform"),
        ('<serviceTask id="check"/>', "unknown to the platform"),
        ('<businessRuleTask id="check"/>', "businessRuleTask is refused"),
        ('<callActivity id="check" calledElement="other"/>', "callActivity is refused"),
        ('<sendTask id="check"/>', "sendTask is refused"),
        ('<manualTask id="check"/>', "manualTask is refused"),
        ('<userTask id="check"/>', "no name"),
        ('<userTask id="check it" name="x"/>', "no usable id"),
        ('<userTask id="check" name="x"><multiInstanceLoopCharacteristics/></userTask>', "refused"),
        ('<userTask id="check" name="x"><standardLoopCharacteristics/></userTask>', "refused"),
        ('<userTask id="check" name="x"><dataInputAssociation/></userTask>', "refused"),
        ('<userTask id="check" name="x"><y xmlns="urn:camunda">x</y></userTask>', "does not belong to BPMN"),
        (with_extension('<script xmlns="urn:camunda">x</script>'), "script does not belong"),
        (with_extension('<c:taskListener xmlns:c="urn:camunda" class="X"/>'), "taskListener does not belong"),
        (with_extension('<c:executionListener xmlns:c="urn:camunda"/>'), "executionListener does not belong"),
        (with_extension('<c:connector xmlns:c="urn:camunda"/>'), "connector does not belong"),
    ],
)
def test_what_could_run_code_or_is_unknown_is_refused_with_its_line(element: str, said: str) -> None:
    found = check_bpmn(with_check_replaced_by(element).encode())
    assert any(said in fault.text and fault.line == 10 for fault in found), found


def test_notes_of_a_modelling_program_may_stay() -> None:
    notes = '<c:properties xmlns:c="urn:camunda"><c:property name="Quelle" value="Handbuch"/></c:properties>'
    assert check_bpmn(with_check_replaced_by(with_extension(notes)).encode()) == []


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("__import__('os').getuid()", "Condition"),
        ("outcome == 'ask_back'", "not declared"),
        ("a.name == 'Jonas'", "not declared"),
        ("a.outcome.matches('.*')", "matches"),
        ("1 + 1", "not boolean"),
        ("", "empty"),
    ],
)
def test_conditions_are_cel_of_the_profile_over_flags(condition: str, said: str) -> None:
    assert said in faults(ANTRAG.replace("a.outcome == 'ask_back'", condition))


@pytest.mark.parametrize("duration", ["R/P1D", "2026-12-01", "P1Y2M", "P99999D", "a.outcome", ""])
def test_timers_are_plain_durations(duration: str) -> None:
    assert "plain duration" in faults(ANTRAG.replace("P14D", duration))


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        "<!DOCTYPE definitions>",
        '<?xml-stylesheet href="https://evil.example/x.xsl"?>',
    ],
)
def test_a_dtd_entities_and_instructions_are_refused_before_anything_is_expanded(prologue: str) -> None:
    head, rest = ANTRAG.split("\n", 1)
    assert "refused" in faults(f"{head}\n{prologue}\n{rest}")


def test_a_dtd_hides_in_no_other_encoding() -> None:
    text = ANTRAG.replace('encoding="UTF-8"', 'encoding="UTF-16"').replace("?>\n", "?>\n<!DOCTYPE x>\n", 1)
    assert "refused" in faults(text.encode("utf-16"))


def test_a_namespace_that_is_no_address_is_a_fault() -> None:
    """Report: random definitions ended in an error of the second parser, which the first one had let pass."""
    assert "Not well-formed XML" in faults(
        BUILTIN.replace(b"http://www.omg.org/spec/BPMN", b"http://www.- rg/spec/BPMN")
    )


@pytest.mark.parametrize("xml", [b"", b"no xml", b"<a>", b"\xff\xfe\x00", b"<a/>" * 2, b"<definitions/>", b"\x00" * 99])
def test_garbage_is_a_fault_and_never_an_exception(xml: bytes) -> None:
    assert check_bpmn(xml)


def test_size_nesting_and_number_of_steps_are_bounded() -> None:
    assert "larger" in faults(ANTRAG + " " * 500_000)
    assert "levels" in faults("<a>" * 50 + "</a>" * 50)
    many = "".join(f'<userTask id="t{n}" name="x"/>' for n in range(250))
    assert "More than 200" in faults(ANTRAG.replace(CHECK, CHECK + many))


def test_very_many_elements_are_refused_before_each_is_looked_at() -> None:
    """Report: half a megabyte of gateways and flows was looked at for minutes."""
    many = "".join(f'<exclusiveGateway id="e{n}"/>{flow(f"g{n}", f"e{n}", f"e{n + 1}")}' for n in range(4_000))
    assert faults(longer(FIRST, many)).count("\n") == 0
    assert "More than 10000 elements" in faults(longer(FIRST, "<a/>" * 10_000))
    assert check_bpmn(longer(FIRST, *(flow(f"g{n}", f"e{n}", f"e{n + 1}") for n in range(5_000)))) == []


def test_what_one_act_leads_through_is_bounded() -> None:
    """Report: with 88 branches that met in front of 88 services the engine worked for minutes when a case began."""
    assert "more than 200 steps at once" in faults(branched(20, 20))
    assert check_bpmn(branched(5, 20)) == []
    assert check_bpmn(branched(20, 20, meeting="parallelGateway")) == []


def test_a_loop_on_which_nobody_acts_is_refused() -> None:
    loop = (
        '<exclusiveGateway id="g1" default="l2"/><exclusiveGateway id="g2"/>'
        '<sequenceFlow id="l1" sourceRef="g2" targetRef="g1"/><sequenceFlow id="l2" sourceRef="g1" targetRef="g2"/>'
    )
    assert "never waits" in faults(ANTRAG.replace(CHECK, CHECK + loop))


def test_a_gateway_needs_a_way_out_for_every_case() -> None:
    assert "no default" in faults(ANTRAG.replace(' default="f_versandt"', ""))


def test_ids_are_unique() -> None:
    assert "used twice" in faults(ANTRAG.replace('id="erinnert"', 'id="check"', 1))


@pytest.mark.parametrize("needed", ['id="decide"', 'id="send"', 'name="withdraw"'])
def test_what_the_platform_acts_on_must_be_there(needed: str) -> None:
    kind, value = needed.rstrip('"').split('="')
    other = ANTRAG.replace(needed, f'{kind}="x_{value}"').replace(f'Ref="{value}"', f'Ref="x_{value}"')
    assert value in faults(other)


def test_a_flow_to_nowhere_is_told_by_the_engine() -> None:
    assert faults(ANTRAG.replace('targetRef="abgeschlossen"', 'targetRef="nirgends"'))


def test_an_event_subprocess_is_refused() -> None:
    assert "event subprocess" in faults(ANTRAG.replace('id="bearbeitung"', 'id="bearbeitung" triggeredByEvent="true"'))


def test_the_parser_itself_refuses_scripts_even_without_the_check() -> None:
    """The twin of the check: the engine must not get code even when somebody forgets to check."""
    for element in ('<scriptTask id="check"><script>x</script></scriptTask>', '<serviceTask id="check"/>'):
        with pytest.raises(NotAProcess):
            parse(with_check_replaced_by(element).encode())
