"""The directory's addresses: people, departments, organisations, what is known of them, and the import of a file."""

from django.urls import path

from clientela.web.directory import acts, changes, imports, lists, pages

app_name = "directory"
urlpatterns = [
    path("", lists.people, name="people"),
    path("import", imports.give, name="import"),
    path("import/<int:import_id>", imports.preview, name="preview"),
    path("import/<int:import_id>/apply", imports.apply, name="apply"),
    path("new-organisation", changes.new_organisation, name="new_organisation"),
    path("persons/<int:person_id>", pages.person, name="person"),
    path("departments/<int:department_id>", pages.department, name="department"),
    path("organisations/<int:organisation_id>", pages.organisation, name="organisation"),
    path("<int:party_id>/change", changes.change, name="change"),
    path("<int:party_id>/notes", acts.note, name="note"),
    path("<int:party_id>/notes/<int:note_id>/end", acts.end_note, name="end_note"),
    path("<int:party_id>/boundaries", acts.boundary, name="boundary"),
    path("<int:party_id>/boundaries/<int:boundary_id>/lift", acts.lift_boundary, name="lift_boundary"),
    path("<int:party_id>/contact-points", acts.contact_point, name="contact_point"),
    path("<int:party_id>/contact-points/<int:point_id>/remove", acts.remove_contact_point, name="remove_contact_point"),
    path("<int:party_id>/representatives", acts.representative, name="representative"),
    path("<int:party_id>/representatives/<int:link_id>/end", acts.end_representative, name="end_representative"),
]
