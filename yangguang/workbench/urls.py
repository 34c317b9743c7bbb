"""办案."""

from django.urls import path

from . import card_pages, handed, receipts, views

app_name = "workbench"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("cases/", views.case_list, name="cases"),
    path("cases/<uuid:pk>/", views.case, name="case"),
    path("cases/<uuid:pk>/trail/", views.case_trail, name="case_trail"),
    path("cases/<uuid:pk>/trail/<int:entry>/proof.json", views.case_proof, name="case_proof"),
    path("handed/", handed.files, name="handed"),
    path("handed/<uuid:pk>/", handed.file, name="handed_file"),
    path("handed/<uuid:pk>/apply/", handed.open_case, name="handed_open"),
    path("my-card/", card_pages.my_card, name="my_card"),
    path("receipts/<int:entry>/", receipts.receipt, name="receipt"),
    path("receipts/<int:entry>/proof.<str:form>", receipts.receipt_file, name="receipt_file"),
    path("draft/", views.draft, name="draft"),
    path("search/", views.search, name="search"),
]
