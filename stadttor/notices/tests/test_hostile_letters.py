"""A letter comes from a stranger's package: it reads nothing outside its folder, reaches nobody and cannot hang here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stadttor.notices.letters import LetterFailed, render_letter, typesetting
from stadttor.notices.letters.checking import SampleGroup, check_letter
from stadttor.notices.tests.test_letters import BESCHEID, CREST, letter

PLAIN = '#import "/platform/letter.typ": *\n#show: letter\n'


@pytest.mark.parametrize(
    "attack",
    [
        '#read("/etc/passwd")',
        '#read("../../../../../../etc/passwd")',
        '#read("/proc/self/environ")',
        '#image("/etc/hostname")',
        '#include "/etc/passwd"',
        '#import "@preview/example:0.1.0": *',
        '#import "@local/example:0.1.0": *',
        '#read("http://127.0.0.1/")',
        '#plugin("/bin/sh")',
        '#bibliography("/etc/passwd")',
    ],
)
def test_a_letter_reads_nothing_outside_its_folder(attack: str) -> None:
    with pytest.raises(LetterFailed):
        render_letter(PLAIN + attack, {}, letter())


def test_a_link_to_a_file_outside_is_not_followed(tmp_path: Path) -> None:
    with pytest.raises(LetterFailed):
        render_letter(PLAIN + '#read("../secret")', {"letters/../../secret": b"x"}, letter())


def test_the_files_of_one_package_are_gone_for_the_next_letter() -> None:
    render_letter(PLAIN + '#image("logo.svg", alt: "Logo")', {"letters/logo.svg": CREST.encode()}, letter())
    with pytest.raises(LetterFailed, match="not found"):
        render_letter(PLAIN + '#image("logo.svg", alt: "Logo")', {}, letter())


def test_the_platforms_part_cannot_be_replaced() -> None:
    files = {"platform/letter.typ": b'#panic("replaced")'}
    render_letter(BESCHEID, files, letter())


@pytest.mark.parametrize(
    "endless",
    [
        "#for i in range(100000) { for j in range(100000) { let sum = i + j } }",
        '#let a = ("x" * 100000000,) * 40\n#a.map(it => it + "y").join()',
        "#range(100000000).map(it => str(it)).join()",
    ],
)
def test_an_endless_letter_is_ended_and_the_next_one_is_set(endless: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "CPU_SECONDS", 1.0)
    with pytest.raises(LetterFailed):
        render_letter(PLAIN + endless, {}, letter())
    assert render_letter(BESCHEID, {}, letter()).startswith(b"%PDF")


def test_the_typesetter_knows_no_address_and_no_key() -> None:
    assert not {name for name in typesetting._environment() if "STADTTOR" in name or "DATABASE" in name}


def test_the_typesetter_may_neither_call_out_nor_start_programs() -> None:
    render_letter(BESCHEID, {}, letter())
    process = typesetting._setter._process
    assert process is not None
    status = Path(f"/proc/{process.pid}/status").read_text()
    if os.uname().machine in ("x86_64", "aarch64"):
        assert "Seccomp:\t2" in status
    assert "NoNewPrivs:\t1" in status


# What the catalogue asks before a package is published.


def test_a_good_letter_has_no_faults() -> None:
    texts = {"letters": {"bescheid": {"granted": "Ja.", "refused": "Nein."}}}
    groups = [SampleGroup("fahrzeug", "Fahrzeug", [("kennzeichen", "Kennzeichen")])]
    assert check_letter(BESCHEID, {}, texts, outcomes=("granted", "refused"), groups=groups) == []


def test_a_missing_text_is_named_with_its_outcome() -> None:
    texts = {"letters": {"bescheid": {"granted": "Ja."}}}
    faults = check_letter(BESCHEID, {}, texts, outcomes=("granted", "refused"))
    assert [fault for fault in faults if "letters.bescheid.refused" in fault and "outcome refused" in fault]


def test_an_emoji_in_a_letters_source_is_a_fault() -> None:
    assert check_letter(PLAIN + "Hallo 😀", {}, {})


def test_checking_a_letter_without_end_stays_in_little_memory() -> None:
    """Report: a letter of a million pages took 217 MB before it was refused."""
    measured = (
        "import resource; from stadttor.notices.letters.checking import check_letter;"
        f"print(check_letter({PLAIN + '#for i in range(1000000) { pagebreak(weak: false) }'!r}, {{}}, {{}}));"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    told = subprocess.run([sys.executable, "-c", measured], capture_output=True, text=True, check=True).stdout
    faults, kilobytes = told.splitlines()
    assert "too much time or memory" in faults
    assert int(kilobytes) < 160_000
