"""The addresses of Settings and Letters."""

from django.urls import path

from clientela.web.settings import accounts, calendars, departments, home, letters, mail, offers, terms

app_name = "settings"
urlpatterns = [
    path("", home.home, name="home"),
    path("services/", offers.services, name="services"),
    path("services/new", offers.new, name="new_service"),
    path("services/<slug:key>", offers.change, name="service"),
    path("services/<slug:key>/retire", offers.retire, name="retire_service"),
    path("calendars/", calendars.calendars, name="calendars"),
    path("calendars/new", calendars.new, name="new_calendar"),
    path("calendars/<slug:key>", calendars.change, name="calendar"),
    path("calendars/<slug:key>/assign", calendars.assign, name="assign_calendar"),
    path("terms/", terms.terms, name="terms"),
    path("terms/new", terms.new, name="new_terms"),
    path("terms/<slug:key>", terms.change, name="change_terms"),
    path("departments/", departments.departments, name="departments"),
    path("departments/new", departments.new, name="new_department"),
    path("departments/<int:department_id>", departments.department, name="department"),
    path("departments/<int:department_id>/members", departments.add_member, name="add_member"),
    path("departments/<int:department_id>/members/<int:membership_id>/end", departments.end_member, name="end_member"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/<int:person_id>", accounts.account, name="account"),
    path("accounts/<int:person_id>/rights", accounts.rights, name="rights"),
    path("accounts/<int:person_id>/password", accounts.password, name="password"),
    path("accounts/<int:person_id>/close", accounts.close, name="close_account"),
    path("mail/", mail.mails, name="mail"),
    path("mail/<int:raw_id>/again", mail.again, name="mail_again"),
    path("mail/<int:raw_id>/raw", mail.raw, name="mail_raw"),
    path("letters/", letters.letters, name="letters"),
    path("letters/<int:letter_id>", letters.letter, name="letter"),
    path("letters/<int:letter_id>/html", letters.letter_html, name="letter_html"),
    path("letters/<int:letter_id>/again", letters.send_again, name="send_again"),
]
