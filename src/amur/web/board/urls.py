"""Addresses of the board."""

from django.urls import path

from amur.web.board import views

app_name = "board"
urlpatterns = [
    path("board/", views.overview, name="policy"),
    path("board/clauses/<int:number>/", views.clause, name="clause"),
]
