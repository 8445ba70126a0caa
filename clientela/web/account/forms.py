"""What is asked at the door."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class LogInForm(AuthenticationForm):
    """An employee's address and password."""

    username = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    error_messages = {
        "invalid_login": _("The address and the password do not belong together. Check both, or ask an administrator."),
        "inactive": _("This account is closed. An administrator can open it again."),
    }


class LinkForm(forms.Form):
    """A customer's address, to which we send a link."""

    address = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The one from which you write to us."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("That is not an e-mail address. It looks like name@example.com."),
        },
    )
