from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    name = "stadttor.processes"
