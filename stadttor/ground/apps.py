from django.apps import AppConfig


class GroundConfig(AppConfig):
    name = "stadttor.ground"

    def ready(self) -> None:
        from stadttor.ground.work import guard_connections

        guard_connections()
