from django.urls import path

from stadttor.notices import pages

app_name = "notices"
urlpatterns = [
    path("demo/mail", pages.mails, name="demo_mails"),
    path("demo/mail/<str:mail_name>", pages.mail, name="demo_mail"),
]
