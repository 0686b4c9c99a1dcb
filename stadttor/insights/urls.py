from django.urls import path

from stadttor.insights import pages

app_name = "insights"
urlpatterns = [path("desk/feedback", pages.feedback, name="feedback")]
