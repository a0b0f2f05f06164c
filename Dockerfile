# Prowler with the plug-in, and the command cis-monitoring:
#   docker build --tag cis-monitoring .
#   mkdir -p reports && chmod o+w reports
#   docker run --rm --volume ~/.aws:/home/auditor/.aws:ro --volume "$PWD/reports:/reports" cis-monitoring scan
FROM python:3.12-slim AS build
# Prowler compiles nothing where wheels are; pip's cache and the sources stay behind in this stage.
RUN python -m venv /opt/prowler
ENV PATH=/opt/prowler/bin:$PATH
WORKDIR /source
COPY . .
ARG EXTRAS=""
# The sources themselves, which bound the version of Prowler. The bytecode of what Prowler reads other
# clouds with is left out: half a gigabyte that nothing which scans AWS loads.
# hadolint ignore=DL3013
RUN pip install --no-cache-dir ".${EXTRAS}" \
    && find /opt/prowler -regex '.*/site-packages/\(azure\|msgraph\|oci\)/.*\.pyc' -delete

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 auditor \
    && install --directory --owner=auditor /reports
COPY --from=build /opt/prowler /opt/prowler
ENV PATH=/opt/prowler/bin:$PATH
USER 10001
WORKDIR /reports
ENTRYPOINT ["cis-monitoring"]
CMD ["--help"]
