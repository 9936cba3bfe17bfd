"""Pages of notices."""

from __future__ import annotations

from django.urls import path

from shangji_web.notices import questions, views

app_name = "notices"
urlpatterns = [
    path("", views.listed, name="list"),
    path("<int:pk>/", views.opened, name="open"),
    path("read/", views.read, name="read"),
    path("questions/", questions.listed, name="questions"),
    path("questions/ask/", questions.asked, name="ask"),
    path("questions/<int:pk>/answer/", questions.answered, name="answer_question"),
]
