from django.urls import path

from stadttor.site import simulated_receiving

# Below `simulierte-wallet/`; loaded with the first of them (site/urls.py), and there in the demo alone.
app_name = "simulated"
urlpatterns = [
    path("annehmen", simulated_receiving.receive, name="receive"),
    path("inhalt", simulated_receiving.holdings, name="holdings"),
]
