"""The pages that every app shares: steps, history, the approval queue, home, notices, clauses, agreements."""

from kernel.views.auditing import audit_trail
from kernel.views.batch import batch_result, inbox_batch
from kernel.views.calendar import calendar_feed, calendar_link, calendar_link_end, calendar_link_make
from kernel.views.clauses import clause_detail, clause_list
from kernel.views.exports import export_detail, export_file, export_list, export_start
from kernel.views.home import agreement_detail, health, notice_list, notice_open, promise_list, search, today
from kernel.views.imports import (
    import_create,
    import_detail,
    import_errors,
    import_list,
    import_mapping,
    import_run,
    import_undo,
)
from kernel.views.paging import Page, keyset_page
from kernel.views.queue import inbox
from kernel.views.referrals import refer, referral_answer, referral_read, referral_take_back
from kernel.views.sheet import approval_sheet
from kernel.views.steps import lifecycle, record_history, take_step
from kernel.views.urging import urge_deciders

__all__ = [
    "Page",
    "agreement_detail",
    "approval_sheet",
    "audit_trail",
    "batch_result",
    "calendar_feed",
    "calendar_link",
    "calendar_link_end",
    "calendar_link_make",
    "clause_detail",
    "clause_list",
    "export_detail",
    "export_file",
    "export_list",
    "export_start",
    "health",
    "import_create",
    "import_detail",
    "import_errors",
    "import_list",
    "import_mapping",
    "import_run",
    "import_undo",
    "inbox",
    "inbox_batch",
    "keyset_page",
    "lifecycle",
    "notice_list",
    "notice_open",
    "promise_list",
    "record_history",
    "refer",
    "referral_answer",
    "referral_read",
    "referral_take_back",
    "search",
    "take_step",
    "today",
    "urge_deciders",
]
