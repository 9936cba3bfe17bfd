"""Pages of filings."""

from __future__ import annotations

from django.urls import path

from shangji_web.filings import indicator_views, paper_views, views, workbook_views

app_name = "filings"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("new/", views.new, name="new"),
    path("workbook/", workbook_views.workbook, name="workbook"),
    path("workbook/take/", workbook_views.take, name="take"),
    path("workbook/marked/", workbook_views.marked, name="marked"),
    path("workbook/template/", workbook_views.template, name="template"),
    path("<code>/check/", views.checked, name="check"),
    path("<code>/submit/", views.submit, name="submit"),
    path("<code>/act/<name>/", views.acted, name="act"),
    path("<code>/versions/", views.versions, name="versions"),
    path("<code>/indicators/", indicator_views.listed, name="indicators"),
    path("<code>/papers/", paper_views.listed, name="papers"),
    path("<code>/papers/<int:pk>/", paper_views.given, name="paper"),
    path("<code>/papers/<int:pk>/remove/", paper_views.removed, name="paper_remove"),
    path("<code>/sheets/<table>/", views.sheet, name="sheet"),
    path("<code>/sheets/<table>/merge/", views.merge, name="merge"),
]
