"""保管期限."""

from django.urls import path

from . import views

urlpatterns = [
    path("retention/", views.retention, name="retention"),
    path("retention/<uuid:pk>/", views.one, name="retention_one"),
    path("retention/<uuid:pk>/hold/", views.hold, name="hold"),
    path("retention/<uuid:pk>/hold/<uuid:hold>/lift/", views.lift, name="lift"),
    path("retention/<uuid:pk>/destruction/", views.propose, name="propose_destruction"),
    path("retention/<uuid:pk>/destruction/answer/", views.answer, name="answer_destruction"),
    path("retention/<uuid:pk>/destruction/carry-out/", views.destroy, name="destroy"),
    path("retention/<uuid:pk>/destruction/clear/", views.clear, name="clear_destroyed"),
]
