from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "stadttor.site"

    def ready(self) -> None:
        from stadttor.site.wiring import connect

        connect()
