"""签名."""

from django.urls import path

from . import views

urlpatterns = [path("items/<uuid:pk>/sign/", views.sign, name="sign")]
