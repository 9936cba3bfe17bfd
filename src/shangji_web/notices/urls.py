"""Pages of notices."""

from __future__ import annotations

from django.urls import path

from shangji_web.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.listed, name="list"),
    path("<int:pk>/", views.opened, name="open"),
    path("read/", views.read, name="read"),
]
