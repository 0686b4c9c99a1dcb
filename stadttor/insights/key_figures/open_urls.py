from django.urls import path

from stadttor.insights.key_figures import exporting

# Below `offene-daten/`; loaded with the first of it (site/urls.py).
app_name = "open_data"
urlpatterns = [path("kennzahlen.json", exporting.public, name="figures")]
