import pytest

from stadttor.forms.rules.file_names import NAME_MAX, shown_name


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("schein.pdf", "schein.pdf"),
        ("C:\\Bilder\\a.jpg", "a.jpg"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("x" * 500, "x" * NAME_MAX),
    ],
)
def test_a_name_is_shown_without_folders_and_direction_marks_apart_from_the_text(sent: str, shown: str) -> None:
    assert shown_name(sent) == f"\u2068{shown}\u2069"
