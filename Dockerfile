# Footnote as an image: built in one stage, run in another as a named user without privileges, on a read-only root if wanted.
# A release pins the base by its digest: --build-arg PYTHON_IMAGE=python:3.13-slim-bookworm@sha256:...
ARG PYTHON_IMAGE=python:3.13-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
# strip takes debug symbols out of the libraries, gcc makes the stand-ins of slim.py.
RUN apt-get update && apt-get install --yes --no-install-recommends binutils gcc libc6-dev
WORKDIR /app
COPY requirements.lock ./
RUN python3 -m venv /venv && /venv/bin/pip install --no-cache-dir --no-compile --require-hashes -r requirements.lock
COPY deploy/slim.py /slim.py
# The processes that read files look for the program among the packages only.
RUN /venv/bin/python /slim.py packages /venv/lib/python3*/site-packages \
    && echo /app > "$(echo /venv/lib/python3*/site-packages)/footnote.pth"
COPY alembic.ini ./
COPY app app
COPY migrations migrations
COPY static static
# Nothing is compiled at run time: the root may be read-only.
RUN /venv/bin/python -m compileall -q app migrations

FROM ${PYTHON_IMAGE} AS system
RUN useradd --create-home --uid 10001 footnote
COPY deploy/slim.py /slim.py
RUN python3 /slim.py system

# From nothing, because a layer that deletes makes an image no smaller.
FROM scratch
COPY --from=system / /
COPY --from=system --chown=10001:10001 /home/footnote /var/lib/footnote
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=8000 DATA_DIR=/var/lib/footnote LOG_FORMAT=json
USER footnote
EXPOSE 8000
# 503 once the database has been gone for more than a minute.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=2)"]
ENTRYPOINT ["python", "-m", "app"]
CMD ["serve"]
