"""The desk's addresses: the day, the requests, one request and everything that can be done with it."""

from django.urls import path

from clientela.web.desk import calls, day, lists, queue, showing
from clientela.web.desk.acts import asking, holding, mailing, promising, standing, talking, turning

app_name = "desk"
urlpatterns = [
    path("", day.my_day, name="my_day"),
    path("day-part", day.day_part, name="day_part"),
    path("new", calls.new, name="new"),
    path("requests/", lists.requests, name="requests"),
    path("requests/<str:reference>", showing.show, name="request"),
    path("requests/<str:reference>/lookers", showing.lookers, name="lookers"),
    path("requests/<str:reference>/reply", talking.reply, name="reply"),
    path("requests/<str:reference>/note", talking.note, name="note"),
    path("requests/<str:reference>/write", talking.write, name="write"),
    path("requests/<str:reference>/ask", talking.ask, name="ask"),
    path("requests/<str:reference>/ask-together", asking.ask_together, name="ask_together"),
    path("requests/<str:reference>/together/<int:together_id>/next", asking.ask_next, name="ask_next"),
    path("requests/<str:reference>/together/<int:together_id>/drop", asking.drop_parts, name="drop_parts"),
    path("requests/<str:reference>/link", asking.link, name="link"),
    path("requests/<str:reference>/unlink/<str:needed>", asking.unlink, name="unlink"),
    path("requests/<str:reference>/complain", talking.complain, name="complain"),
    path("requests/<str:reference>/take", holding.take, name="take"),
    path("requests/<str:reference>/release", holding.release, name="release"),
    path("requests/<str:reference>/assign", holding.assign, name="assign"),
    path("requests/<str:reference>/hand-over", holding.hand_over, name="hand_over"),
    path("requests/<str:reference>/wait", standing.wait, name="wait"),
    path("requests/<str:reference>/resume", standing.resume, name="resume"),
    path("requests/<str:reference>/resolve", standing.resolve, name="resolve"),
    path("requests/<str:reference>/close", standing.close, name="close"),
    path("requests/<str:reference>/reopen", standing.reopen, name="reopen"),
    path("requests/<str:reference>/cancel", standing.cancel, name="cancel"),
    path("requests/<str:reference>/promise", promising.promise, name="promise"),
    path("requests/<str:reference>/promises/<int:promise_id>/keep", promising.keep_promise, name="keep_promise"),
    path("requests/<str:reference>/promises/<int:promise_id>/move", promising.move_promise, name="move_promise"),
    path("requests/<str:reference>/steps/<str:key>", promising.step, name="step"),
    path("requests/<str:reference>/steps/<str:key>/undo", promising.undo_step, name="undo_step"),
    path("requests/<str:reference>/queue", queue.queue, name="queue"),
    path("requests/<str:reference>/turn", turning.turn, name="turn"),
    path("requests/<str:reference>/first", turning.choose, name="choose"),
    path("requests/<str:reference>/in-order", turning.follow_order, name="follow_order"),
    path("requests/<str:reference>/weigh", turning.weigh, name="weigh"),
    path("files/<int:attachment_id>", showing.file, name="file"),
    path("requests/<str:reference>/merge", mailing.merge, name="merge"),
    path("requests/<str:reference>/unmerge", mailing.unmerge, name="unmerge"),
    path("requests/<str:reference>/mails/<int:raw_id>/join", mailing.join, name="join_mail"),
    path("requests/<str:reference>/mails/<int:raw_id>/apart", mailing.apart, name="keep_mail_apart"),
    path("requests/<str:reference>/mails/<int:raw_id>/customer", mailing.make_customer, name="make_customer"),
    path("messages/<int:message_id>/mail", showing.mail, name="mail"),
    path("messages/<int:message_id>/letter", showing.letter_html, name="letter_html"),
]
