from django.urls import path

from stadttor.payments import pages

app_name = "payments"
urlpatterns = [path("zahlung/simulator/<slug:key>", pages.simulator, name="simulator")]
