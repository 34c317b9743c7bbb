"""现场录制."""

from django.urls import path

from . import views

urlpatterns = [
    path("<uuid:pk>/live/", views.live, name="live"),
    path("<uuid:pk>/live/start/", views.start, name="live_start"),
    path("<uuid:pk>/coverage/", views.coverage, name="coverage"),
    path("<uuid:pk>/explain/", views.explain, name="explain"),
    path("live/<uuid:pk>/", views.recording, name="recording"),
    path("live/<uuid:pk>/links/", views.links, name="live_links"),
    path("live/<uuid:pk>/finish/", views.finish, name="live_finish"),
    path("live/gaps/<uuid:pk>/", views.gap, name="live_gap"),
    path("keys/", views.keys, name="keys"),
    path("keys/new/", views.key_new, name="key_new"),
    path("keys/<uuid:pk>/end/", views.key_end, name="key_end"),
]
