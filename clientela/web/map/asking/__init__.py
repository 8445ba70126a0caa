"""Asking people who depends on whom: the questions, the rounds, what came of it; and what was declared by hand."""

from django.urls import path

from clientela.web.map.asking import answering, declaring, gaps, rounds

# The keys of links hold a colon, so that none is ever taken for one of the words before them.
ROUTES = [
    path("asking", rounds.asking, name="asking"),
    path("asking/start", rounds.start, name="start_asking"),
    path("asking/<int:round_id>/end", rounds.end, name="end_asking"),
    path("asking/views", gaps.gaps, name="gaps"),
    path("asking/views.csv", gaps.gaps_as_csv, name="gaps_csv"),
    path("asking/<str:token>", answering.welcome, name="answer"),
    path("asking/<str:token>/decline", answering.decline, name="answer_decline"),
    path("asking/<str:token>/<slug:step>", answering.question, name="answer_step"),
    path("declared", declaring.declared, name="declared"),
    path("declared/<int:line_id>/end", declaring.end, name="end_declared"),
]
