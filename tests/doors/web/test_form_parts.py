"""Fields: label, hint, error and control belong together, for eyes and for screen readers."""

from typing import Any

import pytest
from django import forms

from tests.doors.web.rendering import rendered


class Visit(forms.Form):
    serial = forms.CharField(label="Serial number", help_text="13 digits, on the label", max_length=13)
    branch = forms.ChoiceField(label="Which branch?", choices=[("waw", "Warsaw"), ("mad", "Madrid")])
    channel = forms.ChoiceField(
        label="How?", choices=[("mail", "by mail"), ("phone", "by phone")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="Anything else?", required=False, widget=forms.Textarea)
    is_urgent = forms.BooleanField(label="It is urgent", required=False)
    photo = forms.FileField(label="A photo", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("note") == "never":
            raise forms.ValidationError("Nobody can come then.")
        return self.cleaned_data


RIGHT = {"serial": "1234567890123", "branch": "waw", "channel": "mail"}


def test_a_field_is_label_hint_and_control_joined() -> None:
    assert rendered("{% field form.serial %}", form=Visit()) == (
        '<div class="c-field"><label class="form-label" for="id_serial">Serial number</label>'
        '<p class="c-hint" id="id_serial-hint">13 digits, on the label</p>'
        '<input type="text" name="serial" maxlength="13" class="form-control" aria-describedby="id_serial-hint"'
        ' required id="id_serial"></div>'
    )


def test_an_error_stands_beside_its_field_and_keeps_the_text() -> None:
    html = rendered("{% field form.serial %}", form=Visit({**RIGHT, "serial": "12345678901234"}))
    assert html.startswith('<div class="c-field c-error">')
    assert 'aria-describedby="id_serial-hint id_serial-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'value="12345678901234"' in html
    assert html.index('id="id_serial-hint"') < html.index('id="id_serial-error"') < html.index("<input")


def test_radios_are_one_group_with_one_name() -> None:
    html = rendered("{% field form.channel %}", form=Visit())
    assert html.startswith(
        '<fieldset class="c-field" id="id_channel" tabindex="-1"><legend class="form-label">How?</legend>'
    )
    assert html.count('type="radio" name="channel"') == 2
    assert '<label class="form-check" for="id_channel_0">' in html
    assert 'id="id_channel_0"' in html


class Services(forms.Form):
    after = forms.MultipleChoiceField(
        label="After which?",
        choices=[("Care", [("1", "A repair"), ("2", "A <question>")]), ("IT & co", [("3", "A laptop")])],
        widget=forms.CheckboxSelectMultiple,
    )


def test_choices_that_come_in_groups_stand_under_their_groups() -> None:
    html = rendered("{% field form.after %}", form=Services({"after": ["3"]}))
    care, other = html.index("<legend>Care</legend>"), html.index("<legend>IT &amp; co</legend>")
    assert care < html.index("A repair") < html.index("A &lt;question&gt;") < other < html.index("A laptop")
    assert html.count('<fieldset class="c-choice-group">') == 2
    assert html.count('type="checkbox" name="after"') == 3
    assert html.count(" checked") == 1
    assert html.index('value="3"') < html.index(" checked")


@pytest.mark.parametrize(("boxes", "columns"), [(8, 0), (9, 1)])
def test_many_boxes_stand_in_columns(boxes: int, columns: int) -> None:
    form = Services()
    form.fields["after"].choices = [(str(place), f"No. {place}") for place in range(boxes)]  # type: ignore[attr-defined]  # a choice field
    html = rendered("{% field form.after %}", form=form)
    assert html.count('<div class="c-choices">') == columns
    assert html.count("form-check-label") == boxes


def test_the_chosen_radio_is_checked() -> None:
    html = rendered("{% field form.channel %}", form=Visit(RIGHT))
    assert html.count(" checked") == 1
    assert html.index('value="mail"') < html.index(" checked") < html.index('value="phone"')


@pytest.mark.parametrize(
    ("name", "css"),
    [
        ("branch", "form-select"),
        ("note", "form-control"),
        ("is_urgent", "form-check-input"),
        ("photo", "form-control c-file-pick"),
    ],
)
def test_each_kind_of_control_has_its_look(name: str, css: str) -> None:
    assert f'class="{css}"' in rendered(f"{{% field form.{name} %}}", form=Visit())


def test_what_need_not_be_answered_says_so() -> None:
    assert "(optional)" in rendered("{% field form.note %}", form=Visit())
    assert "(optional)" not in rendered("{% field form.note mark_optional=False %}", form=Visit())
    assert "(optional)" not in rendered("{% field form.serial %}", form=Visit())
    assert "(optional)" not in rendered("{% field form.is_urgent %}", form=Visit())


def test_a_field_can_keep_its_draft_in_the_browser() -> None:
    html = rendered('{% field form.note draft="request-7" rows=6 hx_get="/x" %}', form=Visit())
    assert 'data-draft="request-7"' in html
    assert 'rows="6"' in html
    assert 'hx-get="/x"' in html


def test_the_summary_leads_to_each_wrong_field_in_the_order_of_the_page() -> None:
    form = Visit({"note": "never", "serial": "12345678901234"})
    html = rendered("{% error_summary form %}", form=form)
    assert "4 answers need another look" in html
    order = [html.index(piece) for piece in ("Nobody can come then.", "#id_serial", "#id_branch", "#id_channel")]
    assert order == sorted(order)


def test_one_wrong_answer_is_one() -> None:
    assert "One answer needs another look" in rendered(
        "{% error_summary form %}", form=Visit({**RIGHT, "branch": "rom"})
    )


def test_a_form_that_passed_or_was_not_sent_has_no_summary() -> None:
    assert rendered("{% error_summary form %}", form=Visit(RIGHT)).strip() == ""
    assert rendered("{% error_summary form %}", form=Visit()).strip() == ""


def test_a_formset_speaks_in_the_summary_too() -> None:
    visits = forms.formset_factory(Visit, extra=1, min_num=1, validate_min=True)
    sent = visits({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-serial": "1", "form-0-branch": "waw"})
    assert 'href="#id_form-0-channel"' in rendered("{% error_summary forms %}", forms=sent)


def test_all_fields_come_with_the_hidden_ones_first() -> None:
    html = rendered("{% fields form %}", form=Visit())
    assert html.startswith('<input type="hidden" name="token"')
    assert html.count("c-field") == 6
