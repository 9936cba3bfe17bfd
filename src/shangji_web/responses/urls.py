"""Pages of answers."""

from __future__ import annotations

from django.urls import path

from shangji_web.responses import views

app_name = "responses"
urlpatterns = [
    path("<code>/", views.answers, name="answers"),
    path("<code>/second/", views.second, name="second"),
    path("<code>/findings/<finding_id>/", views.answer, name="answer"),
]
