"""What can be done with requests. Every action checks permission, holds its rows, looks again, writes, records."""

from clientela.requests.actions.asking import PartToAsk, ask_department
from clientela.requests.actions.asking_together import (
    OpenedTogether,
    ask_departments_together,
    ask_next_part,
    drop_parts,
)
from clientela.requests.actions.choosing import (
    ENDS_A_CHOICE,
    choose_otherwise,
    end_choices,
    follow_order_again,
)
from clientela.requests.actions.conversation import (
    NoteByMail,
    SentReply,
    reply_to_customer,
    write_as_customer,
    write_note,
)
from clientela.requests.actions.customers import change_customer
from clientela.requests.actions.ending import (
    cancel_request,
    close_request,
    complain,
    reopen_request,
    resolve_request,
)
from clientela.requests.actions.foreseeing import foresee_lateness
from clientela.requests.actions.holding import assign_request, hand_over_request, take_request
from clientela.requests.actions.learning import learn_from_legs
from clientela.requests.actions.legs import RecomputedLegs, rebuild_legs, recompute_legs
from clientela.requests.actions.linking import link_requests, unlink_requests
from clientela.requests.actions.looking import forget_lookers, look_at_request
from clientela.requests.actions.merging import merge_requests, unmerge_request
from clientela.requests.actions.messages import IncomingFile
from clientela.requests.actions.opening import OpenedRequest, RequestToOpen, open_request, open_requests
from clientela.requests.actions.participating import NewParticipant, address_departments, let_go_on, take_up
from clientela.requests.actions.passing_time import close_resolved_requests, resume_due_requests
from clientela.requests.actions.promising import (
    keep_promise_to_customer,
    move_promise_to_customer,
    promise_to_customer,
)
from clientela.requests.actions.ranking import rank_around, rank_everything
from clientela.requests.actions.receiving import (
    MessageToReceive,
    ReceivedMessage,
    receive_message,
    receive_messages,
)
from clientela.requests.actions.refusals import (
    AskError,
    AssigneeError,
    ChoiceError,
    DifferentCustomersError,
    EmptyMessageError,
    HandOverError,
    HeldError,
    LinkError,
    MergeError,
    MessageTooLargeError,
    MomentError,
    PolicyChangedError,
    RequestError,
    StateError,
    WeightError,
)
from clientela.requests.actions.stake_policy import change_stake_policy, weigh_request
from clientela.requests.actions.steps import finish_step, undo_step
from clientela.requests.actions.undelivered import NOT_ARRIVED, note_undelivered, settle_letter_trouble
from clientela.requests.actions.waiting import resume_request, wait_for_customer, wait_until

__all__ = [
    "ENDS_A_CHOICE",
    "NOT_ARRIVED",
    "AskError",
    "AssigneeError",
    "ChoiceError",
    "DifferentCustomersError",
    "EmptyMessageError",
    "HandOverError",
    "HeldError",
    "IncomingFile",
    "LinkError",
    "MergeError",
    "MessageToReceive",
    "MessageTooLargeError",
    "MomentError",
    "NewParticipant",
    "NoteByMail",
    "OpenedRequest",
    "OpenedTogether",
    "PartToAsk",
    "PolicyChangedError",
    "ReceivedMessage",
    "RecomputedLegs",
    "RequestError",
    "RequestToOpen",
    "SentReply",
    "StateError",
    "WeightError",
    "address_departments",
    "ask_department",
    "ask_departments_together",
    "ask_next_part",
    "assign_request",
    "cancel_request",
    "change_customer",
    "change_stake_policy",
    "choose_otherwise",
    "close_request",
    "close_resolved_requests",
    "complain",
    "drop_parts",
    "end_choices",
    "finish_step",
    "follow_order_again",
    "foresee_lateness",
    "forget_lookers",
    "hand_over_request",
    "keep_promise_to_customer",
    "learn_from_legs",
    "let_go_on",
    "link_requests",
    "look_at_request",
    "merge_requests",
    "move_promise_to_customer",
    "note_undelivered",
    "open_request",
    "open_requests",
    "promise_to_customer",
    "rank_around",
    "rank_everything",
    "rebuild_legs",
    "receive_message",
    "receive_messages",
    "recompute_legs",
    "reopen_request",
    "reply_to_customer",
    "resolve_request",
    "resume_due_requests",
    "resume_request",
    "settle_letter_trouble",
    "take_request",
    "take_up",
    "undo_step",
    "unlink_requests",
    "unmerge_request",
    "wait_for_customer",
    "wait_until",
    "weigh_request",
    "write_as_customer",
    "write_note",
]
