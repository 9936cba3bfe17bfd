"""Pages of people."""

from __future__ import annotations

from django.urls import path

from shangji_web.people import views

app_name = "people"
urlpatterns = [
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", views.Logout.as_view(), name="logout"),
    path("post/", views.post, name="post"),
    path("account/", views.account, name="account"),
    path("password/", views.Password.as_view(), name="password"),
]
