"""记录责任."""

from django.urls import path

from . import views

urlpatterns = [path("responsible/", views.responsible, name="responsible")]
