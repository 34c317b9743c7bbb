"""The log's addresses; included under `/log/`."""

from django.urls import path

from yangguang.trail import views

app_name = "trail"
urlpatterns = [
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("vkey", views.vkey, name="vkey"),
    path("tile/<path:place>", views.tile, name="tile"),
    path("cosigned", views.cosigned, name="cosigned"),
    path("policy", views.policy, name="policy"),
    path("checkpoint-sm3", views.checkpoint_sm3, name="checkpoint_sm3"),
    path("tile-sm3/<path:place>", views.tile_sm3, name="tile_sm3"),
]
