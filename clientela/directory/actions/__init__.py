"""What can be done in the directory."""

from clientela.directory.actions.access import access_token, person_of_access_token, send_access_link
from clientela.directory.actions.accounts import (
    HasAccountError,
    LastAdministratorError,
    NotAnEmployeeError,
    change_password,
    change_rights,
    close_account,
    open_account,
)
from clientela.directory.actions.belonging import (
    AlreadyMemberError,
    AlreadyRepresentsError,
    allow_to_act_for,
    end_membership,
    end_representation,
    start_membership,
)
from clientela.directory.actions.checking import AddressTakenError, WrongValueError
from clientela.directory.actions.contact_points import add_contact_point, remove_contact_point
from clientela.directory.actions.correspondents import (
    Correspondent,
    NobodyBehindAddressError,
    welcome_correspondent,
    welcome_correspondents,
)
from clientela.directory.actions.groups import change_group, gather_group
from clientela.directory.actions.history import PastCustomer, PastNote, PastWish, write_customers_of_the_past
from clientela.directory.actions.letters import LetterToPerson, write_to_people, write_to_person
from clientela.directory.actions.parties import (
    CircleError,
    change_department,
    change_organisation,
    change_person,
    move_department,
    register_department,
    register_organisation,
    register_person,
)
from clientela.directory.actions.people_files import (
    AppliedImport,
    DirectoryChangedError,
    UnusableFileError,
    apply_people_file,
    give_people_file,
)
from clientela.directory.actions.refusing import (
    Refusal,
    read_refusal_token,
    refusal_headers,
    refusal_token,
    refuse_letters,
    refuses_letters,
)
from clientela.directory.actions.wishes import end_note, lift_boundary, note_about_customer, set_boundary

__all__ = [
    "AddressTakenError",
    "AlreadyMemberError",
    "AlreadyRepresentsError",
    "AppliedImport",
    "CircleError",
    "Correspondent",
    "DirectoryChangedError",
    "HasAccountError",
    "LastAdministratorError",
    "LetterToPerson",
    "NobodyBehindAddressError",
    "NotAnEmployeeError",
    "PastCustomer",
    "PastNote",
    "PastWish",
    "Refusal",
    "UnusableFileError",
    "WrongValueError",
    "access_token",
    "add_contact_point",
    "allow_to_act_for",
    "apply_people_file",
    "change_department",
    "change_group",
    "change_organisation",
    "change_password",
    "change_person",
    "change_rights",
    "close_account",
    "end_membership",
    "end_note",
    "end_representation",
    "gather_group",
    "give_people_file",
    "lift_boundary",
    "move_department",
    "note_about_customer",
    "open_account",
    "person_of_access_token",
    "read_refusal_token",
    "refusal_headers",
    "refusal_token",
    "refuse_letters",
    "refuses_letters",
    "register_department",
    "register_organisation",
    "register_person",
    "remove_contact_point",
    "send_access_link",
    "set_boundary",
    "start_membership",
    "welcome_correspondent",
    "welcome_correspondents",
    "write_customers_of_the_past",
    "write_to_people",
    "write_to_person",
]
