"""The log's addresses; included under `/log/`."""

from django.urls import path

from yangguang.trail import views

app_name = "trail"
urlpatterns = [
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("vkey", views.vkey, name="vkey"),
    path("tile/<path:place>", views.tile, name="tile"),
]
