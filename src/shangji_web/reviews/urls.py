"""Pages of the bureau's review."""

from __future__ import annotations

from django.urls import path

from shangji_web.reviews.views import acts, desk, filing, pictures

app_name = "reviews"
urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/<str:code>/", desk.desk, name="project"),
    path("desk/<str:code>/rule/", acts.rule, name="rule"),
    path("desk/<str:code>/rest/", acts.rule_rest, name="rule_rest"),
    path("desk/<str:code>/deduct/", acts.deduct, name="deduct"),
    path("desk/<str:code>/undo/", acts.undo, name="undo"),
    path("desk/<str:code>/opinion/", acts.opinion, name="opinion"),
    path("desk/<str:code>/pass/", acts.pass_on, name="pass"),
    path("desk/<str:code>/return/", acts.send_back, name="return"),
    path("desk/<str:code>/correct/", acts.correct, name="correct"),
    path("desk/<str:code>/refer/", acts.refer, name="refer"),
    path("desk/<str:code>/filing/", filing.filing, name="filing"),
    path("desk/<str:code>/page/<int:number>/<int:at>/", pictures.page, name="page"),
]
