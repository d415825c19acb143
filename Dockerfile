# One recipe for every service: docker build --build-arg SERVICE=gateway .
# SERVICE is the name of a folder in services/. Every Python package installed is pinned and hash-checked by the two locks;
# the base image is a tag, which its publisher moves on with Debian's and Python's fixes.

FROM python:3.13-slim-bookworm AS tools
# A private index, where there is one; these stay in the build's stages and never reach the image
ARG PIP_INDEX_URL
ARG UV_DEFAULT_INDEX
COPY tools.lock /build/
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --root-user-action ignore --disable-pip-version-check --no-deps --only-binary :all: \
        --require-hashes --requirement /build/tools.lock
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_NO_SOURCES=1

# What the service depends on: made again only when a lock or a pyproject.toml changes, not with every line of code.
# Empty packages stand in for our own, so that uv reads from them which dependencies and extras the service asks for.
FROM tools AS dependencies
ARG SERVICE
WORKDIR /build
COPY requirements.lock ./
COPY shared/pyproject.toml shared/
COPY services/${SERVICE}/pyproject.toml services/${SERVICE}/
RUN --mount=type=cache,target=/root/.cache/uv \
    package=$(echo "${SERVICE}" | tr - _) \
    && mkdir -p shared/src/shared services/${SERVICE}/src/${package} \
    && touch shared/src/shared/__init__.py services/${SERVICE}/src/${package}/__init__.py \
    && uv venv --python /usr/local/bin/python3 /opt/greenroom \
    && uv pip install --python /opt/greenroom --strict --constraints requirements.lock \
        --build-constraints requirements.lock ./shared ./services/${SERVICE} \
    && uv pip uninstall --python /opt/greenroom shared ${SERVICE}

# Our own code, beside its dependencies rather than among them: a change of code is a small layer
FROM dependencies AS code
COPY shared shared
COPY services/${SERVICE} services/${SERVICE}
# The gateway's page links to the client's module here, and takes it along; no other service does
COPY clients/js/src clients/js/src
RUN --mount=type=cache,target=/root/.cache/uv \
    uv pip install --python /opt/greenroom --target /opt/code --no-deps \
        --build-constraints requirements.lock ./shared ./services/${SERVICE} \
    && printf '#!/bin/sh\nexec python -m %s "$@"\n' "$(echo "${SERVICE}" | tr - _)" > /opt/code/serve \
    && chmod 755 /opt/code/serve

FROM python:3.13-slim-bookworm
ARG SERVICE
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Greenroom ${SERVICE}" \
    org.opencontainers.image.description="Character portraits and videos, generated in the background: the ${SERVICE}" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}" \
    org.opencontainers.image.base.name="python:3.13-slim-bookworm"
# The media folder exists with its owner, so that a volume mounted there for the first time takes both over
RUN groupadd --gid 10001 greenroom \
    && useradd --uid 10001 --gid greenroom --no-create-home --shell /usr/sbin/nologin greenroom \
    && install -d -o greenroom -g greenroom /var/lib/greenroom/media
COPY --from=dependencies /opt/greenroom /opt/greenroom
COPY --from=code /opt/code /opt/code
COPY --chmod=644 deploy/container/healthcheck.py /opt/healthcheck.py
ENV PATH=/opt/greenroom/bin:$PATH \
    PYTHONPATH=/opt/code \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    HEALTH_PORT=8000 \
    MEDIA_URL=file:///var/lib/greenroom/media \
    TMPDIR=/var/lib/greenroom/media
# TMPDIR: outputs on their way to a bucket are spooled there too, on a disk rather than in a container's memory. It is all
# that is ever written to: the root filesystem may be read-only
USER greenroom
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=3s --timeout=10s --start-period=120s --retries=3 CMD ["python", "-S", "/opt/healthcheck.py"]
CMD ["/opt/code/serve"]
