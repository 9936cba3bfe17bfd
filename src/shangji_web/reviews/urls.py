"""Pages of the bureau's review."""

from __future__ import annotations

from django.urls import path

from shangji_web.reviews.views import (
    acts,
    answers,
    batch,
    blind,
    desk,
    filing,
    letter,
    lists,
    pictures,
    referred,
)

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
    path("blind/", blind.judging, name="blind"),
    path("blind/judge/", blind.judge, name="judge"),
    path("agreement/", blind.agreement, name="agreement"),
    path("agreement/draw/", blind.draw, name="draw"),
    path("batch/", batch.batch, name="batch"),
    path("desk/<str:code>/letter/", letter.shown, name="letter"),
    path("list/", lists.listed, name="list"),
    path("list/export/", lists.exported, name="export"),
    path("progress/", lists.going, name="progress"),
    path("progress/urge/", lists.urge, name="urge"),
    path("assignment/", lists.assignment, name="assignment"),
    path("assignment/assign/", lists.assign, name="assign"),
    path("answers/", answers.listed, name="answers"),
    path("answers/<int:number>/", answers.decide, name="answer"),
    path("referred/", referred.listed, name="referred"),
    path("referred/<str:code>/", referred.answer, name="answer_referral"),
    path("desk/<str:code>/page/<int:number>/<int:at>/", pictures.page, name="page"),
]
