"""The log as static files: what mirrors, monitors and the verify page fetch."""

from django.urls import URLPattern

app_name = "trail"
urlpatterns: list[URLPattern] = []
