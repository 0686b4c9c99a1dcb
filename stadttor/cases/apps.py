from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "stadttor.cases"

    def ready(self) -> None:
        from stadttor.cases.jobs import follow_processes

        follow_processes()
