from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "stadttor.site"

    def ready(self) -> None:
        try:
            from stadttor.site.wiring import connect
        except ImportError:
            return
        connect()
