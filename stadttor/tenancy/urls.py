from django.urls import path

from stadttor.tenancy import pages

app_name = "tenancy"
urlpatterns = [path("zustaendig", pages.who_is_responsible, name="responsible")]
