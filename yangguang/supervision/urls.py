"""监督."""

from django.urls import path

from . import views

app_name = "supervision"
urlpatterns = [
    path("", views.board, name="board"),
    path("duties/", views.duties, name="duties"),
    path("trail/", views.trail, name="trail"),
]
