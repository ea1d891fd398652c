"""How Bylaw is put together: settings, URLs, roles, the web application and the jobs."""

from config.celery import app as celery_app

__all__ = ("celery_app",)
