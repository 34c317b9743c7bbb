"""名录."""

from django.urls import path

from .views import accounts, bodies, door, lists, matters, people, registers, tables

app_name = "registry"
LISTS = ("units", "regions", "counsels", "groups", "devices", "premises", "parties")
urlpatterns = [
    path("bodies/", lists.bodies, name="bodies"),
    path("officers/", lists.officers, name="officers"),
    path("powers/", lists.powers, name="powers"),
    path("staffing/", lists.staffing, name="staffing"),
    path("staffing/staffing.<slug:form>", lists.staffing_file, name="staffing_file"),
    *(path(f"{slug}/", registers.listing, {"slug": slug}, name=slug) for slug in LISTS),
    path("password/", door.password, name="password"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.account_new, name="account_new"),
    path("accounts/<int:pk>/", accounts.account, name="account"),
    path("accounts/<int:pk>/reset/", accounts.account_reset, name="account_reset"),
    path("accounts/<int:pk>/switch/", accounts.account_switch, name="account_switch"),
    path("accounts/<int:pk>/role/", accounts.account_role, name="account_role"),
    path("certificates/", people.certificates, name="certificates"),
    path("certificates/<uuid:pk>/change/", people.certificate_change, name="certificate_change"),
    path("certificates/<uuid:pk>/check/", people.certificate_check, name="certificate_check"),
    path("officers/<uuid:key>/certificate/", people.certificate_new, name="certificate_new"),
    path("officers/<uuid:key>/exam/", people.exam_new, name="exam_new"),
    path("officers/<uuid:key>/qualify/", people.qualify, name="qualify"),
    path("officers/<uuid:key>/photo/", people.photo, name="photo"),
    path("bodies/<uuid:key>/succeed/", bodies.succeed, name="succeed"),
    path("bodies/<uuid:key>/entrust/", bodies.entrust, name="entrust"),
    path("entrustments/<uuid:pk>/end/", bodies.entrustment_end, name="entrustment_end"),
    path("entrustments/<uuid:pk>/document.pdf", bodies.entrustment_document, name="entrustment_document"),
    path("devices/<uuid:key>/review/", matters.device_review, name="device_review"),
    path("parties/<uuid:kept>/merge/<uuid:merged>/", matters.party_merge, name="party_merge"),
    path("tables/", tables.tables, name="tables"),
    path("tables/<slug:slug>/imports/<uuid:pk>/", tables.one, name="table_import"),
    path("tables/<slug:slug>/imports/<uuid:pk>/errors.csv", tables.errors, name="table_errors"),
    path("tables/<slug:slug>/imports/<uuid:pk>/apply/", tables.apply, name="table_apply"),
    path("tables/<slug:slug>/import/", tables.take, name="table_take"),
    path("tables/<slug:slug>/export/", tables.export, name="table_export"),
    path("tables/<slug:slug>/template.<slug:form>", tables.template, name="table_template"),
    path("<slug:slug>/new/", registers.new, name="new"),
    path("<slug:slug>/<uuid:key>/", registers.one, name="one"),
    path("<slug:slug>/<uuid:key>/change/", registers.change, name="change"),
    path("<slug:slug>/<uuid:key>/end/", registers.end, name="end"),
]
