"""线索."""

from django.urls import path

from . import activity_pages, views

app_name = "inspection"
urlpatterns = [
    path("", views.clues, name="clues"),
    path("new/", views.new, name="new"),
    path("activities/", activity_pages.activities, name="activities"),
    path("activities/new/", activity_pages.new, name="activity_new"),
    path("activities/<uuid:pk>/", activity_pages.activity, name="activity"),
    path("<uuid:pk>/", views.clue, name="clue"),
    path("<uuid:pk>/decline/", views.decline, name="decline"),
    path("<uuid:pk>/recuse/", views.recuse, name="recuse"),
]
