"""All pages. Each has its rule in rights/pages.yaml; the site does not start without."""

from __future__ import annotations

from django.urls import include, path

from shangji_web import views
from shangji_web.api.views import api

urlpatterns = [
    path("api/", api.urls),
    path("", views.home, name="home"),
    path("people/", include("shangji_web.people.urls")),
    path("ledger/", include("shangji_web.ledgered.urls")),
    path("jobs/", include("shangji_web.jobs.urls")),
    path("health/", views.health, name="health"),
    path("projects/", include("shangji_web.projects.urls")),
    path("filings/", include("shangji_web.filings.urls")),
    path("responses/", include("shangji_web.responses.urls")),
    path("notices/", include("shangji_web.notices.urls")),
    path("reviews/", include("shangji_web.reviews.urls")),
    path("meetings/", include("shangji_web.meetings.urls")),
    path("leaders/", include("shangji_web.leaders.urls")),
    path("libraries/", include("shangji_web.libraries.urls")),
    path("seasons/", include("shangji_web.seasons.urls")),
    path("public/", include("shangji_web.publicity.urls")),
]
