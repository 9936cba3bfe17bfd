"""Pages of a budget year."""

from __future__ import annotations

from django.urls import path

from shangji_web.seasons import views

app_name = "seasons"
urlpatterns = [
    path("", views.progress, name="progress"),
    path("calendar/", views.calendar, name="calendar"),
    path("ceilings/", views.ceilings, name="ceilings"),
    path("tell/", views.tell, name="tell"),
    path("approve/", views.approve, name="approve"),
    path("issue/", views.issue, name="issue"),
]
