"""Which format a register file has, told by its content, not by its name."""

from datetime import date

from stadttor.tenancy.rules import gv100ad, keylist
from stadttor.tenancy.rules.register import BadRegister, Problem, Register

MAX_BYTES = 64 * 1024 * 1024


def parse(data: bytes, *, as_of: date | None = None) -> Register:
    """Read a GV100AD file, a CSV or a JSON list of keys. Raises BadRegister. `as_of` dates a CSV, which has no date."""
    if len(data) > MAX_BYTES:
        raise BadRegister([Problem(0, f"is larger than {MAX_BYTES // 1024 // 1024} MB")])
    start = data[:4096].removeprefix(b"\xef\xbb\xbf")
    if start.lstrip().startswith(b"{"):
        return keylist.parse_json(data)
    if keylist.is_csv(start.split(b"\n")[0].decode("utf-8", errors="replace")):
        return keylist.parse_csv(data, as_of=as_of)
    if start[:2].isdigit():
        return gv100ad.parse(data)
    raise BadRegister([Problem(0, "is neither GV100AD nor a CSV or JSON list of keys")])
