"""The service map's addresses."""

from django.urls import path

from clientela.web.map import asking, edges, exports, log_teams, logs, mail, paths, travelling, views

app_name = "map"
urlpatterns = [
    path("", views.service_map, name="map"),
    path("table", views.table, name="table"),
    path("matrix", views.as_matrix, name="matrix"),
    path("lines/<str:provider>/<str:customer>", edges.edge, name="edge"),
    path("lines.csv", exports.lines_as_csv, name="csv"),
    path("map.svg", exports.map_as_svg, name="svg"),
    path("map.png", exports.map_as_png, name="png"),
    path("map.graphml", exports.map_as_graphml, name="graphml"),
    path("behind", paths.paths, name="paths"),
    path("behind.csv", paths.paths_as_csv, name="paths_csv"),
    path("travelling", travelling.travelling, name="travelling"),
    path("travelling.csv", travelling.travelling_as_csv, name="travelling_csv"),
    path("logs", logs.logs, name="logs"),
    path("logs/<int:number>", logs.log, name="log"),
    path("logs/<int:number>/columns", logs.log_columns, name="log_columns"),
    path("logs/<int:number>/stop", logs.stop_log, name="stop_log"),
    path("logs/<int:number>/teams", log_teams.log_teams, name="log_teams"),
    path("logs/<int:number>/teams.csv", log_teams.log_teams_as_csv, name="log_teams_csv"),
    path("logs/<int:number>/match", log_teams.match_log, name="match_log"),
    path("logs/<int:number>/match/file", log_teams.match_log_by_file, name="match_log_file"),
    path("logs/<int:number>/match/undo", log_teams.undo_match, name="undo_match"),
    path("logs/<int:number>/delete", logs.delete_log, name="delete_log"),
    path("mail", mail.mail, name="mail"),
    path("mail/allow", mail.allow_mail, name="allow_mail"),
    path("mail/end", mail.end_mail, name="end_mail"),
    path("mail/<int:number>", mail.mail_trace, name="mail_trace"),
    path("mail/<int:number>/count", mail.count_mail_trace, name="count_mail_trace"),
    path("mail/<int:number>/stop", mail.stop_mail_trace, name="stop_mail_trace"),
    path("mail/<int:number>/delete", mail.delete_mail_trace, name="delete_mail_trace"),
    *asking.ROUTES,
]
