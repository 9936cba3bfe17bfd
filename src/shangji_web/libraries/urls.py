"""Pages of the libraries."""

from __future__ import annotations

from django.urls import path

from shangji_web.libraries import standing, views

app_name = "libraries"
urlpatterns = [
    path("rules/", views.rules, name="rules"),
    path("rules/<str:code>/", views.rule, name="rule"),
    path("standards/", standing.listed, name="standards"),
    path("standards/enter/", standing.enter, name="enter"),
    path("standards/<str:code>/", standing.standard, name="standard"),
    path("standards/<str:code>/<str:at>/move/", standing.move, name="move"),
    path("policies/", views.policies, name="policies"),
    path("policies/<int:number>/", views.policy, name="policy"),
    path("indicators/", views.indicators, name="indicators"),
    path("reasons/", views.reasons, name="reasons"),
]
