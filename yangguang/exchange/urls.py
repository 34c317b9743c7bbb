"""开放接口: addresses for other systems, included at `api/v1/`."""

from django.urls import path

from . import api

app_name = "exchange"
urlpatterns = [
    path("", api.docs, name="docs"),
    path("openapi.json", api.description, name="openapi"),
    path("law/", api.listing, name="packs"),
    path("law/<str:pack>/", api.pack, name="pack"),
    path("law/<str:pack>/clauses/<str:clause>", api.clause, name="clause"),
    path("law/<str:pack>/parameters", api.parameters, name="parameters"),
    path("law/<str:pack>/parameters/<str:name>", api.parameter, name="parameter"),
    path("law/<str:pack>/acts/<str:kind>/<str:procedure>", api.act, name="act"),
    path("law/<str:pack>/<str:question>", api.ask, name="ask"),
    path("<path:rest>", api.nothing, name="nothing"),
]
