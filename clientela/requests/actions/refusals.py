"""What stops an action on a request. Each message is a sentence that says why and what to do."""


class RequestError(Exception):
    """An action that cannot be done. The message says why and what to do, in the language of the moment."""


class StateError(RequestError):
    """The request does not stand as the action needs: somebody was faster, or it waits on another department."""


class MessageTooLargeError(RequestError):
    """A message and its attachments are larger than the setting allows."""


class EmptyMessageError(RequestError):
    """There is nothing to send."""


class HeldError(RequestError):
    """Somebody else has taken the request already."""


class AssigneeError(RequestError):
    """The person named does not work in the department that answers the request."""


class HandOverError(RequestError):
    """The request cannot be handed to that department, or no reason was given."""


class AskError(RequestError):
    """This cannot be asked of that department."""


class LinkError(RequestError):
    """These requests cannot be linked or parted: it would make a circle, or there is nothing to wait for."""


class MergeError(RequestError):
    """These two requests cannot become one, or one that is not merged was to be parted."""


class DifferentCustomersError(MergeError):
    """Two requests of different customers, of whom nobody said that they are one."""


class MomentError(RequestError):
    """A moment that has passed already."""


class WeightError(RequestError):
    """What is said to hang on a request cannot be."""


class ChoiceError(RequestError):
    """An own choice without a reason, or by nobody."""


class PolicyChangedError(RequestError):
    """The policy that was to be changed is no longer the one in force."""
