"""更正文书."""

from django.urls import path

from . import views

urlpatterns = [path("items/<uuid:pk>/correct/", views.correct, name="correct")]
