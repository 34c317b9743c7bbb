"""The addresses of the party; part of the namespace of the portal."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.door, name="party"),
    path("leave/", views.leave, name="party_leave"),
    path("case/", views.case, name="party_case"),
    path("case/deadlines.ics", views.calendar, name="party_calendar"),
    path("case/documents/<uuid:item>/", views.document, name="party_document"),
    path("case/inspection/<uuid:item>/", views.inspect, name="party_inspect"),
    path("case/<slug:kind>/", views.letter, name="party_letter"),
    path("case/receipts/<uuid:pk>/", views.receipt, name="party_receipt"),
]
