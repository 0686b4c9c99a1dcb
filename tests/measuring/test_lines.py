"""What was measured is read back as it was, packed or not, and a new run leaves nothing of the one before."""

import gzip

from tests.measuring.lines import Lines, read


def test_packed_lines_are_read_like_others_and_go_when_the_subject_is_measured_anew(tmp_path):
    Lines(tmp_path).write("kills", kind="kill", seconds=1.23456)
    plain = tmp_path / "kills.jsonl"
    (tmp_path / "kills.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    assert list(read(tmp_path, "kills", kind="kill")) == [{"kind": "kill", "seconds": 1.235}]

    Lines(tmp_path).write("kills", kind="begun")
    assert list(read(tmp_path, "kills")) == [{"kind": "begun"}]
    assert [one.name for one in tmp_path.iterdir()] == ["kills.jsonl"]
