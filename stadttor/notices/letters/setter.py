"""The typesetter's own process: started by `typesetting`, knows typst and nothing of the product.

It has no database address, no network and no program to start; it reads below its working directory only, and ends
with its parent. A request on standard input is a length (4 bytes) and JSON `{source, files, data, created, check, cpu_s}`;
the answer on standard output is a length and JSON `{pdf}` (base64) with `{warnings}`, or `{error, hints, line}`.
"""

import base64
import ctypes
import json
import os
import platform
import resource
import shutil
import signal
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO

import typst

LENGTH = struct.Struct("!I")
MEMORY_BYTES = 1536 * 1024 * 1024
# For sample data on a publisher's word, where a letter takes some hundredths of a second and 50 MB. Writable memory only:
# how much address space programs and libraries take differs from machine to machine.
CHECK_MEMORY_BYTES = 112 * 1024 * 1024
CHECK_CPU_S = 0.6
MAIN = "letters/main.typ"
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 38, 22
LONGEST_S = 90
SECCOMP_MODE_FILTER, SECCOMP_ERRNO, SECCOMP_ALLOW = 2, 0x0005_0001, 0x7FFF_0000
# socket, connect, execve, execveat: a letter needs none of them.
FORBIDDEN = {"x86_64": (41, 42, 59, 322), "aarch64": (198, 203, 221, 281)}


class _Filter(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filters", ctypes.POINTER(_Filter))]


def main() -> None:
    """Answer requests until standard input ends."""
    platform_letter, fonts = Path(sys.argv[1]).read_bytes(), sys.argv[2]
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts])
    root = Path.cwd()
    compiler = typst.Compiler(
        root=str(root), font_paths=found, package_path=str(root / "none"), package_cache_path=str(root / "none")
    )
    _confine()
    while (request := _read(sys.stdin.buffer)) is not None:
        # The parent ends a long letter sooner; should the parent be gone, the alarm ends this process.
        signal.alarm(LONGEST_S)
        _bound(request["check"], request["cpu_s"])
        answer = _answer(compiler, root, platform_letter, request)
        _bound(False, 0)
        signal.alarm(0)
        _write(answers, answer)


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None)
    numbers = FORBIDDEN.get(platform.machine())
    if numbers is None:
        return
    # Load the number of the system call; refuse it with EPERM when it is one of ours.
    steps = [_Filter(0x20, 0, 0, 0)]
    steps += [_Filter(0x15, len(numbers) - place, 0, number) for place, number in enumerate(numbers)]
    steps += [_Filter(0x06, 0, 0, SECCOMP_ALLOW), _Filter(0x06, 0, 0, SECCOMP_ERRNO)]
    program = _Program(len(steps), (_Filter * len(steps))(*steps))
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)


def _bound(check: bool, cpu_s: float) -> None:
    """Memory and processor time of the next letter; who takes more is ended by the kernel."""
    resource.setrlimit(resource.RLIMIT_DATA, (CHECK_MEMORY_BYTES if check else MEMORY_BYTES, MEMORY_BYTES))
    signal.setitimer(signal.ITIMER_PROF, CHECK_CPU_S if check else cpu_s)


def _answer(compiler: Any, root: Path, platform_letter: bytes, request: dict[str, Any]) -> dict[str, Any]:
    _lay_out(root, platform_letter, request)
    try:
        pdf, warnings = compiler.compile_with_warnings(
            input=str(root / MAIN),
            format="pdf",
            sys_inputs={"data": request["data"]},
            pdf_standards=["ua-1", "a-2a"],
            timestamp=request["created"],
        )
    except typst.TypstError as error:
        return {"error": error.message, "hints": list(error.hints), "where": error.diagnostic[:2_000]}
    return {"pdf": base64.b64encode(pdf).decode(), "warnings": [warning.message for warning in warnings]}


def _lay_out(root: Path, platform_letter: bytes, request: dict[str, Any]) -> None:
    """Exactly the files of this letter below the root; the letter's data never touches the disk."""
    for folder in ("letters", "platform"):
        shutil.rmtree(root / folder, ignore_errors=True)
        (root / folder).mkdir()
    (root / "platform" / "letter.typ").write_bytes(platform_letter)
    for name, content in request["files"].items():
        (root / "letters" / Path(name).name).write_bytes(base64.b64decode(content))
    (root / MAIN).write_text(request["source"], "utf-8")


def _read(stream: BinaryIO) -> dict[str, Any] | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    found: dict[str, Any] = json.loads(stream.read(LENGTH.unpack(head)[0]))
    return found


def _write(stream: BinaryIO, answer: dict[str, Any]) -> None:
    body = json.dumps(answer).encode()
    stream.write(LENGTH.pack(len(body)) + body)
    stream.flush()


if __name__ == "__main__":
    main()
