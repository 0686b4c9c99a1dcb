from django.urls import path

from stadttor.papers.pages import assessing, barriers, overview, record

# Below `desk/papers`; loaded with the first page of it (site/urls.py).
app_name = "papers"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("/accessibility", assessing.assessment, name="assessment"),
    path("/record", record.record, name="record"),
    path("/record.csv", record.record_csv, name="record_csv"),
    path("/processor", record.processor, name="processor"),
    path("/screening", record.screening, name="screening"),
    path("/barriers", barriers.barriers, name="barriers"),
    path("/barriers/<uuid:barrier_id>", barriers.barrier, name="barrier"),
]
