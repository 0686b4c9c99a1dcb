from django.urls import path

from stadttor.portal.pages import (
    drafts,
    entrance,
    feedback,
    filling,
    identifying,
    legal,
    listing,
    permit,
    sending,
    status,
)

app_name = "portal"
urlpatterns = [
    path("", entrance.home, name="home"),
    path("impressum", legal.imprint, name="imprint"),
    path("datenschutz", legal.privacy, name="privacy"),
    path("barrierefreiheit", legal.accessibility, name="accessibility"),
    path("leistungen", listing.listing, name="listing"),
    path("leistungen/<slug:slug>", entrance.service, name="service"),
    path("leistungen/<slug:slug>/antrag", entrance.start, name="start"),
    path("antrag/<uuid:draft_id>/zusammenfassung", sending.summary, name="summary"),
    path("antrag/<uuid:draft_id>/ausweisen", identifying.identify, name="identify"),
    path("antrag/<uuid:draft_id>/angemeldet", identifying.identified, name="identified"),
    path("antrag/<uuid:draft_id>/spaeter", drafts.later, name="later"),
    path("antrag/<uuid:draft_id>/loeschen", drafts.delete, name="delete"),
    path("antrag/<uuid:draft_id>/datei/<uuid:attachment_id>", filling.file, name="file"),
    path("antrag/<uuid:draft_id>/seite/<slug:page_id>", filling.page, name="page"),
    path("antrag/<uuid:draft_id>/seite/<slug:page_id>/speichern", filling.autosave, name="autosave"),
    path("weiter/<str:token>", drafts.resume, name="resume"),
    path("status/<uuid:submission_id>", status.status, name="status"),
    path("status/<uuid:submission_id>/ausweis", permit.show, name="permit"),
    path("status/<uuid:submission_id>/ausweis/<slug:again_act>", permit.again, name="permit_again"),
    path("status/<uuid:submission_id>/zahlen", status.pay, name="pay"),
    path("status/<uuid:submission_id>/antwort/<uuid:question_id>", status.answer, name="answer"),
    path("status/<uuid:submission_id>/meinung", feedback.give, name="feedback"),
    path("status/<uuid:submission_id>/auskunft", status.export, name="export"),
    path("status/<uuid:submission_id>/zuruecknehmen", status.withdraw, name="withdraw"),
    path("status/<uuid:submission_id>/dokument/<uuid:document_id>", status.document, name="document"),
]
