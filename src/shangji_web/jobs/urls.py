"""Pages of jobs."""

from __future__ import annotations

from django.urls import path

from shangji_web.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.jobs, name="list"),
    path("start/", views.start, name="start"),
    path("<int:pk>/", views.job, name="job"),
]
