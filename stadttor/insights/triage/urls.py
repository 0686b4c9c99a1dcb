from django.urls import path

from stadttor.insights.triage import answering, pages

# Below `desk/comments`; loaded with the first page of it (site/urls.py).
app_name = "triage"
urlpatterns = [
    path("", pages.listed, name="comments"),
    path(".csv", pages.exported, name="csv"),
    path("/answer", answering.answer, name="answer"),
    path("/answers", answering.answers, name="answers"),
    path("/<uuid:feedback_id>", pages.one, name="comment"),
]
