"""Pages of deciding."""

from __future__ import annotations

from django.urls import path

from shangji_web.meetings import cutting, freezing, returned, views

app_name = "meetings"
urlpatterns = [
    path("", views.listed, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.meeting, name="meeting"),
    path("<int:pk>/departments/<str:code>/", views.department, name="department"),
    path("<int:pk>/cut/", cutting.cut, name="cut"),
    path("<int:pk>/workbook/", returned.workbook, name="workbook"),
    path("batches/<int:pk>/", cutting.batch, name="batch"),
    path("batches/<int:pk>/undo/", cutting.undo, name="undo"),
    path("versions/", freezing.listed, name="versions"),
    path("versions/<int:pk>/", freezing.version, name="version"),
    path("versions/diff/", freezing.diff, name="diff"),
]
