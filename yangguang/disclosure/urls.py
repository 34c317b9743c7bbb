"""公示办理."""

from django.urls import path

from . import views

app_name = "disclosure"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("<uuid:pk>/publish/", views.publish, name="publish"),
    path("<uuid:pk>/publish/preview/", views.publish_preview, name="publish_preview"),
    path("<uuid:pk>/error/", views.error, name="error"),
    path("<uuid:pk>/correct/", views.correct, name="correct"),
    path("<uuid:pk>/correct/preview/", views.correct_preview, name="correct_preview"),
    path("<uuid:pk>/take-down/", views.take_down, name="take_down"),
    path("<uuid:pk>/take-down/preview/", views.tombstone, name="tombstone"),
]
