# The image that runs students' code on NVIDIA GPUs: like cpu.Dockerfile, with torch and the CUDA libraries it needs.
# The driver is the host's: NVIDIA's container toolkit adds it when the container starts.
ARG BASE=deepgrade-base
FROM ${BASE}
COPY bin /guest/bin
COPY site /guest/site
RUN ["/guest/bin/python", "-I", "-S", "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", "/guest/site"]
# Compute only: no graphics, no display. No cache of compiled kernels, which would be shared between students.
ENV NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    CUDA_CACHE_DISABLE=1 \
    CUBLAS_WORKSPACE_CONFIG=:4096:8
USER 64200:64200
CMD ["/guest/bin/python", "-I", "-S", "-c", "raise SystemExit('deepgrade starts this image itself: deepgrade doctor --sandbox oci')"]
