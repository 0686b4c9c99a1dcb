from django.urls import path

from stadttor.papers.pages import assessing, barriers, overview

# Below `desk/papers`; loaded with the first page of it (site/urls.py).
app_name = "papers"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("/accessibility", assessing.assessment, name="assessment"),
    path("/barriers", barriers.barriers, name="barriers"),
    path("/barriers/<uuid:barrier_id>", barriers.barrier, name="barrier"),
]
