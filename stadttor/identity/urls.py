from django.urls import path

from stadttor.identity import pages

app_name = "identity"
urlpatterns = [
    path("desk/sign-in", pages.sign_in, name="sign_in"),
    path("desk/sign-out", pages.sign_out, name="sign_out"),
]
