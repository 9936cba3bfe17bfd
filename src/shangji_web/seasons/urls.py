"""Pages of a budget year."""

from __future__ import annotations

from django.urls import path

from shangji_web.seasons import ceiling_views, issued_views, views

app_name = "seasons"
urlpatterns = [
    path("", views.progress, name="progress"),
    path("calendar/", views.calendar, name="calendar"),
    path("ceilings/", views.ceilings, name="ceilings"),
    path("ceilings/enter/", ceiling_views.enter, name="enter"),
    path("ceilings/settle/", ceiling_views.settle, name="settle"),
    path("ceilings/publish/", ceiling_views.publish, name="publish_ceilings"),
    path("ceilings/workbook/", ceiling_views.workbook, name="ceiling_workbook"),
    path("ceilings/take/", ceiling_views.take, name="take_ceilings"),
    path("ceilings/template/", ceiling_views.template, name="ceiling_template"),
    path("tell/", views.tell, name="tell"),
    path("approve/", views.approve, name="approve"),
    path("issue/", views.issue, name="issue"),
    path("issued/", issued_views.listed, name="issued_list"),
    path("issued/<str:code>/", issued_views.shown, name="issued"),
]
