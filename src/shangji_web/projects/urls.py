"""Pages of projects."""

from __future__ import annotations

from django.urls import path

from shangji_web.projects import views

app_name = "projects"
urlpatterns = [path("<code>/", views.project, name="project")]
