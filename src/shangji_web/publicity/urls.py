"""Pages of what leaves the bureau."""

from __future__ import annotations

from django.urls import path

from shangji_web.publicity import appraising, handed, letting, views

app_name = "publicity"
urlpatterns = [
    path("", views.front, name="front"),
    path("notices/", views.notices, name="notices"),
    path("<int:year>/", views.year, name="year"),
    path("<int:year>/departments/<str:code>/", views.department, name="department"),
    path("<int:year>/projects/<str:code>/", views.project, name="project"),
    path("publish/", letting.publish, name="publish"),
    path("hand-over/", letting.hand_over, name="hand_over"),
    path("board/", letting.board, name="board"),
    path("board/<int:pk>/withdraw/", letting.withdraw, name="withdraw"),
    path("handed/", handed.listed, name="handed"),
    path("handed/<int:pk>/", handed.handover, name="handover"),
    path("handed/<int:pk>/projects/<str:code>/", handed.project, name="handed_project"),
    path("handed/<int:pk>/projects/<str:code>/appraise/", appraising.leave, name="appraise"),
    path("appraisals/", appraising.listed, name="appraisals"),
    path("appraisals/<int:pk>/reply/", appraising.reply, name="reply"),
    path("handed/<int:pk>/package/", handed.package, name="package"),
    path("handed/<int:pk>/run/", handed.run, name="run"),
    path("handed/<int:pk>/version/", handed.version, name="version"),
    path("ledger/", handed.ledger, name="ledger"),
    path("ledger/checkpoint/", handed.note, name="checkpoint"),
    path("ledger/proofs/<int:number>/", handed.proof, name="proof"),
    path("ledger/verifier/", handed.verifier, name="verifier"),
]
