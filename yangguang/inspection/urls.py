"""线索."""

from django.urls import path

from . import views

app_name = "inspection"
urlpatterns = [
    path("", views.clues, name="clues"),
    path("new/", views.new, name="new"),
    path("<uuid:pk>/", views.clue, name="clue"),
    path("<uuid:pk>/decline/", views.decline, name="decline"),
    path("<uuid:pk>/recuse/", views.recuse, name="recuse"),
]
