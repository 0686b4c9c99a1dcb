import pytest

from stadttor.tenancy.rules.names import Name, guess_kind, guess_kreis, split, title


@pytest.mark.parametrize(
    ("official", "base", "suffix"),
    [
        ("Weißenburg i.Bay., GKSt", "Weißenburg i. Bay.", "Stadt"),
        ("Absberg, M", "Absberg", "Markt"),
        ("Flensburg, Stadt", "Flensburg", "Stadt"),
        ("Hanau, Brüder-Grimm-Stadt", "Hanau", "Brüder-Grimm-Stadt"),
        ("Stavenhagen, Reuterstadt, Stadt", "Stavenhagen", "Reuterstadt, Stadt"),
        ("Ebstorf,Klosterflecken", "Ebstorf", "Klosterflecken"),
        ("Ueckermünde, Seebad , Stadt", "Ueckermünde", "Seebad, Stadt"),
        ("Ellingen (VGem)", "Ellingen", "VGem"),
        ("VVG der Stadt Bruchsal", "Bruchsal", ""),
        ("GVV Rosenstein", "Rosenstein", ""),
        ("Frankfurt (Oder), Stadt", "Frankfurt (Oder)", "Stadt"),
        ("Neustadt a.d.Aisch, St", "Neustadt a. d. Aisch", "Stadt"),
        ("Solnhofen", "Solnhofen", ""),
    ],
)
def test_titles_come_off_the_name(official: str, base: str, suffix: str) -> None:
    assert split(official) == Name(base, suffix)


@pytest.mark.parametrize(
    ("official", "kind", "level", "expected"),
    [
        ("Weißenburg i.Bay., GKSt", "grosse_kreisstadt", "gemeinde", "Stadt Weißenburg i. Bay."),
        ("München, Landeshauptstadt", "kreisfreie_stadt", "gemeinde", "Landeshauptstadt München"),
        ("Pleinfeld, M", "markt", "gemeinde", "Markt Pleinfeld"),
        ("Solnhofen", "gemeinde", "gemeinde", "Gemeinde Solnhofen"),
        ("Ebersberger Forst", "gemeindefrei", "gemeinde", "Gemeindefreies Gebiet Ebersberger Forst"),
        ("Ellingen (VGem)", "verwaltungsgemeinschaft", "verband", "Verwaltungsgemeinschaft Ellingen"),
        ("Amt Mittelangeln", "amt", "verband", "Amt Mittelangeln"),
        ("Weißenburg-Gunzenhausen", "landkreis", "kreis", "Landkreis Weißenburg-Gunzenhausen"),
        ("Unna", "kreis", "kreis", "Kreis Unna"),
        ("Wartburgkreis", "landkreis", "kreis", "Wartburgkreis"),
        ("Regionalverband Saarbrücken", "regionalverband", "kreis", "Regionalverband Saarbrücken"),
        ("Bayern", "land", "land", "Bayern"),
    ],
)
def test_the_administrations_name(official: str, kind: str, level: str, expected: str) -> None:
    assert title(official, kind, level) == expected


@pytest.mark.parametrize(
    ("key", "official", "kind"),
    [
        ("091620000000", "München, Landeshauptstadt", "kreisfreie_stadt"),
        ("081110000000", "Stuttgart, Landeshauptstadt", "stadtkreis"),
        ("095770177177", "Weißenburg i.Bay., GKSt", "grosse_kreisstadt"),
        ("095770161161", "Pleinfeld, M", "markt"),
        ("095770168168", "Solnhofen", "gemeinde"),
        ("091759452452", "Ebersberger Forst", "gemeindefrei"),
    ],
)
def test_a_kind_is_guessed_from_key_and_title(key: str, official: str, kind: str) -> None:
    assert guess_kind(key, official, "gemeinde") == kind


def test_verbaende_and_kreise_are_guessed_by_land() -> None:
    assert guess_kind("010545488", "Föhr-Amrum", "verband") == "amt"
    assert guess_kind("081115001", "GVV Rosenstein", "verband") == "verwaltungsverband"
    assert guess_kreis("05978", "Unna", kreisfrei=False) == "kreis"
    assert guess_kreis("09564", "Nürnberg", kreisfrei=True) == "kreisfreie_stadt"
