"""Addresses of the desk."""

from django.urls import path

from amur.web.desk import (
    case,
    documents,
    draws,
    erasing,
    files,
    jobs,
    many,
    notices,
    opinions,
    queue,
    serving,
    supplement,
    views,
)
from amur.web.desk.keeping import entering, happening, importing, lists

app_name = "desk"
urlpatterns = [
    path("desk/", queue.queue, name="queue"),
    path("desk/asked/", opinions.asked_of_us, name="asked_of_us"),
    path("desk/asked/<uuid:asked_id>/", opinions.asked, name="asked"),
    path("desk/asked/<uuid:asked_id>/files/<uuid:upload_id>/", opinions.shared_file, name="shared_file"),
    path("desk/cases/<str:number>/", case.case, name="case"),
    path("desk/cases/<str:number>/documents/<str:document_number>/", documents.document, name="document"),
    path("desk/cases/<str:number>/documents/<str:document_number>.pdf", documents.document_pdf, name="document_pdf"),
    path("desk/cases/<str:number>/documents/<str:document_number>.docx", documents.document_docx, name="document_docx"),
    path("desk/cases/<str:number>/documents/<str:document_number>.json", documents.document_proof, name="proof"),
    path("desk/cases/<str:number>/documents/<str:document_number>/service/", serving.serve, name="serve"),
    path("desk/cases/<str:number>/supplement/<slug:event>/", supplement.ask, name="supplement"),
    path("desk/cases/<str:number>/erase/", erasing.erase, name="erase"),
    path("desk/cases/<str:number>/files/<uuid:upload_id>/", files.download, name="file"),
    path("desk/cases/<str:number>/notices/<int:notice_id>/again/", notices.again, name="notice_again"),
    path("desk/documents/", serving.to_serve, name="to_serve"),
    path("desk/draws/", draws.draws, name="draws"),
    path("desk/draws/<str:number>/", draws.draw, name="draw"),
    path("desk/jobs/", jobs.dead_jobs, name="jobs"),
    path("desk/notices/", notices.failed, name="notices"),
    path("desk/opinions/<uuid:opinion_id>/file/", opinions.opinion_file, name="opinion_file"),
    path("desk/many/", many.many, name="many"),
    path("desk/many/<uuid:batch_id>/", many.batch, name="batch"),
    path("desk/registers/", lists.registers, name="registers"),
    path("desk/registers/<slug:register_id>/", lists.register, name="register"),
    path("desk/registers/<slug:register_id>/template.csv", lists.template, name="template"),
    path("desk/registers/<slug:register_id>/add/", entering.add, name="add"),
    path("desk/registers/<slug:register_id>/imports/", importing.send, name="imports"),
    path("desk/registers/<slug:register_id>/imports/<uuid:import_id>/", importing.report, name="import"),
    path("desk/registers/<slug:register_id>/change/<path:key>/", entering.change, name="change"),
    path("desk/registers/<slug:register_id>/records/<path:key>/", happening.record, name="record"),
    path("desk/views/", views.views, name="views"),
]
