"""One page with every building block, and a little server for it: no database, the product's headers and assets."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.urls import include, set_urlconf
from django.urls import path as address_of

from stadttor.ground.web import accent, look, static_files
from stadttor.ground.web.blocks import Field, Option, Upload, page_of
from stadttor.ground.web.environment import environment
from stadttor.ground.web.headers import SecurityHeaders
from stadttor.ground.web.language import LanguageMiddleware
from stadttor.ground.web.manifest import manifest
from stadttor.ground.web.render import request_context

HERE = Path(__file__).parent
# Where header and footer link to; only the addresses count here.
PORTAL = [address_of(name, look.crest, name=name) for name in ("home", "imprint", "privacy", "accessibility")]
urlpatterns = [
    address_of("accent.css", accent.serve, name="accent"),
    address_of("crest.svg", look.crest, name="crest"),
    address_of("desk/", look.crest, name="desk"),
    address_of("", include((PORTAL, "portal"))),
    address_of("", include(([address_of("desk/sign-out", look.crest, name="sign_out")], "identity"))),
    address_of("", include(([address_of("konto", look.crest, name="home")], "account"))),
]
ZONES = [Option(f"zone-{n}", f"Zone {n}") for n in range(1, 9)]
WRONG = "Geben Sie das Kennzeichen so ein: WUG-AB 123"
FIELDS = [
    Field("text", "person.beruf", "Beruf", required=False, value="Schreinerin"),
    Field("name", "person.name", "Familienname", value="Yılmaz", autocomplete="family-name"),
    Field("textarea", "antrag.grund", "Warum brauchen Sie den Ausweis?", help="Zwei Sätze reichen.", maxlength=4000),
    Field("date", "antrag.ab", "Ab wann soll der Ausweis gelten?", example="1 12 2026", value="2026-12-01"),
    Field("date", "person.geburt", "Geburtsdatum", autocomplete="bday", error="Geben Sie ein Jahr mit vier Ziffern ein",
          value={"day": "31", "month": "2", "year": "85"}),
    Field("integer", "antrag.jahre", "Für wie viele Jahre?", value=2),
    Field("decimal", "wohnung.flaeche", "Wohnfläche", unit="m²", value="62,5"),
    Field("money", "hund.steuer", "Bisher gezahlte Steuer", value="30,70", error="Der Betrag ist zu hoch"),
    Field("boolean", "fahrzeug.eigenes", "Ist das Fahrzeug auf Sie zugelassen?", value=True),
    Field("select", "antrag.art", "Was möchten Sie?", value="neu",
          options=[Option("neu", "Neuer Ausweis"), Option("mehr", "Verlängerung", "Der alte Ausweis läuft bald ab.")]),
    Field("select", "fahrzeug.zone", "Zone", options=ZONES, value="zone-3", error="Wählen Sie eine Zone"),
    Field("multiselect", "person.gruende", "Was trifft auf Sie zu?", value=["a"],
          error="Wählen Sie mindestens einen Grund",
          options=[Option("a", "Ich wohne hier"), Option("b", "Ich pflege jemanden", "Nachweis nötig")]),
    Field("country", "person.staat", "Staatsangehörigkeit", value="UA"),
    Field("email", "person.email", "E-Mail-Adresse", help="Für Nachrichten zum Antrag.", value="amira@example.org"),
    Field("phone", "person.telefon", "Telefon", required=False),
    Field("plate", "fahrzeug.kennzeichen", "Kennzeichen", example="WUG-AB 123", value="WUG 123", error=WRONG),
    Field("iban", "zahlung.iban", "IBAN", example="DE02 1203 0000 0000 2020 51"),
    Field("address", "person.anschrift", "Wo wohnen Sie?", value={"street": "Rosenstraße", "house_number": "7 a"},
          errors={"postal_code": "Geben Sie fünf Ziffern ein"}),
    Field("file", "fahrzeug.zb1", "Fahrzeugschein (Zulassungsbescheinigung Teil I)",
          help="PDF, JPEG oder PNG, höchstens 10 MB.", accept=".pdf,.jpg,.png", max_files=4, capture=True,
          uploads=[Upload("1", "fahrzeugschein-vorderseite.jpg", 1_234_567, "/datei/1"),
                   Upload("2", "rückseite.pdf", 90_000)]),
    Field("file", "fahrzeug.auszug", "Auszug", fetch="Aus einem Register abrufen: Zentrales Fahrzeugregister"),
    Field("file", "fahrzeug.foto", "Foto", uploads=[Upload("3", "foto.png", 10_000)], error="Die Datei ist leer"),
    Field("info", "fahrzeug.hinweis", "Der Ausweis gilt nur in Ihrer Zone."),
    Field("password", "konto.passwort", "Passwort"),
    Field("text", "nie.gesehen", "Verborgen", shown=False),
    Field("hidden", "nie.sichtbar", value="1"),
]  # fmt: skip


def context(address: str = "/") -> dict[str, object]:
    """Everything the gallery shows."""
    rows = [
        {"label": "Kennzeichen", "value": "WUG-AB 123", "change_url": "/fahrzeug"},
        {"label": "Halterin", "value": "Amira Yılmaz", "note": "aus dem Ausweis", "marked": True},
        {"label": "Beruf", "value": ""},
    ]
    case = {"cells": {"number": "WUG-2026-4F7K-92", "who": "Amira Yılmaz", "due": "6. Dezember 2026", "fee": "30,70 €"}}
    return {
        "errors": [{"field": "fahrzeug.kennzeichen", "text": WRONG}, {"id": "f-person-geburt", "text": "Geburtsdatum"}],
        "fields": FIELDS,
        "dog": Field("text", "hunde.1.rasse", "Rasse", value="Dackel"),
        "agree": {"name": "ja", "label": "Meine Angaben sind richtig.", "error": "Bestätigen Sie Ihre Angaben"},
        "crumbs": [{"label": "Start", "href": "/"}, {"label": "Parken", "href": "/parken"}, {"label": "Bausteine"}],
        "steps": [
            {"title": "Antrag eingegangen", "state": "done", "when": "22. November 2026, 14:03"},
            {"title": "Frau Adler prüft Ihre Angaben", "state": "current", "text": "Bis zum 6. Dezember 2026."},
            {"title": "Eine Frage an Sie", "state": "waiting", "text": "Bitte laden Sie den Fahrzeugschein hoch."},
            {"title": "Abgebrochen", "state": "stopped"},
            {"title": "Entscheidung", "state": "upcoming"},
        ],
        "rows": rows,
        "cards": [{"title": f"Leistung {n}", "href": "/leistung", "text": "Ein Satz dazu."} for n in range(3)],
        "tabs": [
            {"label": "Meine", "href": "/", "current": True, "count": 12},
            {"label": "Alle", "href": "/alle", "count": 1204},
        ],
        "columns": [
            {"label": "Vorgang", "key": "number", "sort_url": "/?sort=number", "sorted": "ascending"},
            {"label": "Von", "key": "who", "sort_url": "/?sort=who"},
            {"label": "Frist", "key": "due"},
            {"label": "Gebühr", "key": "fee", "numeric": True},
        ],
        "cases": [{**case, "id": str(n), "href": f"/vorgang/{n}", "marked": n == 1} for n in range(3)],
        "page": page_of(132, 3, size=25, path="/", query={"q": "parken"}),
        "badges": [("info", "neu"), ("success", "bewilligt"), ("warning", "Frist morgen"), ("danger", "überfällig")],
        "events": [
            {"when": "14:03", "who": "Frau Adler", "title": "Rückfrage", "text": "Fahrzeugschein fehlt", "icon": "mail"}
        ],
        "picture": manifest().get("icon.svg", "icon.svg"),
        "sign_out_url": "/ende",
        "navigation": [
            {"label": "Vorgänge", "href": "/", "icon": "checklist", "current": True, "count": 12},
            {"label": "Posteingang", "href": "/post", "icon": "mail"},
        ],
    }


def page(request: HttpRequest, template: str = "gallery.html", base: str = "base.html") -> HttpResponse:
    """The gallery in the language of the request."""
    request.authority = SimpleNamespace(id=None, name="Große Kreisstadt Weißenburg i. Bay.")  # type: ignore[attr-defined]
    request.staff = SimpleNamespace(name="Frau Adler")  # type: ignore[attr-defined]
    request.META["CSRF_COOKIE"] = "a" * 32
    set_urlconf(__name__)
    source = (HERE / template).read_text("utf-8").replace("{% extends base %}", f'{{% extends "{base}" %}}')
    try:
        return HttpResponse(environment().from_string(source).render({**request_context(request), **context()}))
    finally:
        set_urlconf(None)


def _answer(request: HttpRequest) -> HttpResponse:
    path = request.path
    if path.startswith("/static/"):
        return static_files.serve(request, path.removeprefix("/static/"))  # type: ignore[return-value]
    if path == "/accent.css":
        request.authority = SimpleNamespace(id=None)  # type: ignore[attr-defined]
        return accent.serve(request)
    if path == "/crest.svg":
        return look.crest(request)
    if path == "/rahmen":
        return HttpResponse("<!DOCTYPE html><html lang=de><title>Bescheid</title><main><h1>Bescheid</h1></main>")
    if path == "/confirm":
        return page(request, "confirm.html")
    return page(request, base="desk.html" if path == "/desk" else "base.html")


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Tests are not interested."""


@contextmanager
def served() -> Iterator[str]:
    """The gallery at an address of its own, as the product would send it."""
    answer = SecurityHeaders(LanguageMiddleware(_answer))

    def application(environ, start_response):  # type: ignore[no-untyped-def]
        response = answer(WSGIRequest(environ))
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return response

    look.use(lambda authority_id: SimpleNamespace(accent="#7a1f3d", crest=""))
    server = make_server("127.0.0.1", 0, application, handler_class=_Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        look.use(None)
        server.shutdown()
        thread.join()
