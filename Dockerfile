# The bot in a small image: not root, nothing writable but /data, and a health check.
FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY bot bot
COPY handlers handlers
COPY knowledge knowledge
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
    && XDG_CACHE_HOME=/cache /venv/bin/guide learn

FROM python:3.12-slim
RUN useradd --uid 10001 --no-create-home guide && mkdir /data && chown guide /data
COPY --from=build /venv /venv
COPY --from=build --chown=guide /cache /cache
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 XDG_CACHE_HOME=/cache \
    GUIDE_HOST=0.0.0.0 GUIDE_LOG_JSON=true GUIDE_DATABASE_URL=sqlite:////data/guide.db
USER guide
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s CMD \
    ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["guide"]
CMD ["run"]
