from django.urls import path

from stadttor.portal.pages import account, account_sign_in, earlier

# Below `konto`; loaded with the first page of it (site/urls.py).
app_name = "account"
urlpatterns = [
    path("", account.home, name="home"),
    path("/anmelden", account_sign_in.sign_in, name="sign_in"),
    path("/angekommen", account_sign_in.arrived, name="arrived"),
    path("/abmelden", account_sign_in.sign_out, name="sign_out"),
    path("/bescheide", account.delivery, name="delivery"),
    path("/auskunft", account.export, name="export"),
    path("/loeschen", account.close, name="close"),
    path("/weiter/<uuid:draft_id>", account.go_on, name="go_on"),
    path("/uebernehmen/<uuid:draft_id>", earlier.offer, name="earlier"),
    path("/behalten/antrag/<uuid:draft_id>", account.keep_draft, name="keep_draft"),
    path("/behalten/<uuid:submission_id>", account.keep_application, name="keep_application"),
]
