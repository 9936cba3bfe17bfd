"""Pages of people."""

from __future__ import annotations

from django.urls import path

from shangji_web.people import administering, codes, views

app_name = "people"
urlpatterns = [
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", views.Logout.as_view(), name="logout"),
    path("post/", views.post, name="post"),
    path("account/", views.account, name="account"),
    path("password/", views.Password.as_view(), name="password"),
    path("code/", codes.code, name="code"),
    path("bind/", codes.bind, name="bind"),
    path("recuse/", views.recuse_oneself, name="recuse_oneself"),
    path("", administering.listed, name="list"),
    path("new/", administering.new, name="new"),
    path("waiting/", administering.waiting, name="waiting"),
    path("<int:pk>/", administering.person, name="person"),
    path("<int:pk>/ask/", administering.ask, name="ask"),
    path("<int:pk>/recuse/", administering.recuse, name="recuse"),
    path("<int:pk>/act/", administering.act, name="act"),
]
