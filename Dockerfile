# One image for every role; which one is the argument: serve, poll, work, deliver, migrate, ...

FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/courant
COPY pyproject.toml README.md LICENSE ./
COPY service service
COPY consumers consumers
COPY migrations migrations
RUN --mount=type=cache,target=/root/.cache/pip \
    /opt/courant/bin/pip wheel --quiet --no-deps --wheel-dir /dist . \
    && /opt/courant/bin/pip install --quiet "$(echo /dist/courant-*.whl)[channels,embeddings]"

FROM python:3.12-slim
COPY --from=build /opt/courant /opt/courant
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent courant \
    && install --directory --owner=courant --group=courant /data
ENV PATH=/opt/courant/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    COURANT_DATA=/data \
    COURANT_API__HOST=0.0.0.0
WORKDIR /data
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["courant"]
CMD ["--help"]
