"""责令改正记录."""

from django.urls import path

from . import views

urlpatterns = [
    path("repairs/", views.repairs, name="repairs"),
    path("repairs/<uuid:pk>/", views.repair, name="repair"),
    path("<uuid:pk>/repair/", views.order, name="order_repair"),
]
