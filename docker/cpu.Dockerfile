# The image that runs students' code on a CPU: an interpreter, NumPy and torch. `docker/build` prepares the context:
# bin/python (a link to the interpreter of BASE) and site/ (the packages, at the versions of constraints.txt).
ARG BASE=deepgrade-base
FROM ${BASE}
COPY bin /guest/bin
COPY site /guest/site
# Compile ahead of time: the sandbox is read-only, so otherwise every start would compile torch again.
RUN ["/guest/bin/python", "-I", "-S", "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", "/guest/site"]
USER 64200:64200
CMD ["/guest/bin/python", "-I", "-S", "-c", "raise SystemExit('deepgrade starts this image itself: deepgrade doctor --sandbox oci')"]
