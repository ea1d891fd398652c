"""The figures of surveys as page and PDF: the same numbers, the same charts. Clause 3.4.4c."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from aftersales import results
from aftersales.models import Campaign, Questionnaire
from aftersales.results import Asked
from kernel.charts import bar_chart, line_chart
from kernel.printing import render_pdf
from organization.models import Company

WORDS_SHOWN = 10  # texts beside the figures; the rest by page
STYLES = ("aftersales/print/campaign.css",)


def figures(surveys: QuerySet, questionnaire: Questionnaire | None = None) -> dict[str, Any]:
    """Everything that the page and the PDF show of some surveys, in a fixed number of queries."""
    questions = results.by_question(surveys, questionnaire)
    products, months = results.by_product(surveys), results.by_month(surveys)
    asked_by = [(asked, chart_of(asked)) for asked in questions]
    return {
        "response": results.response(surveys), "reasons": results.passed_over(surveys),
        "satisfaction": results.satisfaction(surveys), "questions": asked_by,
        "nps": next((asked.nps for asked in questions if asked.nps is not None), None),
        "products": products, "departments": results.by_department(surveys),
        "months": months, "quarters": results.by_quarter(surveys),
        "trend": line_chart(_("Satisfaction by month"), [(m.label, m.average) for m in months]) if len(months) > 1 else "",
        "weak": results.weak_points(questions, products),
        "said": list(results.words(surveys).select_related("survey", "question")[:WORDS_SHOWN]),
    }  # fmt: skip


def chart_of(asked: Asked) -> Any:
    """How often each answer was given, as bars; nothing where nobody answered."""
    return bar_chart(asked.question.text, asked.points) if asked.number else ""


def campaign_pdf(campaign: Campaign, *, user: Any) -> bytes:
    """The report of a campaign, in the reader's language. Raises CannotPrint."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    url = settings.BASE_URL.rstrip("/") + reverse("aftersales:campaign_detail", args=[campaign.pk])
    context = {
        **figures(campaign.surveys.all(), campaign.questionnaire), "company": Company.own(), "record": campaign,
        "number": campaign.number, "record_url": url,
    }  # fmt: skip
    return render_pdf(
        "aftersales/print/campaign.html", context, title=_("Report of the satisfaction survey"), language=language,
        stylesheets=STYLES, printed_by=user,
    )  # fmt: skip
