from django.urls import path

from stadttor.identity.issuing import pages

# Below `wallet-issuer/`; loaded with the first of them (site/urls.py).
app_name = "issuing"
urlpatterns = [
    path("offer/<str:secret>", pages.offer, name="offer"),
    path("token", pages.token, name="token"),
    path("nonce", pages.nonce, name="nonce"),
    path("credential", pages.credential, name="credential"),
    path("status/<int:list_number>", pages.status, name="status"),
]
