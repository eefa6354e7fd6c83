"""Addresses of the desk."""

from django.urls import path

from amur.web.desk import case, erasing, files, jobs, queue

app_name = "desk"
urlpatterns = [
    path("desk/", queue.queue, name="queue"),
    path("desk/cases/<str:number>/", case.case, name="case"),
    path("desk/cases/<str:number>/erase/", erasing.erase, name="erase"),
    path("desk/cases/<str:number>/files/<uuid:upload_id>/", files.download, name="file"),
    path("desk/jobs/", jobs.dead_jobs, name="jobs"),
]
