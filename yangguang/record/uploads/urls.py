"""上传和待归入."""

from django.urls import path

from . import tus, views

urlpatterns = [
    path("transfers/", tus.transfers, name="transfers"),
    path("transfers/<uuid:pk>/", tus.transfer, name="transfer"),
    path("tray/", views.tray, name="tray"),
    path("tray/<uuid:pk>/", views.tray_file, name="tray_file"),
    path("tray/<uuid:pk>/file/", views.tray_bytes, name="tray_bytes"),
    path("tray/<uuid:pk>/playable/", views.tray_playable, name="tray_playable"),
    path("tray/<uuid:pk>/thumb/", views.tray_thumb, name="tray_thumb"),
    path("items/<uuid:pk>/playable/", views.playable, name="playable"),
    path("vault/", views.vault, name="vault"),
]
