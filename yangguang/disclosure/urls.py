"""公示办理."""

from django.urls import path

from . import views

app_name = "disclosure"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("<uuid:pk>/publish/", views.publish, name="publish"),
    path("<uuid:pk>/publish/preview/", views.publish_preview, name="publish_preview"),
    path("case/<uuid:pk>/publish/", views.publish_case, name="publish_case"),
    path("case/<uuid:pk>/publish/preview/", views.case_preview, name="case_preview"),
    path("case/<uuid:pk>/withhold/", views.withhold_case, name="withhold_case"),
    path("<uuid:pk>/withhold/", views.withhold, name="withhold"),
    path("<uuid:pk>/error/", views.error, name="error"),
    path("<uuid:pk>/correct/", views.correct, name="correct"),
    path("<uuid:pk>/correct/preview/", views.correct_preview, name="correct_preview"),
    path("<uuid:pk>/take-down/", views.take_down, name="take_down"),
    path("<uuid:pk>/take-down/preview/", views.tombstone, name="tombstone"),
]
