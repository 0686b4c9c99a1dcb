from django.urls import path

from stadttor.identity.issuing import pages

# Below `.well-known/` (RFC 8615): what wallets look for at a name they were given.
app_name = "well_known"
urlpatterns = [
    path("openid-credential-issuer", pages.metadata, name="issuer"),
    path("oauth-authorization-server", pages.server_metadata, name="server"),
]
