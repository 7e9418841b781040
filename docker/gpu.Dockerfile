# What a student's code runs in on NVIDIA's GPUs: as cpu.Dockerfile, with torch and the CUDA libraries it is built for.
# The driver is the host's: NVIDIA's container toolkit puts it in place when the container starts.
ARG BASE=deepgrade-base
FROM ${BASE}
COPY bin /guest/bin
COPY site /guest/site
RUN ["/guest/bin/python", "-I", "-S", "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", "/guest/site"]
# Computing only: no graphics, no display. No cache of compiled kernels, which would pass from one student to the next.
ENV NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    CUDA_CACHE_DISABLE=1 \
    CUBLAS_WORKSPACE_CONFIG=:4096:8
USER 64200:64200
CMD ["/guest/bin/python", "-I", "-S", "-c", "raise SystemExit('deepgrade starts this image itself: deepgrade doctor --sandbox oci')"]
