"""A step costs nothing in production; in the programme of kills a process dies at the end of one, once."""

import subprocess
import sys

import pytest

from stadttor.ground import jobs, steps

DIES = """
import asyncio, pathlib, sys
from stadttor.ground import steps
def done(): pathlib.Path(sys.argv[2]).touch()
async def slowly(): done()
steps.named_step("a.step", done, sys.argv[1])() if sys.argv[3] == "plain" else asyncio.run(
    steps.named_step("a.step", slowly, sys.argv[1])())
print("lives")
"""


def run(folder, effect, kind):
    return subprocess.run([sys.executable, "-c", DIES, folder, effect, kind], capture_output=True, text=True)


def test_in_production_a_step_is_the_function_itself():
    def function():
        return 1

    assert steps.FOLDER == ""
    assert steps.step(function) is function


def test_every_marked_function_and_every_job_is_known():
    assert steps.named_step("here.now", len) is len
    assert "here.now" in steps.known()
    assert {f"job {name}" for name in jobs.registered()} <= steps.known()


@pytest.mark.parametrize("kind", ["plain", "async"])
def test_a_process_dies_after_the_effect_where_it_is_ordered_and_only_once(tmp_path, kind):
    orders, effect = tmp_path / "orders", tmp_path / "effect"
    orders.mkdir()
    (orders / "a.step").touch()
    (orders / "another.step").touch()
    died = run(str(orders), str(effect), kind)
    assert (died.returncode, died.stdout, effect.exists()) == (-9, "", True)
    assert run(str(orders), str(effect), kind).stdout == "lives\n"
    assert (orders / "another.step").exists()
