"""The pages of after-sales service."""

from aftersales.views.feedback import (
    feedback_answered,
    feedback_bench,
    feedback_create,
    feedback_detail,
    feedback_edit,
    feedback_finding,
    feedback_list,
    feedback_note,
    feedback_tell,
    feedback_time,
    feedback_waiting,
)
from aftersales.views.figures import delivery_figures, delivery_rows, feedback_figures
from aftersales.views.mail import mail_detail, mail_list
from aftersales.views.measures import (
    measure_create,
    measure_detail,
    measure_edit,
    measure_evidence,
    measure_list,
)
from aftersales.views.public import (
    feedback_page,
    feedback_public,
    feedback_thanks,
    feedback_word,
    order_rate,
    order_report,
)

__all__ = [
    "delivery_figures",
    "delivery_rows",
    "feedback_answered",
    "feedback_bench",
    "feedback_create",
    "feedback_detail",
    "feedback_edit",
    "feedback_figures",
    "feedback_finding",
    "feedback_list",
    "feedback_note",
    "feedback_page",
    "feedback_public",
    "feedback_tell",
    "feedback_thanks",
    "feedback_time",
    "feedback_waiting",
    "feedback_word",
    "mail_detail",
    "mail_list",
    "measure_create",
    "measure_detail",
    "measure_edit",
    "measure_evidence",
    "measure_list",
    "order_rate",
    "order_report",
]
