"""Addresses of the board."""

from django.urls import path

from amur.web.board import editions, indicators, lateness, origins, rechecks, views

app_name = "board"
urlpatterns = [
    path("board/", views.overview, name="policy"),
    path("board/report/", views.report, name="report"),
    path("board/clauses/<int:number>/", views.clause, name="clause"),
    path("board/editions/", editions.listed, name="editions"),
    path("board/editions/<uuid:crosswalk_id>/", editions.crosswalk, name="crosswalk"),
    path("board/rechecks/<uuid:recheck_id>/", rechecks.recheck, name="recheck"),
    path("board/indicators/", indicators.listed, name="indicators"),
    path("board/indicators/<str:indicator_id>/", indicators.one, name="indicator"),
    path("board/figures/verdicts/", origins.verdicts, name="figure_verdicts"),
    path("board/figures/late/", lateness.late, name="figure_late"),
    path("board/figures/cases/<slug:procedure_id>/", origins.cases, name="figure_cases"),
    path("board/figures/clocks/<slug:procedure_id>/<slug:clock_id>/", origins.clock, name="figure_clock"),
    path("board/figures/examples/<slug:example_id>/", origins.example, name="figure_example"),
]
