from django.urls import path

from stadttor.cases.pages import (
    acts,
    asking,
    assigning,
    case,
    deciding,
    deputies,
    documents,
    exporting,
    views,
    work_list,
)

app_name = "cases"
urlpatterns = [
    path("desk/cases/", work_list.work_list, name="work_list"),
    path("desk/cases/search", work_list.search, name="search"),
    path("desk/cases/export.csv", exporting.export, name="export"),
    path("desk/cases/views", views.save, name="save_view"),
    path("desk/cases/views/<uuid:filter_id>", views.open_view, name="open_view"),
    path("desk/cases/views/<uuid:filter_id>/remove", views.remove, name="remove_view"),
    path("desk/cases/<uuid:case_id>", case.case, name="case"),
    path("desk/cases/<uuid:case_id>/take", acts.take, name="take"),
    path("desk/cases/<uuid:case_id>/give-back", acts.give_back, name="give_back"),
    path("desk/cases/<uuid:case_id>/note", acts.note, name="note"),
    path("desk/cases/<uuid:case_id>/undo", acts.undo, name="undo"),
    path("desk/cases/<uuid:case_id>/close", acts.close, name="close"),
    path("desk/cases/<uuid:case_id>/reopen", acts.reopen, name="reopen"),
    path("desk/cases/<uuid:case_id>/step", acts.step, name="step"),
    path("desk/cases/<uuid:case_id>/assign", assigning.assign, name="assign"),
    path("desk/cases/<uuid:case_id>/ask", asking.ask, name="ask"),
    path("desk/cases/<uuid:case_id>/stop-asking", asking.stop, name="stop_asking"),
    path("desk/cases/<uuid:case_id>/decide", deciding.decide, name="decide"),
    path("desk/cases/<uuid:case_id>/letter", deciding.preview, name="preview"),
    path("desk/cases/<uuid:case_id>/confirm", deciding.confirm, name="confirm"),
    path("desk/cases/<uuid:case_id>/documents/<uuid:document_id>", documents.document, name="document"),
    path("desk/deputies", deputies.deputies, name="deputies"),
    path("desk/deputies/<uuid:deputy_row_id>/end", deputies.end, name="end_deputy"),
]
