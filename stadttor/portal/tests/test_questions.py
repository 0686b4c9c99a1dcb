from stadttor.portal.questions import in_words_of
from stadttor.portal.tests.builders import offered

PROOF = {
    "key": "zulassungsbescheinigung_teil_1",
    "kind": "document",
    "text": "Fahrzeugschein (Zulassungsbescheinigung Teil I)",
}


def test_a_proof_that_is_missing_is_named_in_the_applicants_language():
    form = offered()
    (said,) = in_words_of("ar", [PROOF], form)
    assert said["text"] == form.texts("ar").text("fields.fahrzeug.zb1.label")
    assert said["language"] == "ar"


def test_the_clerks_own_words_stay_as_they_are():
    own = {"key": "own", "kind": "question", "text": "Seit wann wohnen Sie dort?"}
    assert in_words_of("ar", [own], offered()) == [{**own, "language": "de"}]


def test_a_field_of_the_second_dog_is_named_with_its_number():
    field = {"key": "hund.1.name", "kind": "field", "text": "Hund 2: Name des Hundes"}
    form = offered("hundesteuer")
    field["text"] = f"Hund 2: {form.texts('de').text('fields.hund.name.label')}"
    (said,) = in_words_of("tr", [field], form)
    assert said["text"].endswith(form.texts("tr").text("fields.hund.name.label"))
    assert said["language"] == "tr"
