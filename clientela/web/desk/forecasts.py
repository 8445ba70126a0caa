"""When a request will likely be done, in one sentence."""

from collections.abc import Mapping

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clientela.requests.queries import ForecastSeen, RequestPage
from clientela.web.desk.sentences import Teller, sentence


def likely_sentence(forecast: ForecastSeen | None, page: RequestPage, *, teller: Teller) -> SafeString | str:
    """`Likely done between … and …, later than promised, because Maintenance promises its part by Wed 9:00.`"""
    if forecast is None:
        return ""
    names: Mapping[int, str] = {link.request.id: link.request.provider.name for link in page.below if link.depth == 1}
    because = forecast.because if forecast.because is not None and forecast.because.request_id in names else None
    values: dict[str, str] = {"from": teller.exact(forecast.from_at), "by": teller.exact(forecast.by_at)}
    if because is None:
        template = (
            _("Likely done between %(from)s and %(by)s, later than promised.")
            if forecast.is_likely_late
            else _("Likely done between %(from)s and %(by)s.")
        )
        return sentence(template, **values)
    values["name"] = names[because.request_id]
    if because.promised_at is not None and because.promised_at >= teller.at:
        values["moment"] = teller.moment(because.promised_at)
        template = (
            _(
                "Likely done between %(from)s and %(by)s, later than promised, because %(name)s promises its part by "
                "%(moment)s."
            )
            if forecast.is_likely_late
            else _("Likely done between %(from)s and %(by)s; %(name)s promises its part by %(moment)s.")
        )
        return sentence(template, **values)
    values["moment"] = teller.moment(because.likely_at)
    template = (
        _(
            "Likely done between %(from)s and %(by)s, later than promised, because %(name)s will likely need until "
            "%(moment)s."
        )
        if forecast.is_likely_late
        else _("Likely done between %(from)s and %(by)s; %(name)s will likely need until %(moment)s.")
    )
    return sentence(template, **values)
