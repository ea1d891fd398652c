"""The kernel's rows: what happened, what was promised, who was told, what is set; no business noun."""

from kernel.models.agreements import Agreement
from kernel.models.audit import AuditCheck, AuditRedaction, AuditSeal, AuditShape, PersonalData
from kernel.models.changes import StateChange, signature_of
from kernel.models.events import Digest, MailChoice, Notice, Refusal, Submission
from kernel.models.exports import Export
from kernel.models.imports import Import, ImportedRow
from kernel.models.letters import Letter
from kernel.models.links import Link, Tally
from kernel.models.promises import Promise, PromiseMove
from kernel.models.records import CalendarDay, NumberSeries, Setting
from kernel.models.referrals import Referral, addressed_to
from kernel.models.search import SearchWord

__all__ = [
    "Agreement",
    "AuditCheck",
    "AuditRedaction",
    "AuditSeal",
    "AuditShape",
    "CalendarDay",
    "Digest",
    "Export",
    "Import",
    "ImportedRow",
    "Letter",
    "Link",
    "MailChoice",
    "Notice",
    "NumberSeries",
    "PersonalData",
    "Promise",
    "PromiseMove",
    "Referral",
    "Refusal",
    "SearchWord",
    "Setting",
    "StateChange",
    "Submission",
    "Tally",
    "addressed_to",
    "signature_of",
]
