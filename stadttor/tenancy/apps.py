from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "stadttor.tenancy"
