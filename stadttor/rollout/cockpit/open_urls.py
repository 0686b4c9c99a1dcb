from django.urls import path

from stadttor.rollout.cockpit import figures_for_everybody

# Below `offene-daten/laender/`; loaded with the first of it (site/urls.py).
app_name = "open_figures"
urlpatterns = [path("kennzahlen.json", figures_for_everybody.public, name="across")]
