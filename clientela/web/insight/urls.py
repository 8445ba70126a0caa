"""Insight: where the time went, whose turn it is, how busy we are, and what would change. One line a page."""

from django.urls import path

from clientela.web.insight import (
    asking,
    case_files,
    department,
    home,
    impact,
    load,
    parity,
    rollouts,
    time,
    turns,
    what_ifs,
)

app_name = "insight"
urlpatterns = [
    path("", home.home, name="home"),
    path("load", load.load, name="load"),
    path("load.csv", load.load_as_csv, name="load_csv"),
    path("time", time.time_gone, name="time"),
    path("time.csv", time.time_gone_as_csv, name="time_csv"),
    path("turns", turns.turns, name="turns"),
    path("impact", impact.impact, name="impact"),
    path("impact.csv", impact.impact_as_csv, name="impact_csv"),
    path("impact/work-out", impact.estimate, name="estimate"),
    path("impact/<int:number>/stop", impact.cancel, name="cancel_impact"),
    *case_files.ROUTES,
    path("parity", parity.parity, name="parity"),
    path("parity.csv", parity.parity_as_csv, name="parity_csv"),
    path("what-if", what_ifs.what_ifs, name="what_ifs"),
    path("what-if/new", asking.new_what_if, name="new_what_if"),
    path("what-if/<int:number>", what_ifs.what_if, name="what_if"),
    path("what-if/<int:number>/cancel", what_ifs.cancel, name="cancel_what_if"),
    path("what-if/<int:number>/answer.<str:form>", what_ifs.answer_file, name="what_if_file"),
    *rollouts.ROUTES,
    path("department", department.own_department, name="own_department"),
    path("department/<slug:key>", department.department_page, name="department"),
]
