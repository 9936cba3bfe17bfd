"""Pages of leaders."""

from __future__ import annotations

from django.urls import path

from shangji_web.leaders import views

app_name = "leaders"
urlpatterns = [
    path("", views.page, name="page"),
    path("projects/", views.projects, name="projects"),
    path("causes/", views.causes, name="causes"),
    path("unknowns/", views.unknowns, name="unknowns"),
    path("departments/", views.departments, name="departments"),
    path("departments/<str:code>/", views.department, name="department"),
]
