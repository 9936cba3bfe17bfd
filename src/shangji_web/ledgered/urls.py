"""Pages of the ledger, for the audit's administrator."""

from __future__ import annotations

from django.urls import path

from shangji_web.ledgered import views

app_name = "ledgered"
urlpatterns = [
    path("", views.listed, name="list"),
    path("check/", views.check, name="check"),
    path("logins/", views.logins, name="logins"),
]
