"""监督."""

from django.urls import path

from . import discipline_pages, views

app_name = "supervision"
urlpatterns = [
    path("", views.board, name="board"),
    path("discipline/", discipline_pages.discipline, name="discipline"),
    path("duties/", views.duties, name="duties"),
    path("trail/", views.trail, name="trail"),
]
