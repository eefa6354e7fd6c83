"""Addresses of the board."""

from django.urls import path

from amur.web.board import indicators, views

app_name = "board"
urlpatterns = [
    path("board/", views.overview, name="policy"),
    path("board/report/", views.report, name="report"),
    path("board/clauses/<int:number>/", views.clause, name="clause"),
    path("board/indicators/", indicators.listed, name="indicators"),
    path("board/indicators/<str:indicator_id>/", indicators.one, name="indicator"),
]
