"""The Celery application and the beat schedule, which is code: rows say what is due, the tasks only find it."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("bylaw")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def refuse_unsafe_start(**_):
    """Worker and beat start under the same conditions as the web."""
    from config.checks import assert_safe_to_start

    assert_safe_to_start()


MINUTE, HOUR = 60, 3600


def entry(task, schedule, *, expires):
    """One line of the schedule; a run not begun after `expires` seconds is dropped, so that none pile up."""
    return {"task": task, "schedule": schedule, "options": {"expires": expires}}


# Times of day are the company's (settings.TIME_ZONE, which Celery takes as its own).
app.conf.beat_schedule = {
    "tick": entry("kernel.tasks.tick", crontab(), expires=MINUTE - 5),
    "letters": entry("kernel.tasks.send_letters", crontab(), expires=MINUTE - 5),
    "seal": entry("kernel.tasks.seal", crontab(), expires=MINUTE - 5),
    "exports": entry("kernel.tasks.run_exports", crontab(), expires=MINUTE - 5),
    "imports": entry("kernel.tasks.run_imports", crontab(), expires=MINUTE - 5),
    "audit-checks": entry("kernel.tasks.run_audit_checks", crontab(), expires=MINUTE - 5),
    "verify-audit": entry("kernel.tasks.verify_audit", crontab(hour=2, minute=10), expires=6 * HOUR),
    "clear-old": entry("kernel.tasks.clear_old", crontab(hour=2, minute=40), expires=6 * HOUR),
    "clear-sign-ins": entry("organization.tasks.clear_sign_ins", crontab(hour=2, minute=50), expires=6 * HOUR),
    "end-deputyships": entry("organization.tasks.end_deputyships", crontab(minute="*/5"), expires=4 * MINUTE),
    "schedule-follow-ups": entry("customers.tasks.schedule_follow_ups", crontab(minute=5), expires=50 * MINUTE),
    "compare-customers": entry("customers.tasks.compare_new_customers", crontab(minute=20), expires=50 * MINUTE),
    "pool-customers": entry("customers.tasks.pool_customers", crontab(hour=3, minute=10), expires=6 * HOUR),
    "schedule-reviews": entry("customers.tasks.schedule_reviews", crontab(minute=35), expires=50 * MINUTE),
    "replace-templates": entry("contracts.tasks.replace_due_templates", crontab(hour=0, minute=10), expires=6 * HOUR),
    "follow-purchases": entry("orders.tasks.follow_purchases", crontab(hour=7, minute=40), expires=6 * HOUR),
    "fetch-mail": entry("aftersales.tasks.fetch_mail", crontab(), expires=MINUTE - 5),
    "forget-mail": entry("aftersales.tasks.forget_mail", crontab(hour=3, minute=0), expires=6 * HOUR),
    "remind-stalled": entry("aftersales.tasks.remind_stalled", crontab(minute=50), expires=50 * MINUTE),
    "count-effects": entry("aftersales.tasks.count_effects", crontab(hour=6, minute=20), expires=6 * HOUR),
    "schedule-visits": entry("aftersales.tasks.schedule_visits", crontab(minute=50), expires=50 * MINUTE),
    "ask-after-service": entry("aftersales.tasks.ask_after_service", crontab(minute=25), expires=50 * MINUTE),
    "campaigns": entry("aftersales.tasks.run_campaigns", crontab(), expires=MINUTE - 5),
    "remind-expiries": entry("contracts.tasks.remind_expiries", crontab(hour=7, minute=30), expires=6 * HOUR),
}
