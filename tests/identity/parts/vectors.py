"""Vectors that the specifications publish: the tests of the adapter that read them, a case each."""

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from tests.identity.plan import case
from tests.identity.stand import Stand
from tests.measuring.circumstances import ROOT
from tests.measuring.lines import Line

TESTS = "adapters/eudi_wallet/tests/test_vectors.py"


def run(stand: Stand) -> Iterator[Line]:
    """OpenID4VP 1.0, SD-JWT (RFC 9901), Token Status List."""
    told = stand.folder / "vectors.xml"
    command = [sys.executable, "-m", "pytest", "-q", TESTS, f"--junitxml={told}"]
    subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL, timeout=120)
    for one in ET.parse(told).iter("testcase"):
        wrong = one.find("failure") if one.find("failure") is not None else one.find("error")
        why = "" if wrong is None else wrong.get("message", "")
        yield case(one.get("name", ""), "equal", "equal" if wrong is None else "other", right=wrong is None, why=why)
