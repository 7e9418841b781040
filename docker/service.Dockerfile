# `deepgrade serve`: the platform on top of the image for students' code. bubblewrap hides the platform from that code.
# `docker/build service` prepares the context: system/ (bubblewrap, tini), platform/ (the wheel with its packages,
# as an environment) and data/ (empty). It contains no shell, package manager, compiler or pip.
ARG BASE=deepgrade-cpu
FROM ${BASE}
USER 0:0
COPY system /
COPY platform /opt/deepgrade
# The guest as an environment: bubblewrap mounts it, and the platform gets its NumPy from it.
RUN ["/guest/bin/python", "-I", "-c", "import os; os.makedirs('/guest/lib/python3.11'); os.symlink('/guest/site', '/guest/lib/python3.11/site-packages')"]
RUN ["/guest/bin/python", "-I", "-S", "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", "/opt/deepgrade/lib"]
COPY --chown=64100:64100 data /var/lib/deepgrade
ENV PATH=/opt/deepgrade/bin:/usr/bin \
    HOME=/tmp \
    XDG_CACHE_HOME=/tmp/cache \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    DEEPGRADE_GUEST=/guest \
    DEEPGRADE_COURSE=/srv/course \
    DEEPGRADE_DATA=/var/lib/deepgrade \
    DEEPGRADE_ADDRESS=0.0.0.0:8000
USER 64100:64100
VOLUME /var/lib/deepgrade
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["/opt/deepgrade/bin/python", "-I", "-S", "/opt/deepgrade/bin/healthy.py"]
# tini reaps processes that a killed grader leaves, and forwards SIGTERM to the service, which needs 25 s at most.
ENTRYPOINT ["/usr/bin/tini", "--", "/opt/deepgrade/bin/deepgrade"]
CMD ["serve"]
