# One image for web, worker, beat and management commands.
FROM python:3.11-slim-bookworm AS build
ENV UV_PROJECT_ENVIRONMENT=/app/.venv UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
WORKDIR /app
RUN pip install --no-cache-dir uv==0.13.9
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv uv sync --locked --no-dev
RUN apt-get update \
 && apt-get install -y --no-install-recommends fonts-noto-cjk libharfbuzz0b libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/*
COPY . .
ENV BYLAW_VAR=/tmp/build BYLAW_FONTS=/app/fonts BYLAW_STATIC=/app/staticfiles
RUN .venv/bin/python scripts/build_fonts.py \
 && .venv/bin/python scripts/compile_messages.py \
 && .venv/bin/python scripts/build_assets.py \
 && .venv/bin/python manage.py collectstatic --noinput -v 0 \
 && rm -rf /tmp/build

FROM python:3.11-slim-bookworm
# Pango lays out PDFs; the whole collections stand behind the small faces for rare characters. pg_dump of the server's own
# version (15, as in docker-compose.yml) makes backups.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk \
    postgresql-client-15 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin bylaw \
 && install -d -o bylaw -g bylaw -m 0750 /data
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    BYLAW_MODE=production BYLAW_VAR=/data BYLAW_FONTS=/app/fonts BYLAW_STATIC=/app/staticfiles
USER bylaw
VOLUME /data
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--no-ws", "--workers", "2", \
     "--blocking-threads", "1", "--workers-kill-timeout", "20", "--respawn-failed-workers", "config.wsgi:application"]
