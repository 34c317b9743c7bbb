"""借阅."""

from django.urls import path

from . import views

urlpatterns = [
    path("loans/", views.loans, name="loans"),
    path("loans/<uuid:pk>/", views.loan, name="loan"),
    path("<uuid:pk>/loan/", views.ask, name="ask_loan"),
]
